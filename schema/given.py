"""Reading inputs in which what is left out stays as it is: only what the caller has set becomes a change."""

from __future__ import annotations

from typing import Any

from strawberry import UNSET

from schema.metadata import as_dict


def given(source: object, *names: str) -> dict[str, Any]:
    """The fields among `names` that the caller set, null included."""
    return {name: value for name in names if (value := getattr(source, name)) is not UNSET}


def named(source: object, *names: str) -> dict[str, Any]:
    """Like `given`, for columns that always have a value: null leaves them as they are."""
    return {name: value for name, value in given(source, *names).items() if value is not None}


def texts(source: object, *names: str) -> dict[str, str]:
    """Like `given`, for columns that hold an empty text where the API says null."""
    return {name: value or "" for name, value in given(source, *names).items()}


def metadata(source: object) -> dict[str, dict[str, str]]:
    """The public and private metadata that the caller set."""
    return {name: as_dict(entries) for name, entries in given(source, "metadata", "private_metadata").items()}
