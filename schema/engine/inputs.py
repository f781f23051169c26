"""Reading arguments as Strawberry does, with what it asks of the types at each call worked out once.

`strawberry.types.arguments.convert_argument` resolves the annotation of every field of every input object anew for
each value. Types never change after the schema is made: here each becomes a function. What makes its own values
(`from_input`, `Maybe`, GlobalID, generic inputs) stays with Strawberry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from strawberry.relay.types import GlobalID
from strawberry.types.arguments import _is_leaf_type, _is_optional_leaf_type
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

Read = Callable[[Any], Any]


class _Strawberrys(Exception):
    """A type that Strawberry has to read itself."""


class InputReaders:
    """The functions of one schema's input types."""

    def __init__(self, registry: Any, config: Any) -> None:
        self._registry: Final = registry
        self._config: Final = config
        self._objects: Final[dict[Any, _ObjectReader]] = {}
        self._refused: Final[set[Any]] = set()
        self._lock: Final = Lock()

    def of(self, kind: Any) -> Read | None:
        """What reads values of `kind`, as graphql-core coerced them; None if that is Strawberry's own business.

        Thread-safe: nobody is given a reader that is still being made, and would leave out what it does not know yet.
        """
        with self._lock:
            try:
                return self._reader(kind)
            except _Strawberrys:
                return None

    def _reader(self, kind: Any) -> Read:
        if isinstance(kind, StrawberryMaybe) or kind is GlobalID:
            raise _Strawberrys
        if isinstance(kind, StrawberryOptional):
            return self._reader(kind.of_type)
        if isinstance(kind, StrawberryList):
            return self._list(kind.of_type)
        if _is_leaf_type(kind, self._registry):
            return _same
        if isinstance(kind, LazyType):
            return self._reader(kind.resolve_type())
        definition = kind.__strawberry_definition__ if has_object_definition(kind) else None
        if definition is None or not definition.is_input or definition.from_input is not None:
            raise _Strawberrys
        return self._object(kind, definition)

    def _list(self, kind: Any) -> Read:
        if _is_leaf_type(kind, self._registry) or _is_optional_leaf_type(kind, self._registry):
            if GlobalID in (kind, getattr(kind, "of_type", None)):
                raise _Strawberrys
            # A default is the same list for every request: nobody may change it.
            return lambda value: value if value is None or value is UNSET else list(value)
        read = self._reader(kind)
        return lambda value: value if value is None or value is UNSET else [read(item) for item in value]

    def _object(self, kind: Any, definition: Any) -> Read:
        if kind in self._refused:
            raise _Strawberrys
        known = self._objects.get(kind)
        if known is not None:
            return known
        reader = self._objects[kind] = _ObjectReader(kind)
        try:
            for field in definition.fields:
                if field.default_value is MISSING and field.default_factory is MISSING:
                    reader.missing[field.python_name] = None
                name = self._config.name_converter.from_field(field)
                read = self._reader(field.resolve_type(type_definition=definition))
                reader.fields.append((name, field.python_name, read))
        except _Strawberrys:
            self._refused.add(kind)
            self._objects.clear()  # others may hold what is half made
            raise
        return reader


_of_schemas: Final[WeakKeyDictionary[Any, InputReaders]] = WeakKeyDictionary()


def input_readers(converter: Any) -> InputReaders:
    """Those of the schema that this Strawberry converter has made."""
    known = _of_schemas.get(converter)
    if known is None:
        known = _of_schemas[converter] = InputReaders(converter.scalar_registry, converter.config)
    return known


class _ObjectReader:
    """Reads an input object, which may hold others of its own type."""

    def __init__(self, kind: Any) -> None:
        self._kind: Final = kind
        self.missing: Final[dict[str, None]] = {}
        self.fields: Final[list[tuple[str, str, Read]]] = []

    def __call__(self, value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        given: dict[str, Any] = dict(self.missing)
        for name, python_name, read in self.fields:
            if name in value:
                given[python_name] = read(value[name])
        return self._kind(**given)


def _same(value: Any) -> Any:
    return value
