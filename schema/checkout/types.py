"""The cart as the API shows it. Prices come from one quote for each checkout, however many fields ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from commerce.accounts.models import Address as AddressRow
from commerce.accounts.models import User as UserRow
from commerce.checkout import models
from commerce.checkout.priced import Quote
from commerce.core.permission import Permission
from schema.accounts.types import Address, User, both_addresses
from schema.channels.types import Channel
from schema.checkout.discounts import discount_names, discount_of, translated_names
from schema.checkout.gift_cards import cards_pay, load_cards
from schema.checkout.given import CheckoutGift, load_gifts
from schema.checkout.lines import CheckoutLine, Delivery, load_quotes
from schema.checkout.problems import CheckoutProblem, load_problems
from schema.checkout.tiers import CheckoutNextTier, load_next_tiers
from schema.checkout.vouchers import CheckoutVoucherCode, load_codes, load_first_code
from schema.checkout.warnings import CheckoutWarning, load_warnings
from schema.context import RequestContext
from schema.engine.batch import Loader
from schema.enums import LanguageCodeEnum, language_enum
from schema.fields import computed, leaf, nested
from schema.giftcards.types import GiftCard
from schema.ids import global_id
from schema.metadata import MetadataItem, ObjectWithMetadata, metadata_field, private_metadata_field
from schema.money import Money, TaxedMoney
from schema.payments.gateways import PaymentGateway, load_gateways
from schema.payments.standing import load_charged, load_secured


@strawberry.enum(description="How much of the total is authorized or charged.")
class CheckoutAuthorizeStatusEnum(Enum):
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@strawberry.enum(description="How much of the total is charged.")
class CheckoutChargeStatusEnum(Enum):
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    OVERCHARGED = "overcharged"


def _of_quote(read: Callable[[Quote], Any]) -> Loader:
    def load(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[Any]:
        return [read(quote) for quote in load_quotes(checkouts, context)]

    return load


def _shipping_addresses(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[AddressRow | None]:
    found = both_addresses(checkouts, context)
    return [found.get(checkout.shipping_address_id) for checkout in checkouts]


def _billing_addresses(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[AddressRow | None]:
    found = both_addresses(checkouts, context)
    return [found.get(checkout.billing_address_id) for checkout in checkouts]


def _users(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[UserRow | None]:
    found = UserRow.objects.in_bulk([checkout.user_id for checkout in checkouts if checkout.user_id])
    return [found.get(checkout.user_id) if checkout.user_id else None for checkout in checkouts]


def _deliveries(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[models.CheckoutDelivery | None]:
    keys = [checkout.delivery_id for checkout in checkouts if checkout.delivery_id]
    known = context.memo.setdefault("deliveries", {})
    for quote in context.memo.get("quotes", {}).values():
        if quote.delivery is not None:
            known[quote.delivery.delivery.id] = quote.delivery.delivery
    known |= {row.id: row for checkout in checkouts if (row := _just_chosen(checkout)) is not None}
    found = context.known(
        "deliveries", keys, models.CheckoutDelivery.objects.select_related("method", "warehouse").in_bulk
    )
    return [found.get(checkout.delivery_id) if checkout.delivery_id else None for checkout in checkouts]


def _just_chosen(checkout: models.Checkout) -> models.CheckoutDelivery | None:
    """The delivery that a change has put into this very instance, if it has its method and warehouse."""
    row = checkout.delivery if models.Checkout.delivery.is_cached(checkout) else None
    if row is None:
        return None
    kind = models.CheckoutDelivery
    whole = kind.method.is_cached(row) and kind.warehouse.is_cached(row)
    return row if whole else None


def _status(enum: Any, load_paid: Loader) -> Loader:
    """NONE, PARTIAL, FULL or (where the enum has it) OVERCHARGED: what is paid against what is left to pay."""

    def judge(paid: int, total: int) -> Any:
        if paid >= total:
            over = paid > total and "OVERCHARGED" in enum.__members__
            return enum.OVERCHARGED if over else enum.FULL
        return enum.PARTIAL if paid else enum.NONE

    def load(checkouts: Sequence[models.Checkout], context: RequestContext) -> list[Any]:
        totals = [quote.due.amount for quote in load_quotes(checkouts, context)]
        return [judge(*pair) for pair in zip(load_paid(checkouts, context), totals, strict=True)]

    return load


@strawberry.type(description="A cart, until it becomes an order.")
class Checkout(ObjectWithMetadata):
    """Source: commerce.checkout.models.Checkout with channel loaded."""

    id: strawberry.ID = global_id("Checkout")
    created: datetime = leaf("When it was made.", source="created_at")
    updated_at: datetime = leaf("When it was last changed.")
    channel: Channel = nested("channel", "Where it is bought.")
    user: User | None = nested(_users, "The customer that it belongs to.")
    email: str | None = computed(lambda root: root.email or None, "Where the confirmation goes.")
    language_code: LanguageCodeEnum = computed(
        lambda root: language_enum(root.language_code), "The language of the buyer."
    )
    customer_note: str = leaf("What the buyer wrote.")
    is_gift: bool = leaf("Whether it is a present: no prices in the parcel.")
    gift_message: str = leaf("What to write on the card of the present.")
    vat_id: str = leaf("The buyer's VAT id in the European Union; empty for none.")
    shipping_address: Address | None = nested(_shipping_addresses, "Where it goes.")
    billing_address: Address | None = nested(_billing_addresses, "Who pays.")
    is_shipping_required: bool = nested(
        _of_quote(lambda quote: quote.is_shipping_required),
        "Whether anything in it has to be shipped.",
    )
    delivery: Delivery | None = nested(_deliveries, "The delivery that was chosen.")
    lines: list[CheckoutLine] = nested(_of_quote(lambda quote: list(quote.lines)), "What is in it.")
    gifts: list[CheckoutGift] = nested(
        load_gifts, "What promotions give with it for nothing; what can be had of it is among the lines."
    )
    next_tiers: list[CheckoutNextTier] = nested(load_next_tiers)
    quantity: int = nested(
        _of_quote(lambda quote: sum(line.quantity for line in quote.lines)), "How many units are in it."
    )
    subtotal_price: TaxedMoney = nested(_of_quote(lambda quote: quote.subtotal), "The goods.")
    shipping_price: TaxedMoney = nested(_of_quote(lambda quote: quote.shipping), "The delivery.")
    discount: Money | None = nested(
        _of_quote(discount_of),
        "What promotions and codes take off lines and delivery in all, on the side (net or gross) on which prices are "
        "entered; null without any. The prices contain it already.",
    )
    discount_name: str | None = nested(
        _of_quote(discount_names), "What takes it off: the code's voucher, else the promotions; null without any."
    )
    translated_discount_name: str | None = nested(
        translated_names, "The same in the language of the checkout, as far as promotions are translated."
    )
    voucher_code: str | None = nested(load_first_code, "The code that was given; of several the first that counts.")
    voucher_codes: list[CheckoutVoucherCode] = nested(load_codes, "All codes that were given.")
    total_price: TaxedMoney = nested(
        _of_quote(lambda quote: quote.left),
        "What is left to pay: goods and delivery, less what gift cards pay. Without a gift card it is the total.",
    )
    total_before_gift_cards: TaxedMoney = nested(_of_quote(lambda quote: quote.total), "Goods and delivery.")
    gift_cards_amount: Money = nested(_of_quote(cards_pay), "What gift cards pay of it, with tax.")
    gift_cards: list[GiftCard] = nested(load_cards, "The gift cards that were given; they pay in this order.")
    is_tax_exempt: bool = nested(
        _of_quote(lambda quote: bool(quote.exempt)), "Whether no tax is put on it: the buyer is exempt, or pays it."
    )
    problems: list[CheckoutProblem] | None = nested(load_problems, "What stands in the way of an order.")
    warnings: list[CheckoutWarning] = nested(
        load_warnings, "What the shopper should know and what stops nothing: prices that changed, units that were cut."
    )
    available_payment_gateways: list[PaymentGateway] = nested(
        load_gateways, "The ways to pay in this checkout's currency."
    )
    authorize_status: CheckoutAuthorizeStatusEnum = nested(
        _status(CheckoutAuthorizeStatusEnum, load_secured), "How much of the total is secured."
    )
    charge_status: CheckoutChargeStatusEnum = nested(
        _status(CheckoutChargeStatusEnum, load_charged), "How much of the total is charged."
    )
    metadata: list[MetadataItem] = metadata_field()
    private_metadata: list[MetadataItem] = private_metadata_field(Permission.MANAGE_CHECKOUTS)

    @classmethod
    def is_type_of(cls, value: object, info: object) -> bool:
        """For the interface."""
        return isinstance(value, models.Checkout)
