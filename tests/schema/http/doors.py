"""One endpoint, and the two ways that lead to it: as the server calls them, with an environment and a callback."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from types import ModuleType
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import path
from pytest_django import Settings

from schema.http.endpoint import Endpoint
from schema.http.front import Environ, Front, StartResponse
from schema.view import view_of

ADDRESS = "/graphql/"


@dataclass(frozen=True)
class Received:
    """What a client gets to see."""

    status: int
    headers: Message
    content: bytes


class Doors:
    """An endpoint at /graphql/ behind the thin front ("front") and behind Django alone ("django")."""

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        self._urls = ModuleType("urls_of_one_endpoint")
        self._urls.urlpatterns = [path(ADDRESS.lstrip("/"), view_of(endpoint))]  # type: ignore[attr-defined]
        self._settings = settings
        django = WSGIHandler()
        self.endpoint = endpoint
        self.left_to_django = 0

        def counted(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            self.left_to_django += 1
            answer: Iterable[bytes] = django(environ, start_response)
            return answer

        self._doors = {"django": counted, "front": Front(counted, {ADDRESS: endpoint})}
        self._requests = RequestFactory()

    def send(
        self, door: str, method: str, *, address: str = ADDRESS, headers: dict[str, str] | None = None, **arguments: Any
    ) -> Received:
        """One request through one door. `arguments` are RequestFactory's."""
        self._settings.ROOT_URLCONF = self._urls
        named = {"host": "testserver", **(headers or {})}
        environ = self._requests.generic(method, address, headers=named, **arguments).META
        sent: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            sent.extend((status, headers))

        # The connection of a test is its transaction, which the end of a request must not end.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            answer = self._doors[door](environ, start_response)
            content = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        message = Message()
        for name, value in sent[1]:
            message.add_header(name, value)
        return Received(int(sent[0].split()[0]), message, content)
