"""What it takes to start a server process and to tell it to stop."""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.service_user import ServiceUser


@dataclass(frozen=True)
class Server:
    """One embedded server, ready to be started in the foreground."""

    name: str
    command: list[str]
    folder: Path
    user: ServiceUser
    stop_signal: signal.Signals
    environment: Mapping[str, str] = field(default_factory=dict)
