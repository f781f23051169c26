"""Requests that ask for too much are refused before anything runs, and told which limit they met."""

from __future__ import annotations

import time

import pytest
from graphql import get_introspection_query

from tests.schema.http.conftest import Api, MakeApi


def nested(depth: int) -> str:
    """A query with `depth` levels of fields."""
    return "{ product " + "{ twin " * (depth - 2) + "{ name }" + " }" * (depth - 2) + " }"


def doubling_fragments(count: int, last: str) -> str:
    """Each fragment spreads the next one twice: 2**count times the last one's fields."""
    links = " ".join(
        f"fragment f{number} on Product {{ twin {{ name }} ...f{number + 1} ...f{number + 1} }}"
        for number in range(count)
    )
    return f"{{ product {{ ...f0 }} }} {links} fragment f{count} on Product {{ {last} }}"


def test_the_twelfth_level_is_served_and_the_thirteenth_is_not(api: Api) -> None:
    assert api.post(nested(12)).body["data"]["product"]
    refused = api.post(nested(13))
    assert refused.refusal == ("LIMIT_EXCEEDED", "depth")
    assert refused.errors[0]["extensions"]["requested"] == 13
    assert refused.errors[0]["extensions"]["maximum"] == 12


def test_depth_is_counted_through_fragments(api: Api) -> None:
    links = " ".join(f"fragment f{number} on Product {{ twin {{ ...f{number + 1} }} }}" for number in range(20))
    assert api.post(f"{{ product {{ ...f0 }} }} {links} fragment f20 on Product {{ name }}").refusal[1] == "depth"


def test_inline_fragments_add_no_depth(api: Api) -> None:
    assert "errors" not in api.post(nested(12).replace("{ twin", "{ ... on Product { twin", 1) + "}").body


def test_graphiql_may_read_the_schema(api: Api) -> None:
    query = get_introspection_query(specified_by_url=True, input_value_deprecation=True)
    assert api.post(query).body["data"]["__schema"]["queryType"]["name"] == "Query"


def test_introspection_that_goes_round_in_circles_is_refused(api: Api) -> None:
    circle = "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 4 + " } } }"
    assert api.post(circle).codes == ["GRAPHQL_VALIDATION_FAILED"]
    deep = '{ __type(name: "Query") { ' + "ofType { " * 30 + "name" + " }" * 30 + " } }"
    assert api.post(deep).refusal[1] == "introspectionDepth"


def test_thirty_aliases_are_served_and_the_next_is_not(api: Api) -> None:
    def query(count: int) -> str:
        return "{ product { " + " ".join(f"a{number}: name" for number in range(count)) + " } }"

    assert "errors" not in api.post(query(30)).body
    assert api.post(query(31)).refusal[1] == "aliases"


def test_aliases_in_a_fragment_count_as_often_as_it_is_spread(api: Api) -> None:
    spreads = " ".join("... on Product { twin { ...names } }" for _ in range(11))
    query = f"{{ product {{ {spreads} }} }} fragment names on Product {{ a: name b: name c: name }}"
    assert api.post(query).refusal[1] == "aliases"


def test_root_fields_are_counted_through_fragments(api: Api) -> None:
    fragment = "fragment all on Query { " + " ".join(["product { name }", "me", "__typename"] * 7) + " }"
    refused = api.post("{ ...all } " + fragment)
    assert refused.refusal[1] == "rootFields"
    assert refused.errors[0]["extensions"]["requested"] == 21


def test_four_mutations_are_run_and_five_are_not(api: Api) -> None:
    def query(count: int) -> str:
        return "mutation { " + " ".join(f"b{number}: buy" for number in range(count)) + " }"

    assert api.post(query(4)).body["data"] == {f"b{number}": 1 for number in range(4)}
    assert api.post(query(5)).refusal[1] == "mutations"


def test_too_many_directives_are_refused(api: Api) -> None:
    assert api.post("{ product { name " + "@skip(if: false) " * 51 + "} }").refusal[1] == "directives"


