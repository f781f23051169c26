"""Texts in other languages on the merchant's screens: cleaned as the API cleans them, and told to partners."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.fields.files import FieldFile
from django.forms import MultiWidget
from django.test import Client
from django.urls import reverse

from commerce.accounts.models import User
from commerce.attributes.models import Attribute
from commerce.catalog.models import CategoryTranslation, ProductMedia
from commerce.events.models import Event
from tests.content import make_item, make_page
from tests.factories import make_attribute, make_category, make_collection, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "x"))
    return client


def form_of(client: Client, row: Any) -> dict[str, Any]:
    """What the screen of a row would send if nothing was changed in it."""
    page = client.get(_path(row))
    assert page.status_code == 200
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for field in (field for form in forms for field in form):
        value, widget = field.value(), field.field.widget
        if isinstance(widget, MultiWidget):
            parts = widget.decompress(value)
            sent |= {f"{field.html_name}_{place}": part for place, part in enumerate(parts) if part is not None}
        elif value is not None and value is not False and not isinstance(value, FieldFile):
            sent[field.html_name] = value
    return sent


def _path(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def translate(client: Client, row: Any, **texts: str) -> Any:
    """Add a language on the screen of a row."""
    sent = form_of(client, row)
    number = int(sent["translations-TOTAL_FORMS"])
    sent["translations-TOTAL_FORMS"] = number + 1
    sent |= {f"translations-{number}-{name}": text for name, text in texts.items()}
    return client.post(_path(row), sent)


def told() -> list[tuple[str, str, int]]:
    """What partners learn of translations."""
    events = Event.objects.filter(type__startswith="translation.").order_by("id")
    return [(event.type, event.payload["object_type"], event.sequence) for event in events]


def test_everything_can_be_translated_on_its_own_screen(merchant: Client) -> None:
    variant = make_variant()
    attribute = make_attribute("material", "Clay")
    picture = ProductMedia.objects.create(product=variant.product, file="products/mug.png")
    rows = [
        (variant.product, "product", {"name": "Becher", "slug": "becher"}),
        (variant, "variant", {"name": "Groß"}),
        (make_category(), "category", {"description": '{"blocks": []}'}),
        (make_collection(), "collection", {"seo_title": "Sommer"}),
        (picture, "product_media", {"alt": "Ein Becher"}),
        (attribute, "attribute", {"name": "Stoff"}),
        (attribute.values.get(), "attribute_value", {"name": "Ton"}),
        (make_page(), "page", {"title": "Geschichte"}),
        (make_item("Shop"), "menu_item", {"name": "Laden"}),
    ]
    for row, _, texts in rows:
        answer = translate(merchant, row, language="de", **texts)
        assert answer.status_code == 302, (row, answer.context["errors"])
        assert row.translations.get().version == 1
    assert told() == [("translation.created", kind, 1) for _, kind, _ in rows]


def test_a_language_is_changed_and_taken_away(merchant: Client) -> None:
    cups = make_category("cups")
    translate(merchant, cups, language="de", name="Tassen", slug="tassen")

    sent = form_of(merchant, cups) | {"translations-0-name": "Becher"}
    assert merchant.post(_path(cups), sent).status_code == 302
    assert merchant.post(_path(cups), form_of(merchant, cups)).status_code == 302
    assert (cups.translations.get().name, cups.translations.get().slug) == ("Becher", "tassen")
    sent = form_of(merchant, cups) | {"translations-0-DELETE": "on"}
    assert merchant.post(_path(cups), sent).status_code == 302

    assert not cups.translations.exists()
    assert told() == [(f"translation.{what}", "category", number) for number, what in
                      enumerate(("created", "updated", "deleted"), 1)]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        {"language": "de"},
        {"language": "de", "name": "  "},
        {"language": "klingon", "name": "x"},
        {"language": "de", "slug": "no slug!"},
        {"language": "de", "slug": "taken"},
        {"language": "de", "description": '{"blocks": 1}'},
        {"language": "de", "name": "x" * 251},
        {"language": "fr", "name": "Encore"},
    ],
)
def test_what_the_api_would_refuse_is_refused(merchant: Client, texts: dict[str, str]) -> None:
    make_category().translations.create(language="de", slug="taken")
    cups = make_category()
    cups.translations.create(language="fr", name="Tasses")

    answer = translate(merchant, cups, **texts)

    assert answer.status_code == 200
    assert CategoryTranslation.objects.count() == 2
    assert told() == []


def test_blocks_are_cleaned_and_empty_texts_are_none(merchant: Client) -> None:
    cups = make_category()
    text = '{"blocks": [{"type": "paragraph", "data": {"text": "Tee<script>x</script>"}}]}'

    translate(merchant, cups, language="de", description=text, name="")

    row = cups.translations.get()
    assert row.description["blocks"][0]["data"]["text"] == "Tee"
    assert (row.name, row.slug, row.seo_title) == (None, None, None)


def test_a_value_has_no_text_that_its_attribute_has_none_of(merchant: Client) -> None:
    choice = make_attribute("material", "Clay").values.get()
    care = make_attribute("care", input_type=Attribute.InputType.PLAIN_TEXT)
    text = care.values.create(slug="by-hand", name="By hand", plain_text="By hand only.")

    assert translate(merchant, choice, language="de", plain_text="Ton").status_code == 200
    assert translate(merchant, text, language="de", plain_text="Nur von Hand.").status_code == 302
    assert told() == [("translation.created", "attribute_value", 1)]
