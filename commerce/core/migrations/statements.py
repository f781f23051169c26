"""Functions, triggers and the like, with what takes them back."""

import re

from django.db.migrations import RunSQL

# How a statement begins -> what undoes it.
_UNDONE = {
    r"CREATE FUNCTION (\w+\([^)]*\))": r"DROP FUNCTION \1",
    r"CREATE TRIGGER (\w+)\b.*?\bON (\w+)": r"DROP TRIGGER \1 ON \2",
    r"CREATE INDEX (\w+)": r"DROP INDEX \1",
    r"CREATE SEQUENCE (\w+)": r"DROP SEQUENCE \1",
    r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+)": r"ALTER TABLE \1 DROP CONSTRAINT \2",
    r"ALTER TABLE (\w+) SET \((\w+)": r"ALTER TABLE \1 RESET (\2)",
}


def run(*statements: str) -> RunSQL:
    """One operation out of statements, which are undone in the opposite order.

    Raises ValueError for a statement that this page does not know how to undo.
    """
    return RunSQL(list(statements), [_undoing(statement) for statement in reversed(statements)])


def _undoing(statement: str) -> str:
    for beginning, undone in _UNDONE.items():
        found = re.match(beginning, statement.lstrip(), re.DOTALL)
        if found:
            return found.expand(undone)
    raise ValueError(f"Nothing is known that undoes {statement.strip()[:60]!r}")
