"""Files that come with a request: https://github.com/jaydenseric/graphql-multipart-request-spec"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import strawberry
from django.core.files.uploadedfile import UploadedFile
from graphql import GraphQLError, ValueNode
from strawberry.types.scalar import ScalarDefinition


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Upload:
    """A file that the caller sent, kept for as long as the request lasts."""

    file: UploadedFile[Any]

    def __repr__(self) -> str:
        """What tells it from another file, for repeats of the same request: its name and its content."""
        content = hashlib.sha256()
        for chunk in self.file.chunks():
            content.update(chunk)
        self.file.seek(0)
        return f"{self.file.name}:{content.hexdigest()}"


def _uploaded(value: Any) -> Upload:
    if not isinstance(value, Upload):
        raise GraphQLError("A file is expected: send a multipart request.")
    return value


def _no_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Upload:
    raise GraphQLError("A file is sent in a variable of a multipart request.")


def _no_answer(value: Any) -> Any:
    raise GraphQLError("A file is never an answer.")


UPLOAD: ScalarDefinition = strawberry.scalar(
    name="Upload",
    description="A file, in a variable of a request after the GraphQL multipart request specification.",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
    serialize=_no_answer,
    parse_value=_uploaded,
    parse_literal=_no_literal,
)
