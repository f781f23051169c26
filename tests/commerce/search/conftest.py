"""What the search's tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commerce.catalog.models import Product
from commerce.channels.models import Channel
from commerce.search.documents import learn_words
from commerce.search.postgres import PostgresSearch
from tests.factories import make_channel, make_product_type

Find = Callable[..., list[str]]


@pytest.fixture
def channel(db: None) -> Channel:
    """The default channel, and the default product type under a name that no product is looked for by."""
    make_product_type(name="Thing")
    return make_channel()


@pytest.fixture
def find(channel: Channel) -> Find:
    """The names of what a shopper's search finds, best first; words are learned before."""

    def search(text: str, language: str | None = None, where: Channel | None = None) -> list[str]:
        learn_words()
        found = PostgresSearch({}).find((where or channel).id, text, language)
        names = {str(product.id): product.name for product in Product.objects.filter(id__in=found.product_ids)}
        return [names[product_id] for product_id in found.product_ids]

    return search
