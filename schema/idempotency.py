"""The same key and the same input get the same answer, on every mutation (commerce.idempotency keeps the table).

What is kept are ids of rows and plain values, so that a repeated request is answered for its own selection, with the
rows as they are now.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from commerce.core.errors import CommerceError, InvalidInput, NotAuthenticated, PermissionDenied, Rejected
from commerce.idempotency.once import Fresh, once
from commerce.idempotency.services import hash_of
from schema.context import RequestContext
from schema.errors import flatten

_CAPABILITIES: Final = ("id", "checkout_id", "token")
_SHORTEST_OPEN_KEY: Final = 16


_read_from: Final[dict[type[Model], Callable[[], QuerySet[Any]]]] = {}


def read_again_from(model: type[Model], rows: Callable[[], QuerySet[Any]]) -> None:
    """Say that fields of the API want rows of `model` as `rows` has them, as far as it has them."""
    _read_from[model] = rows


class ReplayedRefusal(CommerceError):
    """A fact that stopped the first request with this key, told again."""

    code: ClassVar[str] = "INVALID"


def answered_once(info: Any, arguments: dict[str, Any], verb: Callable[[], Any], *, phased: bool) -> Any:
    """`verb()`, or what it returned to the first request that carried the caller's idempotency key.

    Raises what `verb` raises, again too. `phased` verbs commit more than once and say themselves when they are done.
    """
    context: RequestContext = info.context
    key = context.idempotency_key or arguments.get("idempotency_key")
    if not key:
        return verb()
    answer = once(
        verb,
        scope=_scope(info, context, arguments, key),
        key=key,
        input_hash=hash_of(info.field_name, arguments),
        record=lambda result: {"result": encode(result)},
        record_refusal=_record_refusal,
        phased=phased,
    )
    if isinstance(answer, Fresh):
        return answer.result
    kept = answer.answer
    if "refusal" in kept:
        raise _refusal(kept["refusal"])
    return decode(kept["result"])


def _scope(info: Any, context: RequestContext, arguments: Mapping[str, Any], key: str) -> str:
    """Schema, caller, root field and its name in the answer: keys of two callers, or of two fields, never meet."""
    caller = str(context.actor.id) if context.actor.id else _capability(arguments, key)
    return f"{context.audience.value}:{context.actor.kind.value}:{caller}:{info.field_name}:{info.path.key}"


def _capability(arguments: Mapping[str, Any], key: str) -> str:
    """What an anonymous caller must know anyway. With nothing of the kind the key itself has to be unguessable."""
    for name in _CAPABILITIES:
        if arguments.get(name):
            return str(arguments[name])
    if len(key) < _SHORTEST_OPEN_KEY:
        raise InvalidInput(f"This idempotency key needs at least {_SHORTEST_OPEN_KEY} characters, e.g. a UUID.")
    return ""


def _record_refusal(refusal: CommerceError | Rejected) -> Any:
    if isinstance(refusal, NotAuthenticated | PermissionDenied):
        return None  # the next request may come with better credentials
    if not all(fact.is_final for fact in flatten(refusal)):
        return None
    facts = [[e.code, e.message, list(e.path), encode(dict(e.facts))] for e in flatten(refusal)]
    return {"refusal": facts}


def _refusal(kept: list[Any]) -> Rejected:
    errors: list[CommerceError] = []
    for code, message, path, facts in kept:
        error = ReplayedRefusal(message, path=tuple(path), **decode(facts))
        error.code = code  # type: ignore[misc]
        errors.append(error)
    return Rejected(errors)


def encode(value: Any) -> Any:
    """`value` as JSON: rows by their keys, our own dataclasses and enums by their import path."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    if isinstance(value, Model):
        return {"$row": [value._meta.label, str(value.pk)]}
    if isinstance(value, Enum):
        return {"$enum": [_path(type(value)), value.name]}
    if isinstance(value, UUID | datetime):
        return {"$text": [type(value).__name__, str(value)]}
    if isinstance(value, Mapping):
        return {"$map": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        return {"$data": [_path(type(value)), {name: encode(getattr(value, name)) for name in names}]}
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as an idempotent answer.")


def decode(kept: Any) -> Any:
    """The value that `encode` kept; a row that is gone since is None."""
    if isinstance(kept, list):
        return [decode(item) for item in kept]
    if not isinstance(kept, dict):
        return kept
    ((tag, body),) = kept.items()
    if tag == "$row":
        return _row(apps.get_model(body[0]), body[1])
    if tag == "$enum":
        return _class(body[0])[body[1]]
    if tag == "$text":
        return UUID(body[1]) if body[0] == "UUID" else datetime.fromisoformat(body[1])
    if tag == "$map":
        return {decode(key): decode(item) for key, item in body}
    return _class(body[0])(**{name: decode(item) for name, item in body[1].items()})


def _row(model: type[Model], key: str) -> Model | None:
    rows = _read_from.get(model)
    found = rows().filter(pk=key).first() if rows is not None else None
    return found or model._default_manager.filter(pk=key).first()


def _path(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
