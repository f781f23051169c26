"""Where the embedded servers of a shop keep their things, and the URLs that reach them.

Both listen on Unix sockets only: no port to collide with another shop, and nobody else on the machine gets in.
The places are recorded in the shop's home, because a shop that root runs keeps its PostgreSQL elsewhere.
"""

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "handcart"
RECORD = "embedded.json"
# A Unix socket's path may have 107 bytes, and PostgreSQL appends its own name.
LONGEST_SOCKET_FOLDER = 85
SHARED_FOLDERS = (Path("/var/lib/handcart"), Path("/var/tmp/handcart"))  # noqa: S108 (made by root, closed to others)


@dataclass(frozen=True)
class Places:
    """The folders of one shop's embedded servers."""

    home: str
    postgres: str
    redis: str
    sockets: str

    @property
    def database_url(self) -> str:
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(self.postgres_socket, safe='')}"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(self.redis_socket)}?db=0"

    @property
    def postgres_socket(self) -> str:
        return str(Path(self.postgres) / "socket") if is_root() else self.sockets

    @property
    def redis_socket(self) -> str:
        return str(Path(self.sockets) / "redis.sock")


def is_root() -> bool:
    return os.geteuid() == 0


def shared_folder() -> Path:
    """A folder that the unprivileged service user can reach whatever home root's shop has."""
    for folder in SHARED_FOLDERS:
        if all(parent.stat().st_mode & 0o001 for parent in folder.parents):
            return folder
    raise RuntimeError(f"None of {', '.join(map(str, SHARED_FOLDERS))} can be reached by an unprivileged user.")


def recorded(home: Path) -> Places | None:
    """The places of this shop, if it has any. A record that was copied along from another shop is not ours."""
    try:
        places = Places(**json.loads((home / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return places if places.home == str(home) else None


def claim(home: Path) -> Places:
    """The places of this shop; chosen and recorded the first time."""
    places = recorded(home)
    if places is None:
        places = choose(home)
        home.mkdir(parents=True, exist_ok=True)
        unfinished = home / f"{RECORD}.{os.getpid()}"
        unfinished.write_text(json.dumps(asdict(places), indent=1), encoding="utf-8")
        unfinished.replace(home / RECORD)
    return places


def choose(home: Path) -> Places:
    """New places. The random part keeps a home that was deleted and made again away from its old data."""
    name = f"{hashlib.sha256(str(home).encode()).hexdigest()[:8]}-{secrets.token_hex(4)}"
    postgres = shared_folder() / "shops" / name if is_root() else home / "postgres"
    sockets = home / "sockets"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_FOLDER:
        sockets = Path(tempfile.gettempdir()) / f"handcart-{os.geteuid()}-{name}"
    return Places(home=str(home), postgres=str(postgres), redis=str(home / "redis"), sockets=str(sockets))


def database_url(home: Path) -> str:
    """The embedded PostgreSQL's URL. Before the first start it names a socket that is not there yet."""
    places = recorded(home)
    if places is None:
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(home / 'not-started'), safe='')}"
    return places.database_url


def redis_url(home: Path) -> str:
    """The embedded Redis's URL, likewise."""
    places = recorded(home)
    return places.redis_url if places else f"unix://{quote(str(home / 'not-started'))}?db=0"
