"""Signing in and up, and one's own account."""

from __future__ import annotations

from typing import Any

import strawberry

from commerce.accounts import models, queries, services, sessions
from commerce.checkout.sign_in import SignedIn, sign_in_shopper
from schema.accounts.errors import AccountError, AccountErrorCode
from schema.accounts.sessions import refreshed
from schema.accounts.types import User
from schema.accounts.validation import AddressValidationData, validation_data
from schema.checkout.payloads import here
from schema.checkout.types import Checkout
from schema.context import Audience, Info
from schema.doorway import MutationWarning, mutation
from schema.enums import CountryCode, LanguageCodeEnum
from schema.errors import below_input, camel
from schema.fields import ANYONE, carried, query
from schema.ids import id_of
from schema.metadata import MetadataInput, as_dict


@query(ANYONE, returns=User | None)
def me(info: Info) -> models.User | None:
    """The customer who asks; null for nobody in particular."""
    return queries.user_of(info.context.actor)


@query(ANYONE, returns=AddressValidationData | None)
def address_validation_rules(
    info: Info,
    country_code: CountryCode,
    country_area: str | None = None,
    city: str | None = None,
    city_area: str | None = None,
) -> AddressValidationData:
    """What a form for an address in a country asks for; with an area or a city, also the choices below that."""
    return validation_data(country_code.value, country_area or "", city or "", city_area or "")


@strawberry.type(description="The answer to tokenCreate.")
class CreateToken:
    """A session of a customer."""

    token: str | None = strawberry.field(default=None, description="Send it as `Authorization: Bearer <token>`.")
    refresh_token: str | None = strawberry.field(default=None, description="For tokenRefresh.")
    csrf_token: str | None = strawberry.field(default=None, description="For a refresh token kept in a cookie.")
    user: Any = carried(User | None, "Who is signed in.")
    checkout: Any = carried(Checkout | None, "The cart that goes on, if a guest's cart was named.")
    errors: list[AccountError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(
        default_factory=list, description="E.g. that the guest's cart could not be taken along."
    )


def _signed_in(info: Info, result: SignedIn) -> CreateToken:
    session, refusal = result.session, result.left_behind
    warnings = []
    if refusal is not None:
        path = ["checkoutId", *(camel(part) for part in refusal.path if part != "id")]
        warnings.append(MutationWarning(code=refusal.code, path=path, message=refusal.message))
    return CreateToken(
        token=session.access_token,
        refresh_token=session.refresh_token,
        csrf_token=session.csrf_token,
        user=session.user,
        checkout=here(info, result.checkout) if result.checkout else None,
        warnings=warnings,
    )


@mutation(ANYONE, error=AccountError, codes=AccountErrorCode, payload=_signed_in, replayable=False)
def token_create(info: Info, email: str, password: str, checkout_id: strawberry.ID | None = None) -> SignedIn:
    """Sign a customer in. With `checkoutId` the guest's cart goes on in the customer's; nothing in it is lost."""
    return sign_in_shopper(
        email=email,
        password=password,
        guest_checkout_id=id_of("Checkout", checkout_id, path=("checkout_id",)) if checkout_id else None,
        ip=info.context.request.client_address,
    )


@mutation(ANYONE, error=AccountError, codes=AccountErrorCode, payload=refreshed, replayable=False)
def token_refresh(info: Info, refresh_token: str | None = None, rotate: bool = False) -> sessions.Session:
    """A new access token. With `rotate` the refresh token is used up: keep the new one from the answer.

    Asked for twice with a token that was used up, the whole sign-in is revoked, for then somebody has stolen it.
    """
    return sessions.refresh_session(
        refresh_token=refresh_token or "", audience=Audience.STOREFRONT.value, rotate=rotate
    )


@strawberry.input(description="A new account.")
class AccountRegisterInput:
    """E-mail and password are what it takes."""

    email: str = strawberry.field(description="The e-mail address, which is also the name to sign in with.")
    password: str = strawberry.field(description="The password.")
    first_name: str | None = strawberry.field(default=None, description="Given name.")
    last_name: str | None = strawberry.field(default=None, description="Family name.")
    language_code: LanguageCodeEnum | None = strawberry.field(default=None, description="The language.")
    redirect_url: str | None = strawberry.field(
        default=None, description="Where the confirmation mail leads to; needed where accounts are confirmed by mail."
    )
    channel: str | None = strawberry.field(default=None, description="The channel's slug.")
    metadata: list[MetadataInput] | None = strawberry.field(default=None, description="Data of integrations.")


@strawberry.type(description="The answer to accountRegister.")
class AccountRegister:
    """Where accounts are confirmed by mail it says the same whether or not there is one already."""

    requires_confirmation: bool | None = strawberry.field(
        default=None, description="Whether a mail has to be answered first."
    )
    user: Any = carried(User | None, "The account; null while it is to be confirmed.")
    errors: list[AccountError] = strawberry.field(default_factory=list, description="What stopped it.")
    warnings: list[MutationWarning] = strawberry.field(default_factory=list, description="What else to know.")


def _registered(info: Info, result: services.Registration) -> AccountRegister:
    return AccountRegister(requires_confirmation=result.requires_confirmation, user=result.user)


@mutation(ANYONE, error=AccountError, codes=AccountErrorCode, payload=_registered, replayable=False)
def account_register(info: Info, input: AccountRegisterInput) -> services.Registration:
    """Open an account."""
    with below_input():
        return services.register_customer(
            email=input.email,
            password=input.password,
            first_name=input.first_name or "",
            last_name=input.last_name or "",
            language_code=input.language_code.value if input.language_code else "en",
            redirect_url=input.redirect_url,
            metadata=as_dict(input.metadata),
            channel=input.channel,
            actor=info.context.actor,
        )
