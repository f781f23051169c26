"""Which test process runs which test: whoever is free takes the next one, but some files stay together."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

# Their tests share a shop or servers that take long to start, or follow each other.
TOGETHER: Final = frozenset(
    {
        "tests/deploy/test_embedded.py",
        "tests/deploy/test_supervisor.py",
        "tests/scenarios/test_a_shopper_buys.py",
    }
)


class SharingOut(LoadScopeScheduling):
    """The largest groups are begun first, so that nobody waits for them at the end.

    Groups are known by their files: the mark `xdist_group` reaches no test under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid
