"""The merchant's screens of searching."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest

from commerce.core.errors import InvalidInput, Required
from commerce.search.models import SearchedText, StopWord, Synonym
from commerce.search.services.words import checked_stop_word, checked_terms, require_meaning


class SynonymForm(forms.ModelForm[Synonym]):
    """Words that mean the same, separated by commas."""

    class Meta:
        model = Synonym
        fields = ("language", "terms", "synonyms")

    def clean(self) -> dict[str, Any]:
        """As the API checks them."""
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            for name in ("terms", "synonyms"):
                given[name] = checked_terms(given.get(name) or [], name)
            require_meaning(given["terms"], given["synonyms"])
        except (InvalidInput, Required) as error:
            raise ValidationError({error.path[0]: error.message}) from error
        return given


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin[Synonym]):
    """Synonyms; with words in the second field they work from the first to the second only."""

    form = SynonymForm
    list_display = ["__str__", "language", "updated_at"]
    list_filter = ["language"]
    search_fields = ["folded_terms", "folded_synonyms"]

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        """Count the version up, so that nobody overwrites this change unseen."""
        if change:
            obj.version = F("version") + 1
        super().save_model(request, obj, form, change)


class StopWordForm(forms.ModelForm[StopWord]):
    """A word, as the API checks it."""

    class Meta:
        model = StopWord
        fields = ("language", "word", "is_ignored")

    def clean_word(self) -> str:
        """One word."""
        try:
            return str(checked_stop_word({"word": self.cleaned_data["word"]})["word"])
        except (InvalidInput, Required) as error:
            raise ValidationError(error.message) from error


@admin.register(StopWord)
class StopWordAdmin(admin.ModelAdmin[StopWord]):
    """Words that searches pass over, or mind although the language would pass them over."""

    form = StopWordForm
    list_display = ["word", "language", "is_ignored"]
    list_filter = ["language", "is_ignored"]
    search_fields = ["word"]

    def save_model(self, request: HttpRequest, obj: StopWord, form: Any, change: bool) -> None:
        """Count the version up, so that nobody overwrites this change unseen."""
        if change:
            obj.version = F("version") + 1
        super().save_model(request, obj, form, change)


@admin.register(SearchedText)
class SearchedTextAdmin(admin.ModelAdmin[SearchedText]):
    """What shoppers searched for. It is looked at, not edited."""

    list_display = ["text", "day", "channel", "searches", "without_results", "last_searched_at"]
    list_filter = ["channel", "day"]
    list_select_related = ["channel"]
    search_fields = ["text"]
    ordering = ["-day", "-searches"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchedText | None = None) -> bool:
        """Never."""
        return False
