"""Embedded servers by hand.

    python -m deploy.embedded start|stop|remove HOME

`remove` deletes their data too.
"""

import os
import sys
from pathlib import Path

from deploy.embedded.background import remove, start, stop


def main() -> None:
    """Start, stop or remove the servers of one home."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop", "remove"):
        sys.exit(__doc__)
    home = Path(sys.argv[2]).resolve()
    if sys.argv[1] == "start":
        places = start(home, durable=os.environ.get("HANDCART_ALLOW_FSYNC_OFF") != "1")
        print(f"DATABASE_URL={places.database_url}\nREDIS_URL={places.redis_url}")
    elif sys.argv[1] == "stop":
        stop(home)
    else:
        remove(home)


main()
