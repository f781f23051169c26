"""Groups of customers, for staff and apps with MANAGE_CUSTOMERS.

`version` is the one that the caller has read: if it has changed since, the change is refused with CONFLICT.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import strawberry

from commerce.accounts import customer_groups as services
from commerce.accounts import models, queries
from commerce.core.permission import Permission
from schema.accounts.types import User
from schema.context import Info, RequestContext
from schema.doorway import mutation
from schema.errors import MutationError, code_enum, code_field
from schema.fields import leaf, nested, query
from schema.ids import global_id, id_of, ids_of
from schema.pagination import CountableConnection, Page, page_of, pages_of
from schema.payloads import current_row, row_payload

CustomerGroupErrorCode = code_enum(
    "CustomerGroupErrorCode",
    "GRAPHQL_ERROR INVALID NOT_FOUND REQUIRED UNIQUE CONFLICT IDEMPOTENCY_KEY_REUSED IN_PROGRESS",
)


@strawberry.type(description="What stopped a change of a group of customers.")
class CustomerGroupError(MutationError):
    """A MutationError of groups of customers."""

    code: Any = code_field(CustomerGroupErrorCode)


def _customers(
    groups: Sequence[models.CustomerGroup],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Page]:
    """Who is in the group, in the order in which they came."""
    context.require(Permission.MANAGE_CUSTOMERS)
    rows = models.CustomerGroupMember.objects.select_related("customer")
    keys = [group.id for group in groups]
    pages = pages_of(rows, "group_id", keys, ("id",), first=first, after=after, last=last, before=before)
    for page in pages:
        for edge in page.edges:
            edge.node = edge.node.customer
    return pages


@strawberry.type(description="Customers who are treated alike, e.g. wholesale.")
class CustomerGroup:
    """Source: commerce.accounts.models.CustomerGroup."""

    id: strawberry.ID = global_id("CustomerGroup")
    name: str = leaf("The name that staff read.")
    version: int = leaf("Counts the changes.")
    created_at: datetime = leaf("When it was made.")
    updated_at: datetime = leaf("When it was last changed.")
    customers: CountableConnection[User] = nested(_customers)


@query(allow=Permission.MANAGE_CUSTOMERS, returns=CustomerGroup | None)
def customer_group(info: Info, id: strawberry.ID) -> models.CustomerGroup | None:
    """A group of customers by id."""
    return queries.customer_groups(actor=info.context.actor).filter(id=id_of("CustomerGroup", id)).first()


@query(allow=Permission.MANAGE_CUSTOMERS, returns=CountableConnection[CustomerGroup])
def customer_groups(
    info: Info, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Page:
    """Groups of customers by name."""
    rows = queries.customer_groups(actor=info.context.actor)
    return page_of(rows, ("name", "id"), first=first, after=after, last=last, before=before)


_managed = partial(mutation, Permission.MANAGE_CUSTOMERS, error=CustomerGroupError, codes=CustomerGroupErrorCode)
_group_now = current_row(models.CustomerGroup, "customer_group")


def _payload(name: str) -> Any:
    return row_payload(name, "customer_group", CustomerGroup | None, CustomerGroupError)


@_managed(payload=_payload("CustomerGroupCreate"))
def customer_group_create(info: Info, name: str) -> Any:
    """Make a group without customers."""
    return services.create_customer_group(name=name, actor=info.context.actor)


@_managed(payload=_payload("CustomerGroupUpdate"), current=_group_now)
def customer_group_update(info: Info, id: strawberry.ID, name: str | None = None, version: int | None = None) -> Any:
    """Rename a group."""
    return services.update_customer_group(
        group_id=id_of("CustomerGroup", id), name=name, version=version, actor=info.context.actor
    )


@_managed(payload=_payload("CustomerGroupDelete"), current=_group_now)
def customer_group_delete(info: Info, id: strawberry.ID, version: int | None = None) -> None:
    """Delete a group; its customers stay. Price lists that were for it alone are then for nobody."""
    services.delete_customer_group(group_id=id_of("CustomerGroup", id), version=version, actor=info.context.actor)


@_managed(payload=_payload("CustomerGroupAssignCustomers"), current=_group_now)
def customer_group_assign_customers(
    info: Info,
    id: strawberry.ID,
    add: list[strawberry.ID] | None = None,
    remove: list[strawberry.ID] | None = None,
    version: int | None = None,
) -> Any:
    """Take customers into a group and out of it, up to 1,000 each."""
    return services.assign_customers(
        group_id=id_of("CustomerGroup", id),
        add=ids_of("User", add or [], path=("add",)),
        remove=ids_of("User", remove or [], path=("remove",)),
        version=version,
        actor=info.context.actor,
    )
