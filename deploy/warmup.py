"""What a web process does once, before its first request."""

import gc

GENERATION_ZERO_THRESHOLD = 50_000


def calm_the_collector() -> None:
    """Take everything imported so far out of the garbage collector's sight.

    A full collection over the imported modules holds every thread of the process for 70 to 95 ms, and what is
    imported once is never garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GENERATION_ZERO_THRESHOLD, 20, 50)
