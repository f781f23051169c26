"""Two schemas out of the same types: root types from modules, and no staff-only field in the storefront."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import strawberry
from django.conf import settings
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.execution import ExecutionContext
from strawberry.types.field import StrawberryField

from commerce.core.errors import CommerceError
from schema.context import Audience
from schema.engine import BreadthFirstExecutor, plans_of
from schema.scalars import SCALARS
from schema.uploads import UPLOAD, Upload

logger = logging.getLogger("handcart.graphql")


def root_type(name: str, modules: Iterable[ModuleType], description: str) -> type:
    """The root type `name`, with every field for it that the modules define at their top level.

    A module may hold queries and mutations: what changes something is never a field of Query, which GET may ask for.
    """
    fields = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, StrawberryField)
        and (value.metadata.get("root"), value.metadata.get("module")) == (name, module.__name__)
    ]
    return create_type(name, fields, description=description)


class AudienceSchema(strawberry.Schema):
    """A schema as one audience sees it: types that only staff-only fields reach vanish from the storefront."""

    def __init__(self, audience: Audience, query: type, mutation: type, types: Iterable[Any] = ()) -> None:
        self.audience = audience
        super().__init__(
            query=query,
            mutation=mutation,
            types=types,
            config=StrawberryConfig(scalar_map={**SCALARS, Upload: UPLOAD}),
            execution_context_class=BreadthFirstExecutor,
        )
        plans_of(self._schema).enabled = settings.GRAPHQL_ENGINE

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Strawberry's hook: the fields of a type, without those for staff in the storefront."""
        fields = super().get_fields(type_definition)
        if self.audience is Audience.ADMIN:
            return fields
        return [field for field in fields if field.metadata.get("audience") is not Audience.ADMIN]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log what the caller is not told. Expected refusals are answers, not faults."""
        for error in errors:
            if error.original_error is not None and not isinstance(error.original_error, CommerceError):
                logger.error("GraphQL field %s failed", error.path, exc_info=error.original_error)
