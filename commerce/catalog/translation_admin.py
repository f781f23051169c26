"""Texts in other languages on the merchant's screens, below what they are of: cleaned, and told to partners."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from commerce.attributes.models import Attribute
from commerce.attributes.translation_models import AttributeTranslation, AttributeValueTranslation
from commerce.catalog import translation_models as tables
from commerce.catalog.services.translations import checked_texts, write_translation
from commerce.core.errors import CommerceError
from commerce.core.languages import LANGUAGE_TAGS, language_name
from commerce.core.translation import Translation

LANGUAGES: Final = sorted(
    ((tag, f"{language_name(tag)} ({tag})") for tag in LANGUAGE_TAGS.values()), key=lambda choice: choice[1]
)
MAX_TEXT: Final = 50_000


class TranslationForm(forms.ModelForm[Any]):
    """One language; every text may be empty, but not all of them."""

    texts: ClassVar[dict[str, int | None]] = {}

    language = forms.ChoiceField(choices=LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """What the API would make of it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, limit in self.texts.items():
            if name not in cleaned:
                continue
            try:
                cleaned[name] = checked_texts({name: cleaned[name]}, {name: limit})[name]
            except CommerceError as error:
                self.add_error(name, error.message)
        if not self.errors and all(cleaned.get(name) is None for name in self.texts):
            raise ValidationError("A translation has some text.")
        return cleaned


class ValueTranslationForm(TranslationForm):
    """The texts of an attribute value; its texts are those of its attribute's kind."""

    texts = {"name": 250, "plain_text": MAX_TEXT, "rich_text": None}

    def clean(self) -> dict[str, Any]:
        """No text that the attribute has none of."""
        cleaned = super().clean()
        kind = self.instance.value.attribute.input_type if self.instance.value_id else None
        kinds = Attribute.InputType
        for name, needed in (("plain_text", kinds.PLAIN_TEXT), ("rich_text", kinds.RICH_TEXT)):
            if cleaned.get(name) is not None and kind is not None and kind != needed:
                self.add_error(name, f"Values of {needed.label} attributes have this text.")
        return cleaned


def translation_form(**limits: int | None) -> type[TranslationForm]:
    """The form of a translation with these texts, and how long each may be (None: blocks)."""
    return type("TranslationForm", (TranslationForm,), {"texts": limits, "__module__": __name__})


_PAGE: Final = translation_form(name=250, slug=255, description=None, seo_title=70, seo_description=300)


class TranslationInline(admin.StackedInline[Any, Any]):
    """The languages of one object."""

    form = TranslationForm
    object_type: ClassVar[str] = ""
    """What events call the object."""
    exclude = ["version"]
    extra = 0
    classes = ["collapse"]


def translations_inline(
    model: type[Translation], object_type: str, form: type[TranslationForm]
) -> type[TranslationInline]:
    """The inline for the translations of one kind of objects."""
    members = {"model": model, "object_type": object_type, "form": form, "__module__": __name__}
    return type(f"{model.__name__}Inline", (TranslationInline,), members)


class TranslatedAdmin(admin.ModelAdmin[Any]):
    """A screen that has a TranslationInline: partners are told of each language that changed."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save translations as the API does, in the transaction of the change."""
        inline = next(
            (each for each in self.inlines if each.model is formset.model and issubclass(each, TranslationInline)), None
        )
        if inline is None:
            super().save_formset(request, form, formset, change)
            return
        for row in formset.save(commit=False):
            if row._state.adding:
                row.version = 0
            write_translation(row, inline.object_type, form.instance.pk)
        for row in formset.deleted_objects:
            write_translation(row, inline.object_type, form.instance.pk, is_gone=True)


ProductTranslationInline = translations_inline(tables.ProductTranslation, "product", _PAGE)
CategoryTranslationInline = translations_inline(tables.CategoryTranslation, "category", _PAGE)
CollectionTranslationInline = translations_inline(tables.CollectionTranslation, "collection", _PAGE)
VariantTranslationInline = translations_inline(tables.ProductVariantTranslation, "variant", translation_form(name=255))
MediaTranslationInline = translations_inline(tables.ProductMediaTranslation, "product_media", translation_form(alt=250))
AttributeTranslationInline = translations_inline(AttributeTranslation, "attribute", translation_form(name=250))
ValueTranslationInline = translations_inline(AttributeValueTranslation, "attribute_value", ValueTranslationForm)
