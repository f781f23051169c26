"""Room for the frames of everything that is called, so that no figure hangs on where they come to lie.

CPython keeps the frames of a thread in chunks of 16 kB. A call that does not fit asks the kernel for another chunk, and
its return gives that chunk back: code that happens to loop just below such a border pays two system calls and some page
faults for every call. graphql-core takes 6 ms or 24 ms for the same list, depending on nothing but how many frames lie
above it (Python 3.11). A frame that claims a large stack makes CPython take one large chunk for itself and all that it
calls. Not for the served shop: its engine does not go deep, and giving the chunk back disturbs the other threads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SLOTS: Final = 32_000
"""What the frame claims, in words of 8 bytes: a chunk of 512 kB, half of it for what is called from there."""


def with_roomy_stack(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, called from a frame that has room for some thousand further frames below. Costs about 8 µs a call."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=SLOTS)
    return wraps(function)(call)
