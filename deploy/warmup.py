"""What a web process does once, before its first request."""

import gc
import logging
import sys

from django.conf import settings
from django.db import Error, connections

from deploy import endpoints
from schema.explorer.examples import examples
from schema.http.turns import Turns
from schema.persisted.services import newest_documents

logger = logging.getLogger("handcart.graphql")

GENERATION_ZERO_THRESHOLD = 50_000
WARM_DOCUMENTS = 300
SWITCH_SECONDS = 0.0005


def warm_up() -> None:
    """Parse, validate and compile what is sure to come: the documents registered last, and the explorer's examples."""
    try:
        registered = list(newest_documents(WARM_DOCUMENTS))
    except Error as error:  # no table yet: `deploy.prepare` has still to run
        logger.warning("No registered documents are made ready: %s", str(error).partition("\n")[0])
        registered = []
    for identifier, text in registered:
        endpoints.REGISTERED.keep(identifier, text)
    endpoints.STOREFRONT.warm_up(text for _, text in registered)
    for endpoint in (endpoints.STOREFRONT, endpoints.ADMIN):
        endpoint.warm_up(example.query for example in examples(endpoint.audience.value))
    # The thread that imports serves no requests, and its connection would stay open for nothing.
    connections.close_all()


def take_turns() -> None:
    """Let a few of the threads answer the storefront's known queries, and wait for the interpreter but shortly.

    A thread that reads a large document for the first time keeps the interpreter until it is asked for it, and then by
    default 5 ms longer. A reader asks after each of its statements.
    """
    if settings.TURNS:
        endpoints.STOREFRONT.turns = Turns(settings.TURNS)
    sys.setswitchinterval(SWITCH_SECONDS)


def calm_the_collector() -> None:
    """Take everything imported so far out of the garbage collector's sight.

    A full collection over the imported modules holds every thread of the process for 70 to 95 ms, and what is
    imported once is never garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GENERATION_ZERO_THRESHOLD, 20, 50)
