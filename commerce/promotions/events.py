"""What happens to vouchers. No code is in any of them: whoever reads a webhook's log must not be able to use one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VoucherCreated:
    """A voucher exists, still without codes."""

    type: ClassVar[str] = "voucher.created"
    voucher_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class VoucherUpdated:
    """The voucher, its codes or what it is worth in channels changed."""

    type: ClassVar[str] = "voucher.updated"
    voucher_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class VoucherDeleted:
    """The voucher is gone, with its codes; orders keep what it took off."""

    type: ClassVar[str] = "voucher.deleted"
    voucher_id: UUID
    name: str
