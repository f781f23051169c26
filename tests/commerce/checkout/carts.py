"""Words that the stories about carts share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from commerce.accounts.addresses import AddressData
from commerce.checkout.inputs import NewAddress
from commerce.checkout.models import Checkout
from commerce.core.errors import CommerceError, Rejected

Refusals = list[tuple[str, tuple[str, ...]]]

HOME = AddressData(
    first_name="Ada",
    last_name="Byron",
    street_address_1="1600 Amphitheatre Parkway",
    city="Mountain View",
    country="US",
    country_area="CA",
    postal_code="94043",
)
BERLIN = AddressData(
    first_name="Ada",
    last_name="Byron",
    street_address_1="Unter den Linden 1",
    city="Berlin",
    country="DE",
    postal_code="10117",
)


def home(**fields: Any) -> NewAddress:
    """An address in California."""
    return NewAddress(HOME, **fields)


def content(checkout: Checkout) -> list[tuple[str, int]]:
    """SKU and quantity of every line, as the table has them."""
    return list(checkout.lines.values_list("variant__sku", "quantity"))


@contextmanager
def refused() -> Iterator[Refusals]:
    """The block is refused; afterwards the yielded list has (code, path) of every fault."""
    faults: Refusals = []
    with pytest.raises((CommerceError, Rejected)) as caught:
        yield faults
    error = caught.value
    errors = error.errors if isinstance(error, Rejected) else [error]
    faults.extend((fault.code, fault.path) for fault in errors if isinstance(fault, CommerceError))


def facts_of(verb: Callable[[], object]) -> dict[str, object]:
    """The extra facts of the one fault that `verb` raises."""
    with pytest.raises(Rejected) as caught:
        verb()
    (fault,) = caught.value.errors
    return fault.facts
