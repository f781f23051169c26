"""Looking ahead: what will be asked of the objects of a level, told before the first of their fields is worked out.

    @looks_ahead(load_together)
    @strawberry.type
    class Product: ...

    def load_together(products: Level[Row], context: Context, ahead: Ahead) -> None:
        ...  # load in one statement what the loaders of several fields would ask for one by one, and keep it for them

Any loader may look ahead by itself, too: `products.ahead` says what is selected of the products, and is None where
nobody knows. It is a courtesy to the loaders: they must do without it, because graphql-core never looks ahead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable, Set
from typing import TYPE_CHECKING, Any, Final, TypeVar

from graphql import GraphQLObjectType

from schema.engine.binding import Loaded

if TYPE_CHECKING:
    from schema.engine.levels import Level
    from schema.engine.run import Run
    from schema.engine.selection import ByName, Field

C = TypeVar("C", bound=type)
T = TypeVar("T")

Look = Callable[["Run", "Level[Any]"], None]

logger = logging.getLogger(__name__)

_HOOK: Final = "__looks_ahead__"


class Selections(list["ByName"]):
    """The fields of levels that stand beside each other, and what was concluded from their names. One for each plan."""

    __slots__ = ("conclusions",)

    def __init__(self, levels: Iterable[ByName] = ()) -> None:
        super().__init__(levels)
        self.conclusions: dict[Hashable, Any] = {}


class Ahead:
    """The fields that are selected of a level, by their names in the schema."""

    __slots__ = ("_levels", "_run")

    def __init__(self, run: Run, levels: Selections) -> None:
        self._run = run
        self._levels = levels

    def concluded(self, conclude: Callable[[Ahead], T]) -> T:
        """What `conclude` makes of the selected names: asked once for a plan, so it looks at no arguments."""
        known = self._levels.conclusions
        if conclude not in known:
            known[conclude] = conclude(self)
        found: T = known[conclude]
        return found

    def asks_only(self, names: Set[str]) -> bool:
        """Whether no other fields are selected than these and `__typename`."""
        return all(level.keys() <= names or level.keys() - {"__typename"} <= names for level in self._levels)

    def asks(self, name: str) -> bool:
        """Whether the field is selected."""
        return any(name in level for level in self._levels)

    def below(self, *names: str) -> Ahead:
        """The fields that are selected of these fields' objects."""
        return Ahead(self._run, Selections(level for field in self._named(*names) for level in field.below))

    def arguments(self, name: str) -> list[dict[str, Any]]:
        """The arguments of each selection of the field, as its loader takes them. Raises what is wrong with them."""
        return [self._arguments(field) for field in self._named(name)]

    def _named(self, *names: str) -> list[Field]:
        return [field for level in self._levels for name in names for field in level.get(name, ())]

    def _arguments(self, field: Field) -> dict[str, Any]:
        if not isinstance(field.values, Loaded) or not field.definition.args:
            return {}
        return field.values.convert(self._run.arguments(field), None)


def looks_ahead(look: Callable[[Any, Any, Ahead], None]) -> Callable[[C], C]:
    """Have `look(level, context, ahead)` called for each level of objects of the decorated Strawberry type."""

    def decorate(kind: C) -> C:
        setattr(kind, _HOOK, staticmethod(look))
        return kind

    return decorate


def looking_ahead(type_: GraphQLObjectType, fields: ByName) -> Look | None:
    """What a plan calls before it works out a level of `type_`; None for a type that does not look ahead."""
    definition = (type_.extensions or {}).get("strawberry-definition")
    look = getattr(getattr(definition, "origin", None), _HOOK, None)
    if look is None:
        return None

    def call(run: Run, level: Level[Any]) -> None:
        try:
            look(level, run.context, level.ahead)
        except Exception as error:  # noqa: BLE001 - the loaders meet it again, and say whose field it is
            logger.debug("looking ahead of %s: %s", type_.name, error)

    return call
