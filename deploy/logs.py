"""How one line of the log looks: UTC time with milliseconds, level, source, message."""

import logging
from datetime import UTC, datetime


class LineFormatter(logging.Formatter):
    """Times in UTC, so that the lines of several machines sort into one story."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging names it)
        """ISO 8601 with milliseconds."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
