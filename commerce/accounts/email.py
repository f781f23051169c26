"""One spelling for each mailbox."""

from __future__ import annotations

import unicodedata


def normalised(email: str) -> str:
    """The form under which an e-mail address is stored and compared: NFKC, trimmed, lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()
