"""What products are found by, what merchants say of words, and what shoppers looked for.

Documents are written by triggers (migrations/0002_documents.py) in the transaction of whatever they say, so that no
writer can forget them. README.md tells how they are searched.
"""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commerce.catalog.models import Product
from commerce.channels.models import Channel
from commerce.core.languages import LANGUAGE_TAGS
from commerce.core.model import VersionedRow

LONGEST_TERM: Final = 100
MOST_TERMS: Final = 50


def check_language(tag: str) -> None:
    """Raise ValidationError unless `tag` is a language that content can have."""
    if tag not in LANGUAGE_TAGS.values():
        raise ValidationError(f"{tag} is no language.")


class Document(models.Model):
    """Everything by which a product is found, in all its languages, folded (lower case, without accents).

    `names` are its names, one in a line, and `codes` its SKUs, barcodes and external references without punctuation,
    one in a line. `title` has the words of the names; `body` has all words: A names, B codes, C values of attributes,
    variants, categories and product type, D descriptions.
    """

    # The triggers delete it with its product, in one statement however many there are.
    product = models.OneToOneField(
        Product,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="search_document",
    )
    names = models.TextField(default="")
    codes = models.TextField(default="")
    title = SearchVectorField()
    body = SearchVectorField()

    class Meta:
        indexes = [
            # Without the list of what is pending: each search would have to read it.
            GinIndex(fields=["title"], name="search_document_title", fastupdate=False),
            GinIndex(fields=["body"], name="search_document_body", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.names.strip()


class Word(models.Model):
    """A word of some document: what misspelt words are compared with, and what begun ones are completed to.

    Filled from documents by `words.learn_words`, in seconds; `documents` is counted once an hour.
    """

    word = models.CharField(max_length=60, primary_key=True, db_collation="C")
    is_suggested = models.BooleanField(default=False, help_text="It is more than part of a description.")
    documents = models.PositiveIntegerField(default=0, help_text="How many products have it.")
    deletions = ArrayField(models.TextField(), default=list, help_text="The word with letters left out.")

    class Meta:
        indexes = [
            GinIndex(fields=["deletions"], name="search_word_deletions", fastupdate=False),
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_inside", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word


class DueProduct(models.Model):
    """A product whose document is to be made anew: too many changed at once to do so within the change."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.product_id)


class ChangedProduct(models.Model):
    """A product whose document was written or deleted, and has yet to be learned from."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.product_id)


class UntoldProduct(models.Model):
    """A product that the other search engine has yet to hear of; empty where PostgreSQL searches."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.product_id)


class Synonym(VersionedRow):
    """Words that mean the same to shoppers.

    A search for one of `terms` finds products with any of `terms` and `synonyms`; with `synonyms` it works that way
    round only. A term may have up to three words.
    """

    language = models.CharField(
        max_length=20, blank=True, validators=[check_language], help_text="A BCP 47 tag; empty for all languages."
    )
    terms = ArrayField(models.CharField(max_length=LONGEST_TERM), size=MOST_TERMS)
    synonyms = ArrayField(models.CharField(max_length=LONGEST_TERM), size=MOST_TERMS, default=list, blank=True)
    folded_terms = ArrayField(models.TextField(), default=list, editable=False, help_text="Made by a trigger.")
    folded_synonyms = ArrayField(models.TextField(), default=list, editable=False, help_text="Made by a trigger.")

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [GinIndex(fields=["folded_terms"], name="search_synonym_terms", fastupdate=False)]

    def __str__(self) -> str:
        return f"{', '.join(self.terms)} → {', '.join(self.synonyms)}" if self.synonyms else ", ".join(self.terms)


class StopWord(VersionedRow):
    """A word that searches in a language pass over, or, with `is_ignored` off, one of the shop's own that they mind."""

    language = models.CharField(max_length=20, validators=[check_language], help_text="A BCP 47 tag.")
    word = models.CharField(max_length=60)
    is_ignored = models.BooleanField(default=True, help_text="Off: it is searched for although the language has it.")
    folded_word = models.TextField(default="", editable=False, help_text="Made by a trigger.")

    class Meta:
        ordering = ["language", "word"]
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_stop_word_unique")]

    def __str__(self) -> str:
        return f"{self.language}: {self.word}"


class SearchedText(models.Model):
    """How often a text was searched for in a channel on one day (UTC), by whomever: nobody is noted."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(db_default=Now())
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=100)
    searches = models.PositiveIntegerField(default=0)
    without_results = models.PositiveIntegerField(default=0, help_text="How many of them found nothing.")
    results = models.PositiveBigIntegerField(default=0, help_text="How many products they found together.")
    last_searched_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "channel", "language", "text"], name="searched_text_unique"),
            models.CheckConstraint(condition=Q(without_results__lte=models.F("searches")), name="searched_text_sums"),
        ]
        indexes = [models.Index(fields=["channel", "day"], name="searched_text_of_channel")]

    def __str__(self) -> str:
        return f"{self.day}: {self.text}"