def test_more_tokens_than_the_limit_are_not_even_parsed(api: Api) -> None:
    assert api.post("{ " + "me " * 5_000 + "}").refusal[1] == "tokens"


def test_one_field_selected_over_and_over_is_refused(api: Api) -> None:
    assert "errors" not in api.post("{ product { " + "twin { name } " * 30 + "} }").body
    assert api.post("{ product { " + "twin { name } " * 31 + "} }").refusal[1] == "repeats"


def test_repeats_multiply_where_they_are_nested(api: Api) -> None:
    six = "twin { " + "twin { name } " * 6 + "} "
    refused = api.post("{ product { " + six * 6 + "} }")
    assert refused.refusal[1] == "repeats"
    assert refused.errors[0]["extensions"]["requested"] == 36


def test_a_document_of_blanks_is_not_read_through(api: Api) -> None:
    assert api.post(" " * 200_000 + "{ me }").refusal[1] == "documentLength"


@pytest.mark.parametrize("argument", ["first", "last"])
def test_a_page_holds_at_most_a_hundred(api: Api, argument: str) -> None:
    def literal(size: int) -> str:
        return f"{{ products({argument}: {size}) {{ totalCount }} }}"

    variable = f"query($n: Int) {{ products({argument}: $n) {{ totalCount }} }}"
    default = f"query($n: Int = 101) {{ products({argument}: $n) {{ totalCount }} }}"
    assert "errors" not in api.post(literal(100)).body
    assert "errors" not in api.post(variable, {"n": 100}).body
    assert "errors" not in api.post(default, {"n": 100}).body
    for refused in (
        api.post(literal(101)),
        api.post(variable, {"n": 101}),
        api.post(variable, {"n": 1e9}),
        api.post(default),
    ):
        assert refused.refusal == ("LIMIT_EXCEEDED", argument)


def test_a_list_argument_holds_at_most_250(api: Api) -> None:
    query = "query($where: Where) { product(where: $where) { name } }"
    assert "errors" not in api.post(query, {"where": {"slugs": ["a"] * 250}}).body
    assert api.post(query, {"where": {"slugs": ["a"] * 251}}).refusal[1] == "listItems"
    literal = ", ".join(['"a"'] * 251)
    assert api.post(f"{{ product(where: {{slugs: [{literal}]}}) {{ name }} }}").refusal[1] == "listItems"


def test_inputs_nested_in_inputs_are_refused(api: Api) -> None:
    where: dict[str, object] = {"slugs": ["a"]}
    for _ in range(100):
        where = {"AND": [where]}
    assert api.post("query($w: Where) { product(where: $w) { name } }", {"w": where}).refusal[1] == "inputDepth"
    literal = "{AND: " * 30 + "{}" + "}" * 30
    assert api.post(f"{{ product(where: {literal}) {{ name }} }}").refusal[1] == "inputDepth"


def test_only_the_first_five_validation_errors_are_told(api: Api) -> None:
    refused = api.post("{ " + " ".join(f"nothing{number}" for number in range(15)) + " }")
    assert refused.codes == ["GRAPHQL_VALIDATION_FAILED"] * 5


def test_the_cost_follows_the_sizes_of_the_lists(api: Api) -> None:
    """One connection, and for each of ten an edge, a node and a guess of five pictures."""
    query = "{ products(first: 10) { totalCount edges { node { name pictures { url } } } } }"
    assert api.post(query).body["extensions"]["cost"] == {"requested": 1 + 10 * (1 + 1 + 5), "limit": 50_000}


def test_a_size_in_a_variable_costs_the_same_as_one_in_the_document(api: Api) -> None:
    query = """query($n: Int, $m: Int = 7) {
        products(first: $n) { edges { node { related(last: $m) { edges { cursor } } } } }
    }"""

    def cost(variables: dict[str, int | None]) -> int:
        requested: int = api.post(query, variables).body["extensions"]["cost"]["requested"]
        return requested

    assert cost({"n": 10, "m": 3}) == 1 + 10 * (1 + 1 + (1 + 3))
    assert cost({"n": 10}) == 1 + 10 * (1 + 1 + (1 + 7))
    assert cost({"n": None, "m": 3}) == 1 + 20 * (1 + 1 + (1 + 3))


