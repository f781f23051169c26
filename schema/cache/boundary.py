"""When the shop changes by itself: the next moment at which something is published, sold or priced anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.db import connection

from schema.cache.tags import ALL, COLLECTIONS, PAGES, PRODUCTS

WRITTEN_WITH: Final = (ALL, PRODUCTS, COLLECTIONS, PAGES)
"""The tags of the rows that hold such moments."""

# One step into an index each. The moments of all channels together: an answer that is made anew too early is not wrong.
NEXT: Final = """
WITH earlier AS MATERIALIZED (SELECT least(now(), %(now)s) AS moment)
SELECT least(
    (SELECT min(published_at) FROM catalog_productchannellisting
      WHERE is_published AND published_at > (SELECT moment FROM earlier)),
    (SELECT min(available_for_purchase_at) FROM catalog_productchannellisting
      WHERE is_published AND available_for_purchase_at > (SELECT moment FROM earlier)),
    (SELECT min(published_at) FROM catalog_collectionchannellisting
      WHERE is_published AND published_at > (SELECT moment FROM earlier)),
    (SELECT min(valid_from) FROM catalog_productcard
      WHERE valid_from > '-infinity' AND valid_from > (SELECT moment FROM earlier)),
    (SELECT min(published_at) FROM content_page
      WHERE is_published AND published_at > (SELECT moment FROM earlier)),
    (SELECT min(starts_at) FROM pricing_pricelist
      WHERE is_public AND is_active AND starts_at > (SELECT moment FROM earlier)),
    (SELECT min(ends_at) FROM pricing_pricelist
      WHERE is_public AND is_active AND ends_at > (SELECT moment FROM earlier))
), now()
"""


class Boundary:
    """Knows the next such moment, and asks for it again only after it has passed or something was written."""

    def __init__(self) -> None:
        self._known: tuple[tuple[str, ...], float] | None = None

    def after(self, now: float, versions: Mapping[str, str]) -> float:
        """The next moment after `now` in wall-clock seconds; infinity if there is none.

        `versions` are those of WRITTEN_WITH at `now`.
        """
        written = tuple(versions[tag] for tag in WRITTEN_WITH)
        known = self._known
        if known is not None and known[0] == written and known[1] > now:
            return known[1]
        moment = _next_moment(now)
        self._known = (written, moment)
        return moment


def _next_moment(now: float) -> float:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"now": datetime.fromtimestamp(now, UTC)})
        moment, database_now = cursor.fetchone()
    if moment is None:
        return float("inf")
    # The clocks of the database and of this process both decide what is published: the first to get there counts, and
    # until the other has followed nothing is kept.
    return float(moment.timestamp() - max(0.0, database_now.timestamp() - now))
