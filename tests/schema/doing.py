"""Saying what a shopper or a merchant does, as one line; the document is written from the schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type

from commerce.accounts.tokens import issue_access_token
from commerce.checkout.models import Checkout
from commerce.core.permission import Permission
from schema import admin, storefront
from schema.ids import id_of, to_global_id
from tests.api import Answer, Api
from tests.factories import make_staff

CART = """{ id email quantity isShippingRequired
  user { email } channel { slug } metadata { key value } customerNote languageCode
  shippingAddress { firstName city countryArea postalCode country { code } } billingAddress { city }
  lines { id quantity variant { id sku } totalPrice { gross { amount } } metadata { key value } }
  delivery { id shippingMethod { id name price { amount } } }
  subtotalPrice { gross { amount minorAmount } net { amount } tax { amount } }
  shippingPrice { gross { amount } } totalPrice { gross { amount minorAmount currency fractionDigits } }
  problems { __typename } authorizeStatus chargeStatus }"""
ORDER = """{ id number status isPaid userEmail chargeStatus authorizeStatus paymentStatus
  total { gross { amount minorAmount } } totalCaptured { amount } totalRefunded { amount }
  shippingAddress { firstName lastName streetAddress1 phone city postalCode }
  lines { id productName quantity quantityFulfilled totalPrice { gross { amount } } }
  fulfillments { status trackingNumber lines { quantity orderLine { id } } } }"""
SELECTIONS = {
    "checkout": CART,
    "order": ORDER,
    "user": "{ id email firstName isConfirmed }",
    "transaction": "{ id actions message amount { amount currency } authorizedAmount { amount } "
    "chargedAmount { amount } refundedAmount { amount } }",
    "transactionEvent": "{ type message }",
    "deliveries": "{ id shippingMethod { id name active price { amount currency } minimumDeliveryDays } }",
    "gatewayConfigs": "{ id data errors { code path } }",
    "fulfillment": "{ status trackingNumber lines { quantity } }",
    "webhookEndpoint": "{ id name url isActive eventTypes channels disabledReason }",
    "delivery": "{ id status }",
    "pageType": "{ id name version }",
    "page": "{ id title version }",
    "menu": "{ id name version }",
    "menuItem": "{ id name level }",
    "attribute": "{ id slug version }",
    "attributeValue": "{ id slug }",
    "productType": "{ id slug version }",
    "product": "{ id slug version }",
    "productVariant": "{ id sku version }",
    "category": "{ id slug version }",
    "collection": "{ id slug version }",
    "media": "{ id alt }",
    "item": "{ __typename metadata { key value } }",
    "rateSource": "{ id provider isActive fallbackName fallbackPrice { amount } }",
    "shippingZone": "{ id name version }",
    "shippingMethod": "{ id name version }",
    "voucher": "{ id name version }",
    "results": "{ errors { code path } }",
    "errors": "{ code path field message %s }",
    "warnings": "{ code path message }",
}
FACTS = {
    "availableQuantity": "",
    "currentTotal": "{ gross { amount } }",
    "transaction": "",
    "data": "",
    "retryAfterSeconds": "",
}


def _mutation(schema: Any, name: str) -> GraphQLField:
    core: GraphQLSchema = schema.schema._schema
    assert core.mutation_type is not None
    found: GraphQLField = core.mutation_type.fields[name]
    return found


def document(name: str, arguments: list[str], *, schema: Any = storefront, select: str | None = None) -> str:
    """One mutation with variables for `arguments`, asking for all that SELECTIONS know of its payload."""
    definition = _mutation(schema, name)
    payload = get_named_type(definition.type)
    assert isinstance(payload, GraphQLObjectType)
    if select is None:
        error = get_named_type(payload.fields["errors"].type)
        assert isinstance(error, GraphQLObjectType)
        facts = " ".join(f"{fact} {inner}" for fact, inner in FACTS.items() if fact in error.fields)
        select = " ".join(f"{each} {SELECTIONS.get(each, '')}" for each in payload.fields).replace("%s", facts)
    declared = ", ".join(f"${argument}: {definition.args[argument].type}" for argument in arguments)
    passed = ", ".join(f"{argument}: ${argument}" for argument in arguments)
    return (
        f"mutation({declared}) {{ {name}({passed}) {{ {select} }} }}"
        if arguments
        else f"mutation {{ {name} {{ {select} }} }}"
    )


@dataclass
class Shopper:
    """Somebody in front of a storefront, with a cart perhaps."""

    api: Api = field(default_factory=Api)
    cart: str = ""

    def ask(self, name: str, *, key: str | None = None, select: str | None = None, **arguments: Any) -> Answer:
        """Send a mutation. The cart's id goes in as `id` unless an id is among the arguments."""
        definition = _mutation(storefront, name)
        if "id" in definition.args and "id" not in arguments and self.cart:
            arguments = {"id": self.cart, **arguments}
        return self.api.send(document(name, list(arguments), select=select), key=key, **arguments)

    def do(self, name: str, **arguments: Any) -> Any:
        """The payload of a mutation that nothing may stop."""
        payload = self.ask(name, **arguments).payload
        assert payload["errors"] == [], payload["errors"]
        return payload

    def look(self, selection: str = CART) -> Any:
        """The cart, read anew."""
        return self.api.send(f"query($id: ID) {{ checkout(id: $id) {selection} }}", id=self.cart).data["checkout"]

    def open_cart(self, *variants: Any, quantity: int = 1, channel: str = "default-channel", **fields: Any) -> Any:
        """Open a cart with units of each variant."""
        lines = [{"variantId": gid("ProductVariant", variant.id), "quantity": quantity} for variant in variants]
        cart = self.do("checkoutCreate", input={"channel": channel, "lines": lines, **fields})["checkout"]
        self.cart = cart["id"]
        return cart

    def as_(self, token: str | None) -> Shopper:
        """Somebody else at the same storefront, who knows the id of this cart."""
        return Shopper(self.api.as_(token), self.cart)


@dataclass
class Merchant:
    """A staff user's tool."""

    api: Api

    def ask(self, name: str, **arguments: Any) -> Answer:
        """Send a mutation of the admin schema."""
        return self.api.send(document(name, list(arguments), schema=admin), **arguments)

    def do(self, name: str, **arguments: Any) -> Any:
        """The payload of a mutation that nothing may stop."""
        payload = self.ask(name, **arguments).payload
        assert payload["errors"] == [], payload["errors"]
        return payload


def merchant(*permissions: Permission, channels: Any = None) -> Merchant:
    """Staff with these permissions, signed in."""
    return Merchant(Api("/graphql/admin/", issue_access_token(make_staff(permissions, channels), "admin")))


def customer(user: Any) -> Api:
    """A storefront where `user` is signed in."""
    return Api(token=issue_access_token(user, "storefront"))


def gid(kind: str, key: UUID | str) -> str:
    """A global id."""
    return to_global_id(kind, key)


def row(checkout_id: str) -> Checkout:
    """The row of a cart."""
    return Checkout.objects.select_related("channel").get(id=id_of("Checkout", checkout_id))


ADDRESS = {
    "firstName": "Ada",
    "lastName": "Byron",
    "streetAddress1": "1600 Amphitheatre Parkway",
    "city": "Mountain View",
    "country": "US",
    "countryArea": "CA",
    "postalCode": "94043",
    "phone": "+16502530000",
}
