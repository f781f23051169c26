"""Requests with files: https://github.com/jaydenseric/graphql-multipart-request-spec, without batches.

Only signed-in staff and apps may send one: their Authorization header makes a browser ask before it sends anything
across origins, and nobody fills our disk without a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.handlers.wsgi import LimitedStream
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict

from schema.http.incoming import Incoming
from schema.http.request import BadRequest
from schema.limits import Limits
from schema.uploads import Upload

MEDIA_TYPE: Final = "multipart/form-data"
_LONGEST_LENGTH: Final = 18


def is_multipart(incoming: Incoming) -> bool:
    """Whether the request carries files."""
    return incoming.method == "POST" and incoming.content_type.partition(";")[0].strip().lower() == MEDIA_TYPE


@contextmanager
def parameters_with_files(incoming: Incoming, limits: Limits) -> Iterator[Any]:
    """The JSON of `operations` with an Upload in each place that `map` names; the files are gone afterwards.

    Raises BadRequest.
    """
    fields, files = _parsed(incoming)
    try:
        yield _filled(fields, files, limits)
    finally:
        for file in _all(files):
            with suppress(FileNotFoundError):
                file.close()


def _parsed(incoming: Incoming) -> tuple[Any, MultiValueDict[str, UploadedFile[Any]]]:
    length = incoming.environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(411, "LENGTH_REQUIRED", "A request with files says how long it is.")
    most: int = settings.UPLOAD_MAX_BYTES
    if len(length) > _LONGEST_LENGTH or int(length) > most:
        raise BadRequest(413, "LIMIT_EXCEEDED", f"The limit upload is {most} bytes.", limit="upload", maximum=most)
    stream = LimitedStream(incoming.environ["wsgi.input"], int(length))
    handlers = [TemporaryFileUploadHandler()]
    meta = {"CONTENT_TYPE": incoming.content_type, "CONTENT_LENGTH": length}
    try:
        return MultiPartParser(meta, stream, handlers, "utf-8").parse()
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, RequestDataTooBig, OSError) as error:
        raise BadRequest(400, "BAD_REQUEST", f"The body is no multipart request: {error}") from error


def _filled(fields: Any, files: MultiValueDict[str, UploadedFile[Any]], limits: Limits) -> Any:
    operations = _json(fields.get("operations"), "operations", limits)
    places = _json(fields.get("map"), "map", limits)
    if not isinstance(operations, dict) or not isinstance(places, dict):
        raise BadRequest(400, "BAD_REQUEST", "operations and map are JSON objects; batches carry no files.")
    for name, paths in places.items():
        file = files.get(name)
        if file is None or not isinstance(paths, list):
            raise BadRequest(400, "BAD_REQUEST", f"map names {name[:50]!r}, which is no file of the request.")
        for path in paths:
            _put(operations, path, Upload(file))
    return operations


def _put(operations: dict[str, Any], path: Any, upload: Upload) -> None:
    inner: Any = operations
    steps = path.split(".") if isinstance(path, str) else []
    try:
        if steps[0] != "variables":
            raise KeyError
        for step in steps[:-1]:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        last = int(steps[-1]) if isinstance(inner, list) else steps[-1]
        if inner[last] is not None:
            raise KeyError
        inner[last] = upload
    except (LookupError, TypeError, ValueError):
        message = f"map leads to {str(path)[:100]!r}, which is no null in the variables."
        raise BadRequest(400, "BAD_REQUEST", message) from None


def _json(text: str | None, name: str, limits: Limits) -> Any:
    if text is None:
        raise BadRequest(400, "BAD_REQUEST", f"The field {name} is missing.")
    if len(text) > limits.body_bytes:
        most = limits.body_bytes
        raise BadRequest(413, "LIMIT_EXCEEDED", f"The limit body is {most} bytes.", limit="body", maximum=most)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_REQUEST", f"The field {name} is not JSON: {error.msg}.") from error


def _all(files: MultiValueDict[str, UploadedFile[Any]]) -> list[UploadedFile[Any]]:
    return [file for _, several in files.lists() for file in several]
