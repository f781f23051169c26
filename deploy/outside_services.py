"""Settings of services outside of the shop that work out taxes and rates; deploy.settings takes them over."""

from __future__ import annotations

from deploy import environment

IS_LOCAL = environment.choice("HANDCART_ENV", ("local", "production")) == "local"

# --- Taxes ------------------------------------------------------------------------------------------------------

# Dotted paths of the classes of tax services; installed packages add theirs (plugins/README.md). Each channel chooses.
TAX_SERVICES = ["plugins.tax_service.HttpTaxService"]
# Service id -> what its class is given.
TAX_SERVICE_OPTIONS: dict[str, dict[str, object]] = {
    "http": {
        "url": environment.text("TAX_SERVICE_URL"),
        "token": environment.text("TAX_SERVICE_TOKEN"),
        "allow_private": environment.flag("TAX_SERVICE_ALLOW_PRIVATE", default=IS_LOCAL),
    }
}
# How long what a service has said of a cart is taken for true, while nothing in the cart changes.
TAX_ANSWER_SECONDS = environment.number("TAX_ANSWER_SECONDS", 3_600)

# --- Shipping ---------------------------------------------------------------------------------------------------

# Dotted paths of classes that ask others for rates; installed packages add theirs (plugins/README.md).
SHIPPING_PROVIDERS = ["plugins.json_rates.JsonRates"] if environment.text("JSON_RATES_URL") else []
# Provider id -> what its class is given.
SHIPPING_PROVIDER_OPTIONS: dict[str, dict[str, object]] = {
    "json-rates": {
        "url": environment.text("JSON_RATES_URL"),
        "token": environment.text("JSON_RATES_TOKEN"),
        "allow_private": environment.flag("JSON_RATES_ALLOW_PRIVATE", default=IS_LOCAL),
    },
}
# For how long a provider that failed is not asked again.
SHIPPING_PROVIDER_PAUSE_SECONDS = 10
