"""A storefront as a frontend team writes one: real HTTP, the dialect's documents, one cart."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

ADDRESS = {
    "firstName": "Ada",
    "lastName": "Byron",
    "streetAddress1": "2000 Broadway",
    "city": "New York",
    "countryArea": "NY",
    "postalCode": "10023",
    "country": "US",
    "phone": "+1 212 555 0100",
}

CART = """fragment Cart on Checkout {
  id email quantity isShippingRequired
  channel { slug currencyCode }
  lines { id quantity variant { id sku name product { name slug } pricing { price { gross { amount currency } } } }
          unitPrice { gross { amount } } totalPrice { gross { amount currency } tax { amount } } }
  delivery { id shippingMethod { id name price { amount currency } } }
  subtotalPrice { gross { amount } } shippingPrice { gross { amount } } totalPrice { gross { amount currency } }
  authorizeStatus chargeStatus
  problems { __typename ... on CheckoutLineProblemInsufficientStock { availableQuantity line { id } } }
  availablePaymentGateways { id name currencies }
}"""


@dataclass
class Frontend:
    """One shopper's browser."""

    url: str
    token: str | None = None
    cart: dict[str, Any] = field(default_factory=dict)

    def ask(self, document: str, *, key: str | None = None, **variables: Any) -> dict[str, Any]:
        """The data of an operation. Fails the test on top-level errors."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if key:
            request.add_header("Idempotency-Key", key)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{error.code}: {error.read().decode()}") from error
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def do(self, document: str, **variables: Any) -> dict[str, Any]:
        """The payload of a single mutation, which keeps the cart up to date."""
        (payload,) = self.ask(document, **variables).values()
        if payload.get("checkout"):
            self.cart = payload["checkout"]
        return dict(payload)

    def succeed(self, document: str, **variables: Any) -> dict[str, Any]:
        """`do`, when nothing may stop it."""
        payload = self.do(document, **variables)
        assert payload["errors"] == [], payload["errors"]
        return payload

    def variant(self, slug: str, channel: str = "default-channel") -> dict[str, Any]:
        """The first variant of a product's page that is in stock."""
        product = self.ask(
            """query Page($slug: String!, $channel: String!) { product(slug: $slug, channel: $channel) {
              id name slug isAvailable description thumbnail(size: 256, format: WEBP) { url alt }
              pricing { priceRange { start { gross { amount currency } } } }
              productVariants(first: 20) { edges { node { id name sku quantityAvailable
                pricing { price { gross { amount currency } } }
                attributes(variantSelection: ALL) { attribute { slug } values { name } } } } } } }""",
            slug=slug,
            channel=channel,
        )["product"]
        variants = [edge["node"] for edge in product["productVariants"]["edges"]]
        return next(variant for variant in variants if variant["quantityAvailable"])

    def fill_cart(self, variant_id: str, quantity: int = 1, channel: str = "default-channel") -> None:
        """Open a cart with units of one variant."""
        self.succeed(
            "mutation New($input: CheckoutCreateInput!) { checkoutCreate(input: $input) "
            "{ checkout { ...Cart } errors { field message code } } }" + CART,
            input={"channel": channel, "lines": [{"variantId": variant_id, "quantity": quantity}]},
        )

    def say_who_and_where(self, email: str = "ada@example.com", address: dict[str, Any] | None = None) -> None:
        """E-mail, addresses and the first delivery that is offered."""
        address = address or ADDRESS
        self.succeed(
            "mutation M($id: ID, $email: String!) { checkoutEmailUpdate(id: $id, email: $email) "
            "{ checkout { ...Cart } errors { field code } } }" + CART,
            id=self.cart["id"],
            email=email,
        )
        self.succeed(
            "mutation M($id: ID, $address: AddressInput!) { checkoutShippingAddressUpdate(id: $id, "
            "shippingAddress: $address) { checkout { ...Cart } errors { field code } } }" + CART,
            id=self.cart["id"],
            address=address,
        )
        options = self.succeed(
            "mutation M($id: ID!) { deliveryOptionsCalculate(id: $id) { deliveries { id shippingMethod "
            "{ id name price { amount currency } } } errors { field code } } }",
            id=self.cart["id"],
        )["deliveries"]
        self.succeed(
            "mutation M($id: ID, $delivery: ID) { checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $delivery) "
            "{ checkout { ...Cart } errors { field code } } }" + CART,
            id=self.cart["id"],
            delivery=options[0]["id"],
        )
        self.succeed(
            "mutation M($id: ID, $address: AddressInput!) { checkoutBillingAddressUpdate(id: $id, "
            "billingAddress: $address) { checkout { ...Cart } errors { field code } } }" + CART,
            id=self.cart["id"],
            address=address,
        )

    def start_payment(self, **data: Any) -> dict[str, Any]:
        """The payload of transactionInitialize with the test gateway."""
        gateway = self.cart["availablePaymentGateways"][0]["id"]
        configs = self.succeed(
            "mutation M($id: ID!, $gateways: [PaymentGatewayToInitialize!]) { paymentGatewayInitialize(id: $id, "
            "paymentGateways: $gateways) { gatewayConfigs { id data errors { code } } errors { field code } } }",
            id=self.cart["id"],
            gateways=[{"id": gateway}],
        )["gatewayConfigs"]
        assert [config["id"] for config in configs] == [gateway]
        return self.do(
            "mutation M($id: ID!, $gateway: PaymentGatewayToInitialize!) { transactionInitialize(id: $id, "
            "paymentGateway: $gateway) { transaction { id actions } transactionEvent { type message } data "
            "errors { field message code availableQuantity } } }",
            id=self.cart["id"],
            gateway={"id": gateway, "data": data},
        )

    def finish_payment(self, transaction_id: str, **data: Any) -> dict[str, Any]:
        """The payload of transactionProcess."""
        return self.do(
            "mutation M($id: ID, $data: JSON) { transactionProcess(id: $id, data: $data) { transaction { id } "
            "transactionEvent { type message } data errors { field message code } } }",
            id=transaction_id,
            data=data,
        )

    def complete(self) -> dict[str, Any]:
        """The payload of checkoutComplete."""
        return self.do(
            "mutation M($id: ID) { checkoutComplete(id: $id) { order { id number status isPaid userEmail "
            "total { gross { amount currency } } lines { productName quantity } } "
            "errors { field message code availableQuantity } } }",
            id=self.cart["id"],
        )


@dataclass
class Admin:
    """A staff user's tool."""

    url: str
    token: str = ""

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation."""
        return Frontend(self.url, self.token or None).ask(document, **variables)

    def sign_in(self, email: str, password: str) -> None:
        """Get a token."""
        payload = self.ask(
            "mutation M($email: String!, $password: String!) { tokenCreate(email: $email, password: $password) "
            "{ token errors { field code } } }",
            email=email,
            password=password,
        )["tokenCreate"]
        assert payload["errors"] == []
        self.token = payload["token"]

    def register(self, url: str, *types: str) -> str:
        """A webhook endpoint; its secret."""
        payload = self.ask(
            "mutation M($input: WebhookEndpointInput!) { webhookEndpointCreate(input: $input) { secret "
            "webhookEndpoint { id } errors { field message code } } }",
            input={"name": "Partner", "url": url, "eventTypes": list(types)},
        )["webhookEndpointCreate"]
        assert payload["errors"] == []
        secret: str = payload["secret"]
        return secret
