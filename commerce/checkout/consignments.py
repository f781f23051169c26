"""What the tax service of a channel is asked about a cart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from commerce.checkout.models import Checkout, CheckoutLine
from commerce.checkout.offers import Offer
from commerce.promotions.basket import Basket, Reduction
from commerce.shipping.provider import Destination
from commerce.taxes import provider
from commerce.taxes.local import LocalTaxes
from commerce.taxes.provider import Consignment, TaxableLine
from commerce.taxes.questions import Question
from commerce.taxes.rates import UNTAXED


def question_of(
    checkout: Checkout,
    basket: Basket,
    reductions: Sequence[Reduction],
    lines: Sequence[CheckoutLine],
    offered: Sequence[Offer],
    taxed_at: Destination,
    taxes: LocalTaxes,
) -> Question:
    """All that taxes depend on, and nothing that says who buys but a VAT id. Nobody is asked about what is untaxed."""
    off = Counter[str]()
    for reduction in reductions:
        off.update(reduction.lines)
    return Question(
        checkout.id,
        taxes.service,
        Consignment(
            currency=basket.currency,
            prices_include_tax=checkout.channel.prices_include_tax,
            lines=tuple(
                TaxableLine(
                    good.line_id,
                    line.variant.sku or "",
                    offer.tax_class_code,
                    good.quantity,
                    good.amount - off[good.line_id],
                )
                for good, line, offer in zip(basket.goods, lines, offered, strict=True)
                if good.tax_class_id != UNTAXED
            ),
            shipping=basket.shipping - sum(reduction.shipping for reduction in reductions),
            destination=provider.Destination(
                taxed_at.country, taxed_at.country_area, taxed_at.city, taxed_at.postal_code
            ),
            vat_id=checkout.vat_id or taxes.customer_vat_id,
        ),
    )
