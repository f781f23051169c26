"""`make up`: a whole shop from one command, on this machine.

    python -m deploy.up [--stop-with-parent]

Reads the same environment as deploy/settings.py; PORT, HOST, HANDCART_HOME and HANDCART_ENV matter here. Ends with
status 0 after Ctrl-C or SIGTERM, with 1 and a reason when the shop cannot run.
"""

import http.client
import os
import sys
from pathlib import Path

from deploy import environment
from deploy.embedded.addresses import claim
from deploy.supervisor import orphans, ports, processes
from deploy.supervisor.home_lock import AlreadyRunning, HomeLock, home_lock
from deploy.supervisor.keeper import GiveUp, Keeper, StopRequested
from deploy.supervisor.output import Output
from deploy.supervisor.spawning import stop_with_parent

SERVER_SECONDS = 60.0
READY_SECONDS = 90.0


def up(keeper: Keeper, home: Path, *, host: str, port: int) -> None:
    """Start everything, say where it is, and keep it running."""
    settings = start_servers(keeper, home)
    keeper.run_to_end(processes.preparation(settings))
    web, *behind = processes.application(host=host, port=port, environment=settings)
    keeper.start(web.again)
    # The others come once the web server has had the processor to itself: events wait for them, shoppers do not.
    keeper.wait_until(lambda: is_ready(host, port), what="The shop", seconds=READY_SECONDS)
    for process in behind:
        keeper.start(process.again)
    announce(keeper.output, port)
    keeper.keep_running()


def start_servers(keeper: Keeper, home: Path) -> dict[str, str]:
    """Start the embedded servers that no URL replaces; returns the environment of everything else."""
    given = {name: environment.text(name) for name in ("DATABASE_URL", "REDIS_URL")}
    settings = {**os.environ, "HANDCART_HOME": str(home)}
    if all(given.values()):
        return settings
    places = claim(home)
    for server in processes.embedded(places, postgres=not given["DATABASE_URL"], redis=not given["REDIS_URL"]):
        child = keeper.start(server.make)
        keeper.wait_until(server.is_ready, what=child.name, seconds=SERVER_SECONDS)
    settings["DATABASE_URL"] = given["DATABASE_URL"] or places.database_url
    settings["REDIS_URL"] = given["REDIS_URL"] or places.redis_url
    return settings


def is_ready(host: str, port: int) -> bool:
    """Ask the web server whether it can serve."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (only compared)
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/health/ready", headers={"Host": public_host()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def public_host() -> str:
    """The host name that the application answers to."""
    return environment.text("PUBLIC_URL", "http://localhost").partition("://")[2].partition("/")[0]


def announce(output: Output, port: int) -> None:
    """Where to go and whom to be."""
    url = environment.text("PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
    output.line("up", "")
    output.line("up", "Handcart is ready.")
    for name, path in (("Storefront GraphQL", "/graphql/"), ("Admin GraphQL", "/graphql/admin/"), ("Admin", "/admin/")):
        output.line("up", f"  {name:<19} {url}{path}")
    if environment.text("HANDCART_ENV", "local") == "local":
        from deploy.demo.signins import SIGN_INS

        output.line("up", "Sign in to the demo shop as")
        for role, email, password in SIGN_INS:
            output.line("up", f"  {role:<19} {email} / {password}")
    output.line("up", "Ctrl-C stops everything.")


def run(output: Output, home: Path, lock: HomeLock, *, host: str, port: int) -> int:
    """From the lock to the last child; returns the exit status."""
    ended = orphans.end_orphans(home)
    if ended:
        output.line("up", f"Ended what an earlier run left behind: {', '.join(ended)}.")
    if not ports.becomes_free(host, port):
        output.line("up", f"Port {port} is taken by {ports.owner(port)}.")
        output.line("up", f"Stop it, or choose another port: PORT={port + 1} make up")
        return 1
    keeper = Keeper(home, output)
    status = 0
    try:
        up(keeper, home, host=host, port=port)
    except StopRequested:
        output.line("up", "Stopping.")
    except GiveUp as reason:
        output.line("up", str(reason))
        output.line("up", "The shop cannot run like this; stopping everything.")
        status = 1
    finally:
        lock.stopping()
        keeper.stop_all()
        output.line("up", "Stopped.")
    return status


def main() -> int:
    """Read where and how, take the shop's lock, run."""
    if "--stop-with-parent" in sys.argv[1:]:
        stop_with_parent()
    output = Output()
    home = environment.home_directory(processes.ROOT)
    host = environment.text("HOST", "127.0.0.1")
    port = environment.number("PORT", 8000)
    try:
        with home_lock(home, url=f"http://localhost:{port}") as lock:
            return run(output, home, lock, host=host, port=port)
    except AlreadyRunning as reason:
        output.line("up", str(reason))
        return 1


if __name__ == "__main__":
    sys.exit(main())
