"""How a field is written: read as it is, nested, for staff only, as a root query."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

import strawberry

from commerce.core.actor import Actor, ActorKind
from commerce.core.errors import NotAuthenticated, PermissionDenied
from commerce.core.permission import Permission
from schema import engine
from schema.context import Audience, RequestContext
from schema.engine.batch import Loader, attribute, batch


class Access(Enum):
    """Who may use a root field that needs no particular permission."""

    ANYONE = "anyone"
    CUSTOMER = "customer"
    STAFF = "staff"


ANYONE = Access.ANYONE
CUSTOMER = Access.CUSTOMER
STAFF = Access.STAFF

Allow = Access | Permission


def check_access(actor: Actor, allow: Allow) -> None:
    """Raise NotAuthenticated or PermissionDenied unless `actor` is let in by `allow`."""
    if isinstance(allow, Permission):
        if actor.is_anonymous:
            raise NotAuthenticated("Sign in first.")
        actor.require(allow)
    elif allow is Access.CUSTOMER and actor.user_id is None:
        raise NotAuthenticated("Sign in first.")
    elif allow is Access.STAFF:
        if actor.is_anonymous:
            raise NotAuthenticated("Sign in first.")
        if actor.kind not in (ActorKind.STAFF, ActorKind.APP):
            raise PermissionDenied("This is for staff and apps.")


def leaf(description: str, *, source: str | None = None, permission: Permission | None = None) -> Any:
    """A plain value of the row, under the attribute `source` if that is named otherwise than the field.

    With `permission` the field exists only in the admin schema, for actors who hold it.
    """
    if permission is not None:
        if source is None:
            raise TypeError("A leaf for staff names its source.")
        return nested(attribute(source), description=description, permission=permission)
    if source is None:
        return strawberry.field(description=description)
    return engine.source(source, description=description)


def computed(read: Callable[[Any], Any], description: str | None = None) -> Any:
    """A plain value that is worked out from the row alone. The docstring of `read` is the description."""
    return engine.computed(read, description=description)


def nested(
    loader: Loader | str,
    description: str | None = None,
    *,
    permission: Permission | None = None,
    admin_only: bool = False,
    viewer: bool = False,
    recurring: bool | type = False,
    deprecation_reason: str | None = None,
) -> Any:
    """A field that one loader call fills for all parents of the level (see schema.engine.batch).

    A string names an attribute that the parent already carries. With `permission` the field is in the admin schema
    only and denied to actors without it; with `admin_only` it is in the admin schema for everybody who gets there.
    With `viewer` it depends on who asks, even among anonymous callers: its answers are never shared. `recurring` is for
    an attribute whose value never changes and is the same object in many requests, or the class of a loader's answers
    that are so (see schema.engine.recurring).
    """

    def guard(context: RequestContext) -> None:
        if permission is not None:
            context.require(permission)

    return batch(
        attribute(loader, recurring=bool(recurring)) if isinstance(loader, str) else loader,
        description=description,
        guard=guard if permission is not None else None,
        metadata={
            "audience": Audience.ADMIN if permission or admin_only else None,
            "permission": permission,
            "viewer": viewer,
        },
        deprecation_reason=deprecation_reason,
        recurring=recurring if isinstance(recurring, type) else None,
    )


def carried(returns: Any, description: str) -> Any:
    """A field of a mutation's payload that holds a row: annotated `Any`, to GraphQL it is `returns`, None at first."""
    return strawberry.field(graphql_type=returns, description=description, default=None)


def query(allow: Allow, *, returns: Any = None) -> Callable[[Callable[..., Any]], Any]:
    """Make a module-level function `(info, **arguments)` a root query field. Its docstring is the description.

    `returns` is the GraphQL type of a resolver that answers with rows, which themselves are not of that class.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def resolve(info: Any, **arguments: Any) -> Any:
            context: RequestContext = info.context
            check_access(context.actor, allow)
            answer = function(info, **arguments)
            return context.levels.seat([answer], [None])[0]

        return root_field("Query", resolve, function, {"allow": allow}, returns)

    return decorate


def root_field(
    root: str,
    resolve: Callable[..., Any],
    function: Callable[..., Any],
    metadata: dict[Any, Any],
    returns: Any = None,
) -> Any:
    """The field of the type `root` (Query or Mutation) whose resolver wraps `function`.

    The function lends it name, signature and docstring.
    """
    field = strawberry.field(
        resolver=resolve,
        graphql_type=returns,
        description=inspect.getdoc(function),
        metadata={**metadata, "root": root, "module": function.__module__},
    )
    field.python_name = function.__name__
    return field
