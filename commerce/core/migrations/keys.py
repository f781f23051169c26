"""Foreign keys by which PostgreSQL itself deletes rows with what they belong to, without a round trip of the ORM's."""

_KEY = """
ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column}) REFERENCES {parent} (id)
ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""


def belonging(table: str, parents: dict[str, str]) -> list[str]:
    """The statements that make the keys of a table. `parents`: column -> table that it refers to."""
    return [_KEY.format(table=table, column=column, parent=parent) for column, parent in parents.items()]
