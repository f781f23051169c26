"""Starting a child that does not outlive us."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable

from deploy.supervisor.processes import Process

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def spawn(process: Process) -> subprocess.Popen[bytes]:
    """Start `process` as the leader of its own session, with one pipe for everything it says.

    Its own session keeps the terminal's Ctrl-C away from it: we end the children in order instead.
    Call it from the main thread only: the kernel ties the child's life to the thread that started it.
    """
    return subprocess.Popen(
        process.command,
        cwd=process.folder,
        env={**os.environ, **process.environment, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=process.uid,
        group=process.gid,
        extra_groups=None if process.uid is None else [],
        # No other thread runs here, and the wish would be lost if it were made before the change of user.
        preexec_fn=die_with_parent(process.stop_signal),
    )


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a new child does before it becomes its program: ask the kernel for a signal when its parent dies."""
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


def stop_with_parent() -> None:
    """Have this very process told to stop (SIGTERM) when the one that started it dies."""
    parent = os.getppid()
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
