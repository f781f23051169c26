"""The account that embedded PostgreSQL runs under: ours, or an unprivileged one when we are root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.addresses import is_root

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class ServiceUser:
    """A user and group to switch to, or no switch at all."""

    uid: int | None
    gid: int | None

    def own(self, folder: Path) -> None:
        """Make `folder` (with parents) and close it to everybody but this user."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def service_user() -> ServiceUser:
    """PostgreSQL refuses root, so a shop that root runs uses `nobody`."""
    if not is_root():
        return ServiceUser(uid=None, gid=None)
    account = pwd.getpwnam(UNPRIVILEGED)
    return ServiceUser(uid=account.pw_uid, gid=account.pw_gid)
