"""Mutations are doorways: check the caller, call one verb, wrap its answer or its refusal."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import strawberry

from commerce.core.errors import CommerceError, NotAuthenticated, PermissionDenied, Rejected
from schema.context import RequestContext
from schema.errors import flatten, to_error
from schema.fields import Allow, check_access, root_field
from schema.idempotency import answered_once

_WHOLE_REQUEST: Final = (NotAuthenticated, PermissionDenied)
"""Who asks is not let in at all. Their subclasses are about a token in the input, and belong into the payload."""

Current = Callable[[Any, dict[str, Any]], dict[str, Any]]
"""(info, arguments) to the fields of a payload that carries errors, so that the caller's page can render."""


@strawberry.type(name="Warning", description="Something that the caller should know although the mutation succeeded.")
class MutationWarning:
    """A fact that did not stop the mutation."""

    code: str = strawberry.field(description="A stable name of the fact.")
    path: list[str] = strawberry.field(description="What it is about, as a path into the input.")
    message: str = strawberry.field(description="A sentence for the developer, in English.")


def mutation(
    allow: Allow,
    *,
    error: type[Any],
    codes: Any,
    payload: Callable[[Any, Any], Any],
    current: Current | None = None,
    phased: bool = False,
    replayable: bool = True,
) -> Callable[[Callable[..., Any]], Any]:
    """Make a module-level function `(info, **arguments)` that returns what its verb returned a mutation.

    `payload(info, result)` wraps the result; its return annotation is the GraphQL type. What the verb raises as
    CommerceError or Rejected becomes `errors` of the payload, of the type `error` with codes from `codes`, and
    `current` fills the rest. Refusals of permission and sign-in stay top-level errors. `phased` verbs commit more than
    once and mark their idempotency key done themselves; `replayable=False` keeps answers with secrets out of that
    store.
    """
    payload_type = inspect.get_annotations(payload, eval_str=True)["return"]

    def decorate(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def resolve(info: Any, **arguments: Any) -> Any:
            context: RequestContext = info.context
            check_access(context.actor, allow)
            context.memo.clear()  # what an earlier mutation of this request knew may have changed
            try:
                if replayable:
                    result = answered_once(info, arguments, lambda: function(info, **arguments), phased=phased)
                else:
                    result = function(info, **arguments)
            except (CommerceError, Rejected) as refusal:
                if type(refusal) in _WHOLE_REQUEST:
                    raise
                errors = [to_error(fact, error, codes) for fact in flatten(refusal)]
                return _refused(payload_type, errors, _safely(current, info, arguments))
            return payload(info, result)

        return root_field("Mutation", resolve, function, {"allow": allow, "payload": payload_type}, payload_type)

    return decorate


def _safely(current: Current | None, info: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """What can still be shown; nothing, if the object itself was the trouble."""
    if current is None:
        return {}
    try:
        return current(info, arguments)
    except CommerceError:
        return {}


def _refused(payload_type: type[Any], errors: list[Any], current: dict[str, Any]) -> Any:
    names = {field.name for field in dataclasses.fields(payload_type) if field.init}
    return payload_type(errors=errors, **{name: value for name, value in current.items() if name in names})