def test_nested_pages_multiply_and_are_refused_with_the_figure(api: Api) -> None:
    page = "(first: 100) { edges { node { related"
    query = f"{{ products{page}{page}(first: 100) {{ edges {{ cursor }} }}" + " } } }" * 2 + " }"
    refused = api.post(query)
    assert refused.refusal[1] == "cost"
    figure = 1 + 100 * (1 + 1 + 1 + 100 * (1 + 1 + 1 + 100))
    assert refused.errors[0]["extensions"]["requested"] == figure
    assert str(figure) in refused.errors[0]["message"]


def test_the_limits_can_be_set(make_api: MakeApi) -> None:
    assert make_api(depth=3).post(nested(4)).refusal[1] == "depth"
    assert make_api(cost=5).post("{ products(first: 5) { edges { cursor } } }").refusal[1] == "cost"


def fragments(count: int, body: str) -> str:
    """`count` fragments f0, f1, ...; in `body`, NEXT is the number of the next one."""
    return " ".join(f"fragment f{n} on Product {{ {body.replace('NEXT', str(n + 1))} }}" for n in range(count))


INVALID = "GRAPHQL_VALIDATION_FAILED"
ATTACKS = {
    "aliases": ("aliases", "{ " + " ".join(f"a{n}: me" for n in range(1_000)) + " }"),
    "doubling fragments": ("repeats", doubling_fragments(60, "name")),
    "doubling aliases": ("aliases", doubling_fragments(9, "a: name").replace("twin { name } ", "")),
    "a long chain of fragments": ("nesting", "{ product { ...f0 } } " + fragments(300, "twin { ...fNEXT }")),
    "a long chain without fields": ("nesting", "{ product { ...f0 } } " + fragments(500, "...fNEXT")),
    "fragments in circles": (
        INVALID,
        "{ product { ...f0 } } " + fragments(50, "...fNEXT ...f0 ...f7") + " fragment f50 on Product { ...f0 }",
    ),
    "many fragments of one field": (
        "repeats",
        "{ product { " + " ".join(f"...f{n}" for n in range(400)) + " } } " + fragments(400, "twin { name }"),
    ),
    "a field repeated": ("repeats", "{ product { " + "twin { name } " * 1_200 + "} }"),
    "repeats of repeats": (
        "repeats",
        "{ product { " + ("twin { " + "twin { twin { name } } " * 20 + "} ") * 20 + "} }",
    ),
    "repeats of fragments": (
        "repeats",
        "{ product { ...f0 } } " + fragments(8, "twin { ...fNEXT } " * 20) + " fragment f8 on Product { name }",
    ),
    "directives": ("directives", "{ me " + "@skip(if: false) " * 500 + "}"),
    "a deep query": ("nesting", "{ product " + "{ twin " * 1_000 + "{ name }" + " }" * 1_001),
    "a deep list": ("nesting", "{ product(slug: " + "[" * 1_000 + "]" * 1_000 + ") { name } }"),
    "a hundred thousand tokens": ("documentLength", "{ " + "me " * 100_000 + "}"),
    "a megabyte of blanks": ("documentLength", " " * 900_000 + "{ me }"),
    "a megabyte of comment": ("documentLength", "#" * 900_000 + "\n{ me }"),
    "ten thousand comments": ("comments", "#\n" * 10_000 + "{ me }"),
    "a megabyte of text": ("documentLength", '{ product(slug: "' + "x" * 900_000 + '") { name } }'),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_at_once(api: Api, attack: str) -> None:
    """At most 100 ms of this thread's own time, the best of three: other tests keep the machine busy."""
    reason, query = ATTACKS[attack]
    times = []
    for _ in range(3):
        started = time.thread_time()
        refused = api.post(query)
        times.append(time.thread_time() - started)
        told = refused.errors[0]["extensions"]
        assert reason in (told.get("limit"), told["code"])
    assert min(times) < 0.1, times
