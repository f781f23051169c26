"""One wall-clock limit for a whole conversation."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_MINIMUM: Final = 0.001


class DeadlineExceeded(Exception):
    """The time for all of it is over; what was sent may have arrived."""


class Deadline:
    """A moment on the monotonic clock, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, above zero. Raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left < _MINIMUM:
            raise TimeoutError("deadline exceeded")
        return left

    def sooner(self, seconds: float) -> Deadline:
        """This deadline, or one `seconds` from now if that comes first."""
        other = Deadline(seconds)
        other._at = min(other._at, self._at)
        return other


class DeadlineSocket:
    """As much of a socket as http.client needs, each call of it bounded by what is left of one deadline.

    A timeout of the socket itself begins anew with every byte that arrives. Closing is left to the socket's owner.
    """

    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        self._raw = raw
        self._deadline = deadline

    def sendall(self, data: ReadableBuffer) -> None:
        """Send all of `data`. Raises TimeoutError at the deadline."""
        self._raw.settimeout(self._deadline.remaining())
        self._raw.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """A buffered reader of what the other side sends."""
        return io.BufferedReader(_Incoming(self._raw, self._deadline))

    def close(self) -> None:
        """Nothing: http.client closes its socket while the answer is still being read."""


class _Incoming(io.RawIOBase):
    def __init__(self, raw: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._raw.settimeout(self._deadline.remaining())
        return self._raw.recv_into(buffer)
