"""Groups of customers, as staff keep them."""

from __future__ import annotations

import pytest
from django.test import Client

from commerce.accounts.models import CustomerGroup, User
from commerce.accounts.tokens import issue_access_token
from commerce.core.permission import Permission
from schema.ids import to_global_id
from tests.api import Api
from tests.factories import PASSWORD, make_customer, make_staff
from tests.statements import recorded_statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]

ASSIGN = """
mutation($id: ID!, $add: [ID!], $remove: [ID!], $version: Int) {
  customerGroupAssignCustomers(id: $id, add: $add, remove: $remove, version: $version) {
    customerGroup { version customers(first: 10) { totalCount nodes { email customerGroups { name } } } }
    errors { code path }
  }
}
"""


@pytest.fixture
def office() -> Api:
    return Api("/graphql/admin/", issue_access_token(make_staff([Permission.MANAGE_CUSTOMERS]), "admin"))


def make_group(office: Api, name: str = "Wholesale") -> str:
    answer = office.send(
        """mutation($name: String!) { customerGroupCreate(name: $name) {
        customerGroup { id name } errors { code path } } }""",
        name=name,
    )
    assert answer.problems == []
    group: str = answer.payload["customerGroup"]["id"]
    return group


def global_id(user: User) -> str:
    return to_global_id("User", user.id)


def test_customers_come_and_go(office: Api) -> None:
    group = make_group(office)
    ada, bob = make_customer("ada@example.com"), make_customer("bob@example.com")
    answer = office.send(ASSIGN, id=group, add=[global_id(ada), global_id(bob), global_id(ada)])
    assert answer.problems == []
    found = answer.payload["customerGroup"]
    assert found["customers"]["totalCount"] == 2
    assert [node["customerGroups"] for node in found["customers"]["nodes"]] == [[{"name": "Wholesale"}]] * 2
    answer = office.send(ASSIGN, id=group, add=[global_id(bob)], remove=[global_id(ada)], version=found["version"])
    assert [node["email"] for node in answer.payload["customerGroup"]["customers"]["nodes"]] == ["bob@example.com"]


def test_staff_are_no_customers_and_nobody_is_half_assigned(office: Api) -> None:
    group = make_group(office)
    clerk, ada = make_staff([]), make_customer("ada@example.com")
    answer = office.send(ASSIGN, id=group, add=[global_id(ada), global_id(clerk)])
    assert answer.problems == [("NOT_FOUND", ["add", "1"])]
    assert not User.objects.filter(customer_groups__isnull=False).exists()


def test_whoever_was_slower_is_told_so(office: Api) -> None:
    group = make_group(office)
    answer = office.send(ASSIGN, id=group, add=[global_id(make_customer("ada@example.com"))], version=7)
    assert answer.problems == [("CONFLICT", ["version"])]
    assert answer.payload["customerGroup"]["customers"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("name", "problem"),
    [(" ", "REQUIRED"), ("x" * 151, "INVALID"), ("a\x00b", "INVALID"), ("Wholesale", "UNIQUE")],
)
def test_a_name_is_a_name_and_one_groups_alone(office: Api, name: str, problem: str) -> None:
    make_group(office)
    group = make_group(office, "Retail")
    rename = """mutation($id: ID!, $name: String) { customerGroupUpdate(id: $id, name: $name) {
      customerGroup { name } errors { code path } } }"""
    answer = office.send(rename, id=group, name=name)
    assert answer.problems == [(problem, ["name"])]
    assert answer.payload["customerGroup"] == {"name": "Retail"}


def test_groups_are_listed_by_name_and_go_without_their_customers(office: Api) -> None:
    make_group(office, "Wholesale")
    group = make_group(office, "Friends")
    office.send(ASSIGN, id=group, add=[global_id(make_customer("ada@example.com"))])
    listed = office.send("{ customerGroups(first: 5) { nodes { name } } }")
    assert [node["name"] for node in listed.data["customerGroups"]["nodes"]] == ["Friends", "Wholesale"]
    gone = office.send("mutation($id: ID!) { customerGroupDelete(id: $id) { errors { code } } }", id=group)
    assert gone.problems == []
    assert office.send("query($id: ID!) { customerGroup(id: $id) { name } }", id=group).data == {"customerGroup": None}
    assert User.objects.filter(email="ada@example.com").exists()


def test_more_groups_cost_no_more_statements(office: Api) -> None:
    counts = []
    for number in range(3):
        group = make_group(office, f"Group {number}")
        office.send(ASSIGN, id=group, add=[global_id(make_customer(f"c{number}@example.com"))])
        if number != 1:
            with recorded_statements() as statements:
                office.send(
                    "{ customerGroups { nodes { customers(first: 2) { nodes { customerGroups { name } } } } } }"
                )
            counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_merchants_screen_takes_customers_in(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss@example.com", PASSWORD))
    ada = make_customer("ada@example.com")
    answer = client.post(
        "/admin/accounts/customergroup/add/",
        {
            "name": "Wholesale",
            "members-TOTAL_FORMS": "1",
            "members-INITIAL_FORMS": "0",
            "members-0-customer": str(ada.id),
        },
    )
    assert answer.status_code == 302
    assert CustomerGroup.objects.get().customers.get() == ada
