"""Reading settings from the environment, with messages that name the variable."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """The value of `name`, or `default` when it is unset or blank."""
    return os.environ.get(name, "").strip() or default


def words(name: str) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def flag(name: str, *, default: bool) -> bool:
    """A yes-or-no setting; raises ImproperlyConfigured on any other word."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be one of on/off, true/false, yes/no, 1/0; it is {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number; raises ImproperlyConfigured when it is none."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {value!r}.") from None


def choice(name: str, options: tuple[str, ...]) -> str:
    """One of `options`, the first by default; raises ImproperlyConfigured on another word."""
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}; it is {value!r}.")
    return value


def require(*names: str) -> None:
    """Raise one ImproperlyConfigured that names every missing variable."""
    missing = [name for name in names if not text(name)]
    if missing:
        raise ImproperlyConfigured(f"HANDCART_ENV=production needs these settings: {', '.join(missing)}.")


def home_directory(base: Path) -> Path:
    """Where this shop keeps its data: HANDCART_HOME, or `.handcart` next to the code."""
    return Path(text("HANDCART_HOME", str(base / ".handcart"))).expanduser().resolve()


def database_settings(url: str) -> dict[str, str]:
    """Django's NAME, USER, PASSWORD, HOST and PORT of a PostgreSQL URL; raises ImproperlyConfigured.

    libpq's own parser reads it, so every form that `psql` takes is taken here too.
    """
    try:
        parts = parse_dsn(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not a PostgreSQL URL: {error}".strip()) from None
    if not parts.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database: postgresql://user:password@host:5432/name.")
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {setting: parts.get(key, "") for setting, key in known.items()}


def database_options(url: str) -> dict[str, str]:
    """What else the URL asks of libpq, for example sslmode."""
    taken = {"dbname", "user", "password", "host", "port", "options", "application_name"}
    return {key: value for key, value in parse_dsn(url).items() if key not in taken}


def redis_number(url: str) -> int:
    """The database number that a Redis URL names (0 by default); raises ImproperlyConfigured on another word."""
    parts = urlsplit(url)
    number = dict(parse_qsl(parts.query)).get("db", "") if parts.scheme == "unix" else parts.path.strip("/")
    try:
        return int(number or 0)
    except ValueError:
        raise ImproperlyConfigured(f"REDIS_URL must end in a database number; it ends in {number!r}.") from None


def with_redis_number(url: str, number: int) -> str:
    """The same server, another database number."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query)) | {"db": str(number)}
        return f"unix://{parts.netloc}{parts.path}?{urlencode(query)}"  # urlunsplit drops the empty host's slashes
    return urlunsplit(parts._replace(path=f"/{number}"))


def local_secret_key(home: Path) -> str:
    """The secret of a shop on a developer's machine: made once, kept in its home, readable by its owner only."""
    path = home / "secret_key"
    home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()
