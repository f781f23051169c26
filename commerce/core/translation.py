"""What the translations of all domains have in common."""

from __future__ import annotations

from django.db import models

from commerce.core.model import VersionedRow


class Translation(VersionedRow):
    """The texts of one object in one language. Each text may be missing (NULL), but not all of them at once.

    `pt-BR` is a language of its own beside `pt`: nobody falls back from one to the other but the caller.
    """

    language = models.CharField(max_length=20, help_text="A BCP 47 tag out of commerce.core.languages.")

    class Meta:
        abstract = True


class NamedTranslation(Translation):
    """The translation of something that has only a name."""

    name = models.CharField(max_length=255)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.language}: {self.name}"
