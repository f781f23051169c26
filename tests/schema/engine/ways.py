"""Every way of resolving a field, for every shape that its type can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from schema.engine import attribute, batch, computed, source
from tests.schema.engine.shapes import COMPOSITES, LEAVES, Shape, annotation, wrapped
from tests.schema.engine.world import SHAPES, Failing, asked

SHAPES_OF_ALL: Final[dict[str, Shape]] = {
    f"{name.lower()}_{wrapping}": shape for name in (*LEAVES, *COMPOSITES) for wrapping, shape in wrapped(name).items()
}
"""`int_list_of_maybe` and so on: each named type in each wrapping."""

T = TypeVar("T", bound=type)
Way = Callable[[str], Any]


class Passing(FieldExtension):
    """An extension that only stands in the way."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        return next_(source, info, **arguments)


class Mending(FieldExtension):
    """An extension that answers null for one kind of failure."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **arguments: Any) -> Any:
        try:
            return next_(source, info, **arguments)
        except ValueError:
            return None


class WhoeverTheWorldAdmits(BasePermission):
    """A permission that a few rows refuse."""

    message = "This row is not for you."

    def has_permission(self, source: Any, info: strawberry.Info, **arguments: Any) -> bool:
        return not info.context.world.fails(f"permission/{info.path.key}/{source!r}")


class LoudPermission(BasePermission):
    """A permission that fails instead of answering."""

    message = "unused"

    def has_permission(self, source: Any, info: strawberry.Info, **arguments: Any) -> bool:
        if info.context.world.fails(f"loud/{info.field_name}/{source!r}"):
            raise LookupError(f"nobody knows who may see {info.field_name}")
        return True


def _attribute(name: str) -> Any:
    return None


def _renamed(name: str) -> Any:
    return strawberry.field(name=f"{name}_")


def _source(name: str) -> Any:
    return source(name)


def _computed(name: str) -> Any:
    def work_out(row: Any) -> Any:
        return asked(row, name)

    return computed(work_out)


def _method(name: str) -> Any:
    def resolve(self: Any) -> Any:
        return asked(self, name)

    return strawberry.field(resolver=resolve)


def _method_with_info(name: str) -> Any:
    def resolve(self: Any, info: strawberry.Info) -> Any:
        if info.python_name != name:
            raise LookupError(f"info speaks of {info.python_name}")
        return asked(self, name)

    return strawberry.field(resolver=resolve)


def _function_of_root(name: str) -> Any:
    def resolve(root: Any) -> Any:
        return asked(root, name)

    return strawberry.field(resolver=resolve)


def _function_of_parent(name: str) -> Any:
    def resolve(info: strawberry.Info, above: strawberry.Parent[Any]) -> Any:
        return asked(above, name)

    return strawberry.field(resolver=resolve)


def answers_of(parents: Sequence[Any], context: Any, name: str) -> list[Any]:
    """What a loader answers for each parent; fails as a whole where the world says so."""
    if context.world.fails(f"loader/{name}"):
        raise LookupError(f"the loader of {name} failed")

    def one(parent: Any) -> Any:
        # A loader sees other parents in either executor: what it answers for one must not hang on the rest.
        try:
            answer = parent.world.answer(parent.kind, name, parent.key, once=False)
        except (AttributeError, KeyError) as error:
            return error
        return answer.error if isinstance(answer, Failing) else answer

    return [one(parent) for parent in parents]


def _batch(name: str) -> Any:
    def load(parents: Sequence[Any], context: Any) -> list[Any]:
        """One answer for each parent."""
        return answers_of(parents, context, name)

    return batch(load)


def _batch_attribute(name: str) -> Any:
    return batch(attribute(name), description="What the row carries.")


def _guarded_batch(name: str) -> Any:
    def load(parents: Sequence[Any], context: Any, turn: int = 1) -> list[Any]:
        """One answer for each parent, if the world admits anyone."""
        return answers_of(parents, context, name)

    def guard(context: Any) -> None:
        if context.world.fails(f"guard/{name}"):
            raise PermissionError(f"nobody may ask for {name}")

    return batch(load, guard=guard)


def _extended(name: str) -> Any:
    def resolve(self: Any) -> Any:
        return asked(self, name)

    return strawberry.field(resolver=resolve, extensions=[Passing(), Mending()])


def _extended_attribute(name: str) -> Any:
    return strawberry.field(extensions=[Passing()])


def _permitted(name: str) -> Any:
    def resolve(root: Any, info: strawberry.Info) -> Any:
        return asked(root, name)

    return strawberry.field(resolver=resolve, permission_classes=[WhoeverTheWorldAdmits, LoudPermission])


WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "read": (_attribute, _renamed, _source, _computed),
    "call": (_method, _method_with_info, _function_of_root, _function_of_parent),
    "batch": (_batch, _batch_attribute, _guarded_batch),
    "guard": (_extended, _permitted, _extended_attribute),
}
"""The variants of each way take turns from shape to shape."""


def every_shape_every_way(kind: str, **spelled: str) -> Callable[[T], T]:
    """A class decorator: one more field for each shape and each way, answered by rows of `kind`."""

    def decorate(cls: T) -> T:
        shapes = SHAPES.setdefault(kind, {})
        for turn, (name, shape) in enumerate(SHAPES_OF_ALL.items()):
            for way, variants in WAYS.items():
                field_name = f"{way}_{name}"
                shapes[field_name] = shape
                cls.__annotations__[field_name] = annotation(shape, LEAVES | spelled)
                field = variants[turn % len(variants)](field_name)
                if field is not None:
                    setattr(cls, field_name, field)
        return cls

    return decorate
