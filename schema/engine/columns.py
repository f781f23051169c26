"""The raw values of one field for all objects of a level. A value that is an exception is that object's error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schema.engine.batch import Attribute, Read
from schema.engine.binding import Core, Loaded, Method, Typename
from schema.engine.foresight import Ahead, Selections
from schema.engine.levels import Level, WrongNumberOfAnswers
from schema.engine.places import Place, value_path

if TYPE_CHECKING:
    from schema.engine.run import Run
    from schema.engine.selection import Field

Column = Callable[["Run", Level[Any], Place], list[Any]]

_NO_ARGUMENTS: dict[str, Any] = {}


def column_of(field: Field) -> Column:
    """The function that gets the values of `field`. It never raises: what goes wrong is among the values."""
    values = field.values
    match values:
        case Typename():
            name = field.parent_type.name
            return lambda run, level, place: [name] * len(level)
        case Attribute(name=name):
            return _each(lambda row: getattr(row, name))
        case Read(function):
            return _each(function)
        case Loaded():
            return _loaded(field, values)
        case Method():
            return _called(field, values)
        case Core():
            return _core(field, values)


def _each(read: Callable[[Any], Any]) -> Column:
    def column(run: Run, level: Level[Any], place: Place) -> list[Any]:
        try:
            return [read(row) for row in level]
        except Exception:  # noqa: BLE001 - found out below which row it is
            return [_attempt(read, row) for row in level]

    return column


def _attempt(call: Callable[..., Any], *given: Any) -> Any:
    try:
        return call(*given)
    except Exception as error:  # noqa: BLE001 - a resolver's fault, whatever it is, becomes the field's error
        return error


def _loaded(field: Field, how: Loaded) -> Column:
    takes_arguments = bool(field.definition.args)

    def column(run: Run, level: Level[Any], place: Place) -> list[Any]:
        context = run.context
        try:
            # Arguments first, as under graphql-core: what is wrong with them is told whoever asks.
            arguments = how.convert(run.arguments(field), None) if takes_arguments else _NO_ARGUMENTS
            if how.guard is not None:
                how.guard(context)
            values = how.loader(level, context, **arguments)
            if len(values) != len(level):
                raise WrongNumberOfAnswers(len(values), len(level))
        except Exception as error:  # noqa: BLE001 - nobody of the level has an answer
            return [error] * len(level)
        return values if values.__class__ is list else list(values)

    return column


def _called(field: Field, how: Method) -> Column:
    """Each object's resolver is called once, whatever becomes of the others: it may have effects."""
    function, names = how.function, how.source_names

    if how.takes_self and not names and how.info_name is None and not field.definition.args:
        return lambda run, level, place: [_attempt(function, row) for row in level]

    takes_arguments = bool(field.definition.args)

    def call(run: Run, row: Any, place: Place, index: int) -> Any:
        keywords = dict.fromkeys(names, row)
        info = None
        if how.info_name is not None or takes_arguments:
            info = run.strawberry_info(how.field, field, value_path(place, index, field))
        if takes_arguments:
            keywords |= how.convert(run.arguments(field), info)
        if how.info_name is not None:
            keywords[how.info_name] = info
        return function(row, **keywords) if how.takes_self else function(**keywords)

    selections = Selections(field.below)

    def column(run: Run, level: Level[Any], place: Place) -> list[Any]:
        if run.levels is None or not selections:
            return [_attempt(call, run, row, place, index) for index, row in enumerate(level)]
        run.levels.ahead = Ahead(run, selections)
        try:
            return [_attempt(call, run, row, place, index) for index, row in enumerate(level)]
        finally:
            run.levels.ahead = None

    return column


def _core(field: Field, how: Core) -> Column:
    takes_arguments = bool(field.definition.args)
    introspects = field.parent_type.name.startswith("__")

    def column(run: Run, level: Level[Any], place: Place) -> list[Any]:
        resolve = how.resolve or run.executor.field_resolver

        def call(row: Any, index: int) -> Any:
            # Introspection's own resolvers look at nothing but the schema.
            info = shared or run.info(field, value_path(place, index, field))
            return resolve(row, info, **(run.arguments(field) if takes_arguments else _NO_ARGUMENTS))

        shared = run.info(field, value_path(place, 0, field)) if introspects and level else None
        return [_attempt(call, row, index) for index, row in enumerate(level)]

    return column
