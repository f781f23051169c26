"""The types of the schema that both executors are compared on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from schema.engine.batch import batch
from tests.schema.engine.fuzz_arguments import Mood, Temperature, echoes
from tests.schema.engine.shapes import Many, One
from tests.schema.engine.ways import answers_of, every_shape_every_way
from tests.schema.engine.world import BIRTHS, POOL, SHAPES, Failing, World, asked


def kind_is(kind: str) -> Any:
    """The type test of an object type: whether a row is of this kind."""

    def is_type_of(obj: Any, _info: Any) -> bool:
        return getattr(obj, "kind", None) == kind

    return staticmethod(is_type_of)


@strawberry.interface
class Entity:
    """The interface at the top."""

    key: int
    title: str


@strawberry.interface
class Named(Entity):
    """An interface that implements another, resolved by the type tests of its objects."""

    name: str | None
    friend: Named | None
    friends: list[Named]


@strawberry.interface
class Priced:
    """An interface that says itself which object a row is; not always rightly."""

    price: Decimal | None
    ticket: Ticket | None

    @classmethod
    def resolve_type(cls, obj: Any, _info: Any, _type: Any) -> Any:
        kind = getattr(obj, "kind", None)
        return {"Person": "Plain", "Medal": "Named", "Stranger": "Nobody", None: None, "Thing": 5}.get(kind, kind)


def _load_friends(parents: Sequence[Any], context: Any) -> list[Any]:
    """The friends of each parent."""
    return answers_of(parents, context, "friends")


def _load_ticket(parents: Sequence[Any], context: Any) -> list[Any]:
    """The ticket of each parent."""
    return answers_of(parents, context, "ticket")


@strawberry.type
class Person(Named):
    """A row with a little of everything."""

    friends: list[Named] = batch(_load_friends)
    class_: str | None
    from_: str = strawberry.field(name="from")
    mood: Mood | None
    things: list[Thing | None]

    is_type_of = kind_is("Person")

    @strawberry.field
    def friend(self) -> Named | None:
        return asked(self, "friend")

    @relay.connection(relay.ListConnection["Article"])
    def articles(self) -> Iterable[Article]:
        return asked(self, "articles")


@strawberry.type
class Robot(Named, Priced):
    """A row behind two interfaces."""

    ticket: Ticket | None = batch(_load_ticket)
    parts: list[list[Plain | None]] | None
    owner: Person

    is_type_of = kind_is("Robot")


@strawberry.type
class Ticket(Priced):
    """A row behind the interface that resolves its types itself."""

    seat: int
    holder: Either | None
    valid_on: datetime.date

    is_type_of = kind_is("Ticket")


@strawberry.type
class Plain:
    """An object type without any type test: it believes every row."""

    key: int
    label: str | None
    next: Plain | None
    award: Award | None


@strawberry.type
class Badge:
    """An object type whose rows are instances of it."""

    label: str
    level: int | None
    wearer: Named | None
    others: list[Award]


@strawberry.type
class Medal:
    """The other type of the union of instances."""

    label: str
    weight: float


@strawberry.type
@echoes
@every_shape_every_way("Thing", Award="Award", Either="Either")
class Thing(Named):
    """Every shape, every way."""

    self_again: Thing = batch(lambda parents, context: list(parents), description="The same row once more.")

    is_type_of = kind_is("Thing")

    @strawberry.field
    def info_seen(self, info: strawberry.Info, echo: str = "") -> str:
        """What a resolver may learn from `info`."""
        steps, path = [], info.path
        while path is not None:
            steps.append(f"{path.typename}.{path.key}")
            path = path.prev
        chosen = [(field.name, field.arguments) for field in info.selected_fields]
        operation = info.operation.name.value if info.operation.name else None
        return (
            f"{steps} {info.field_name} {info.python_name} {info.return_type} {chosen} {operation} {echo}"
            f" {info.variable_values!r} {info.root_value!r}"
        )


@strawberry.type
class Article(relay.Node):
    """A Relay node, an instance of its type."""

    id: relay.NodeID[int]
    heading: str | None
    author: Person | None

    @classmethod
    def resolve_nodes(cls, *, info: Any, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        world = info.context.world
        return [world.row("Article", int(node_id)) if int(node_id) < POOL else None for node_id in node_ids]


Award = Annotated[Badge | Medal, strawberry.union("Award")]
Either = Annotated[Person | Ticket | Thing, strawberry.union("Either")]

_ENTITY = {"title": One("String")}
_NAMED = _ENTITY | {
    "name": One("String", nullable=True),
    "friend": One("Named", nullable=True),
    "friends": Many(One("Named")),
}
_PRICED = {"price": One("Decimal", nullable=True), "ticket": One("Ticket", nullable=True)}

SHAPES["Thing"] |= _NAMED
SHAPES |= {
    "Person": _NAMED
    | {
        "class_": One("String", nullable=True),
        "from_": One("String"),
        "mood": One("Mood", nullable=True),
        "things": Many(One("Thing", nullable=True)),
        "articles": Many(One("Article")),
    },
    "Robot": _NAMED
    | _PRICED
    | {"parts": Many(Many(One("Plain", nullable=True)), nullable=True), "owner": One("Person")},
    "Ticket": _PRICED | {"seat": One("Int"), "holder": One("Either", nullable=True), "valid_on": One("Day")},
    "Plain": {
        "label": One("String", nullable=True),
        "next": One("Plain", nullable=True),
        "award": One("Award", nullable=True),
    },
    "Badge": {
        "label": One("String"),
        "level": One("Int", nullable=True),
        "wearer": One("Named", nullable=True),
    },
    "Medal": {"label": One("String"), "weight": One("Float")},
    "Article": {"heading": One("String", nullable=True), "author": One("Person", nullable=True)},
}


def _held(world: World, kind: str, name: str, key: int) -> Any:
    """An instance holds its answers, so that an exception can only be a value."""
    answer = world.answer(kind, name, key, once=False)
    return answer.error if isinstance(answer, Failing) else answer


def _badge(world: World, kind: str, key: int) -> Badge:
    fields = {name: _held(world, kind, name, key) for name in SHAPES[kind]}
    others = [world.row("Medal", key), world.row("Badge", key - 1)] if key else []
    return Badge(**fields, others=others)


def _medal(world: World, kind: str, key: int) -> Medal:
    return Medal(**{name: _held(world, kind, name, key) for name in SHAPES[kind]})


def _article(world: World, kind: str, key: int) -> Article:
    return Article(id=key, **{name: _held(world, kind, name, key) for name in SHAPES[kind]})


BIRTHS |= {"Badge": _badge, "Medal": _medal, "Article": _article}

__all__ = ["JSON", "UUID", "Article", "Award", "Either", "Person", "Plain", "Robot", "Temperature", "Thing", "Ticket"]
