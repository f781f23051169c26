"""Where a mail may lead: only back to this shop's own storefronts."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from commerce.core.errors import InvalidInput, Required


def require_own_redirect(url: str | None) -> str:
    """`url`, if it is http(s) and its host is PUBLIC_URL's or one of ALLOWED_CLIENT_HOSTS. Required, InvalidInput."""
    if not url:
        raise Required("A URL to come back to is needed.", path=("redirect_url",))
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    allowed = {urlsplit(settings.PUBLIC_URL).hostname, *settings.ALLOWED_CLIENT_HOSTS}
    if host is None or parts.scheme not in ("http", "https") or host not in allowed or "\\" in url:
        raise InvalidInput("This URL does not lead to one of the shop's storefronts.", path=("redirect_url",))
    return url
