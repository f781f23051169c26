"""Triggers that run once for each statement, and see the rows that it has written."""

AFTER = "SELECT * FROM after_it"
BEFORE = "SELECT * FROM before_it"
# An UPDATE may move a row from one owner to another: both are meant.
BOTH = "SELECT * FROM before_it UNION ALL SELECT * FROM after_it"
# Verb -> the rows that it has written, as a query.
WRITTEN = {"insert": AFTER, "update": BOTH, "delete": BEFORE}

_NEW, _OLD = "NEW TABLE AS after_it", "OLD TABLE AS before_it"
_REFERENCING = {"insert": _NEW, "update": f"{_OLD} {_NEW}", "delete": _OLD}


def trigger(name: str, verb: str, table: str, function: str, referencing: str | None = None) -> str:
    """The statement that makes a trigger. `referencing`: what the function calls the rows, if not as all others do."""
    rows = f"REFERENCING {referencing or _REFERENCING[verb]}"
    return f"CREATE TRIGGER {name} AFTER {verb} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
