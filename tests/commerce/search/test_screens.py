"""Merchants keep synonyms and stop words, and look at searches, on their screens."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commerce.channels.models import Channel
from commerce.search.models import SearchedText, StopWord, Synonym
from tests.screens import signed_in

pytestmark = pytest.mark.django_db


def test_synonyms_are_typed_with_commas_and_checked_as_the_api_checks_them(channel: Channel) -> None:
    client, add = signed_in(), reverse("admin:search_synonym_add")
    refused = client.post(add, {"language": "", "terms": "sofa", "synonyms": ""})
    assert "One word alone is no synonym." in refused.content.decode()
    refused = client.post(add, {"language": "xx-nowhere", "terms": "sofa, couch", "synonyms": ""})
    assert refused.status_code == 200
    client.post(add, {"language": "de", "terms": "Sofa,Couch", "synonyms": "Kanapee"})
    row = Synonym.objects.get()
    assert (row.terms, row.synonyms, row.folded_terms) == (["Sofa", "Couch"], ["Kanapee"], ["sofa", "couch"])
    client.post(
        reverse("admin:search_synonym_change", args=[row.pk]), {"language": "", "terms": "Sofa,Divan", "synonyms": ""}
    )
    row.refresh_from_db()
    assert (row.folded_terms, row.folded_synonyms, row.version) == (["sofa", "divan"], [], 2)


def test_a_stop_word_is_one_word(channel: Channel) -> None:
    client, add = signed_in(), reverse("admin:search_stopword_add")
    refused = client.post(add, {"language": "en", "word": "two words", "is_ignored": "on"})
    assert "This is not one word." in refused.content.decode()
    client.post(add, {"language": "en", "word": "Gorgeous", "is_ignored": "on"})
    assert StopWord.objects.get().folded_word == "gorgeous"
    assert client.get(reverse("admin:search_stopword_changelist"), {"q": "gor"}).status_code == 200
    assert client.get(reverse("admin:search_synonym_changelist"), {"q": "sofa"}).status_code == 200


def test_searches_are_looked_at_and_not_edited(channel: Channel) -> None:
    SearchedText.objects.create(channel=channel, text="mug", searches=3)
    client = signed_in()
    assert "mug" in client.get(reverse("admin:search_searchedtext_changelist")).content.decode()
    assert client.get(reverse("admin:search_searchedtext_add")).status_code == 403
