"""How the values of a field are got, decided once from its definition."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import strawberry
from graphql import GraphQLField
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from schema.engine.batch import METADATA_KEY, Attribute, Batch, Guard, Loader, Read
from schema.engine.inputs import input_readers

Convert = Callable[[dict[str, Any], Any], dict[str, Any]]
"""From the arguments as graphql-core coerced them, and the Info, to those that a resolver takes."""

_PLAIN: Final = (str, int, float, bool, strawberry.ID)
_ALWAYS, _NULL = "always", "null"
_DEFINITION: Final = "strawberry-definition"


class Unsupported(Exception):
    """Something that a plan cannot do; the operation is left to graphql-core."""


@dataclass(frozen=True, slots=True)
class Typename:
    """The name of the type that the level is of."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Batch, with the arguments as the loader takes them."""

    loader: Loader
    guard: Guard | None
    convert: Convert
    recurring: type | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A plain Strawberry resolver, called once for each object with what its signature asks for."""

    function: Callable[..., Any]
    takes_self: bool
    source_names: tuple[str, ...]
    info_name: str | None
    convert: Convert
    field: StrawberryField


@dataclass(frozen=True, slots=True)
class Core:
    """Any other resolver, called as graphql-core calls it; None is the executor's default."""

    resolve: Callable[..., Any] | None


Values = Typename | Attribute | Read | Loaded | Method | Core


def bind(definition: GraphQLField, strawberry_schema: Any) -> Values:
    """The way to a field's values. Raises Unsupported for a resolver that has to be awaited."""
    field = (definition.extensions or {}).get(_DEFINITION)
    resolve = definition.resolve
    if resolve is not None and (inspect.iscoroutinefunction(resolve) or inspect.isasyncgenfunction(resolve)):
        raise Unsupported(f"the resolver {resolve} is asynchronous")
    if not isinstance(field, StrawberryField) or strawberry_schema is None:
        return Core(resolve)
    if field.is_async:
        raise Unsupported(f"the resolver of {field.python_name} is asynchronous")
    converter = strawberry_schema.schema_converter
    plain = type(field).get_result is StrawberryField.get_result and not field.extensions
    if not plain or converter._get_field_exception_handlers(field):
        return Core(resolve)
    if field.base_resolver is None:
        return _basic(field)
    return _resolved(field, field.base_resolver, _conversion(field, converter))


def _basic(field: StrawberryField) -> Values:
    if field.default_resolver is getattr:
        return Attribute(field.python_name)
    read, name = field.default_resolver, field.python_name
    return Read(lambda row: read(row, name))


def _resolved(field: StrawberryField, resolver: StrawberryResolver[Any], convert: Convert) -> Values:
    how = field.metadata.get(METADATA_KEY)
    if isinstance(how, Batch):
        if inspect.iscoroutinefunction(how.loader):
            raise Unsupported(f"the loader of {field.python_name} is asynchronous")
        carried: Attribute | None = getattr(how.loader, "attribute", None)
        if carried is not None and how.guard is None:
            return carried
        return Loaded(how.loader, how.guard, convert, how.recurring)
    if isinstance(how, Read | Attribute):
        return how
    given = (resolver.parent_parameter, resolver.root_parameter)
    return Method(
        function=resolver if isinstance(resolver.wrapped_func, classmethod) else resolver.wrapped_func,
        takes_self=bool(resolver.self_parameter),
        source_names=tuple(parameter.name for parameter in given if parameter),
        info_name=resolver.info_parameter.name if resolver.info_parameter else None,
        convert=convert,
        field=field,
    )


def _conversion(field: StrawberryField, converter: Any) -> Convert:
    arguments = field.arguments
    if not arguments:
        return lambda raw, info: {}

    name_of = converter.config.name_converter.from_argument
    readers = input_readers(converter)
    known = [
        (
            name_of(argument),
            argument.python_name,
            argument.type,
            _unchanged(argument.type),
            readers.of(argument.type),
        )
        for argument in arguments
    ]

    def convert(raw: Mapping[str, Any], info: Any) -> dict[str, Any]:
        converted = {}
        for name, python_name, kind, unchanged, read in known:
            if name not in raw:
                continue
            value = raw[name]
            if unchanged is _ALWAYS or (value is None and unchanged is _NULL):
                converted[python_name] = value
            elif read is not None:
                converted[python_name] = read(value)
            else:
                converted[python_name] = convert_argument(
                    value, kind, converter.scalar_registry, converter.config, info, path=(name,)
                )
        return converted

    return convert


def _unchanged(kind: Any) -> str | None:
    """Which values of an argument Strawberry passes on as graphql-core coerced them."""
    if isinstance(kind, StrawberryMaybe):
        return None
    inner = kind.of_type if isinstance(kind, StrawberryOptional) else kind
    return _ALWAYS if inner in _PLAIN else _NULL


def attribute_expression(name: str, constant: Callable[[Any], str]) -> str:
    """The expression that reads an attribute of `o`; names that are no plain ones are constants of the plan."""
    if name.isidentifier() and name.isascii() and not keyword.iskeyword(name):
        return f"o.{name}"
    return f"getattr(o, {constant(name)})"
