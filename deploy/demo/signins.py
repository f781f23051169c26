"""Who can sign in to a demo shop. These people exist nowhere else: demo data is refused in production."""

from __future__ import annotations

from typing import Final

OWNER: Final = ("owner (everything)", "owner@example.com", "handcart-owner")
PACKER: Final = ("packer (orders and stock of the channel eu)", "packer@example.com", "handcart-packer")
CUSTOMER: Final = ("customer", "ada@example.com", "handcart-ada")

SIGN_INS: Final[list[tuple[str, str, str]]] = [OWNER, PACKER, CUSTOMER]
"""Role, e-mail and password of each."""
