"""GraphQL over HTTP: what is no request gets a 4xx with a code, and nothing else happens."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.api.clients import Answer, Town

pytestmark = pytest.mark.ring("test")

JSON = {"Content-Type": "application/json"}
GOOD = '{"query": "{ categories { id } }"}'
DEEP_QUERY = "{a" * 5000 + "}" * 5000
ASKED = "query($n: Int) { units(first: $n) { totalCount } }"


def _with(variables: str) -> bytes:
    return f'{{"query": "{ASKED}", "variables": {variables}}}'.encode()


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "BAD_REQUEST"),
    "half an object": (b'{"query": ', "BAD_REQUEST"),
    "a list": (b"[]", "BAD_REQUEST"),
    "a batch": (f"[{GOOD}]".encode(), "BAD_REQUEST"),
    "a string": (b'"{ categories { id } }"', "BAD_REQUEST"),
    "null": (b"null", "BAD_REQUEST"),
    "no query": (b"{}", "BAD_REQUEST"),
    "query null": (b'{"query": null}', "BAD_REQUEST"),
    "query a number": (b'{"query": 1}', "BAD_REQUEST"),
    "query empty": (b'{"query": ""}', "BAD_REQUEST"),
    "variables a string": (_with('"x"'), "BAD_REQUEST"),
    "variables a list": (_with("[]"), "BAD_REQUEST"),
    "extensions a number": (b'{"query": "{ categories { id } }", "extensions": 1}', "BAD_REQUEST"),
    "no such operation": (
        b'{"query": "query A { categories { id } }", "operationName": "B"}',
        "BAD_REQUEST",
    ),
    "invalid UTF-8": (b'{"query": "\xff\xfe"}', "BAD_REQUEST"),
    "UTF-16": (GOOD.encode("utf-16"), "BAD_REQUEST"),
    "a lone surrogate": (_with('{"n": "\\ud800"}'), "BAD_REQUEST"),
    "a surrogate in a literal": (
        rb'{"query": "{ units(search: \"\\ud800\", first: 1) { totalCount } }"}',
        "GRAPHQL_PARSE_FAILED",
    ),
    "NaN": (_with('{"n": NaN}'), "BAD_REQUEST"),
    "beyond every float": (_with('{"n": 1e400}'), "BAD_REQUEST"),
    "5,000 digits": (_with(f'{{"n": {"9" * 5000}}}'), "BAD_REQUEST"),
    "5,000 digits in a literal": (
        f'{{"query": "{{ units(first: {"9" * 5000}) {{ totalCount }} }}"}}'.encode(),
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "beyond 32 bits": (_with('{"n": 2147483648}'), "BAD_USER_INPUT"),
    "a fraction for an Int": (_with('{"n": 1.5}'), "BAD_USER_INPUT"),
    "a string for an Int": (_with('{"n": "1"}'), "BAD_USER_INPUT"),
    "true for an Int": (_with('{"n": true}'), "BAD_USER_INPUT"),
    "an object for an Int": (_with('{"n": {"$gt": 0}}'), "BAD_USER_INPUT"),
    "JSON 5,000 deep": (_with('{"n":' * 5000 + "1" + "}" * 5000), "BAD_REQUEST"),
    "lists 900 deep": (_with('{"n": ' + "[" * 900 + "]" * 900 + "}"), "BAD_USER_INPUT"),
    "a query 5,000 deep": (json.dumps({"query": DEEP_QUERY}).encode(), "GRAPHQL_PARSE_FAILED"),
    "no GraphQL": (b'{"query": "SELECT 1"}', "GRAPHQL_PARSE_FAILED"),
    "NUL in a query": (rb'{"query": "{ categories\u0000 { id } }"}', "GRAPHQL_PARSE_FAILED"),
    "an unknown field": (b'{"query": "{ nothing }"}', "GRAPHQL_VALIDATION_FAILED"),
    "an unknown argument": (
        b'{"query": "{ categories(all: true) { id } }"}',
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a wrong literal": (
        b'{"query": "{ units(first: \\"one\\") { totalCount } }"}',
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a missing variable": (
        b'{"query": "query($n: String!) { case(number: $n) { id } }"}',
        "BAD_USER_INPUT",
    ),
    "fragments in a circle": (
        b'{"query": "{ ...A } fragment A on Query { ...A }"}',
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "two operations without a name": (
        b'{"query": "{ categories { id } } { categories { id } }"}',
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a subscription": (b'{"query": "subscription { x }"}', "BAD_REQUEST"),
}


def _is_clean_refusal(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body
    assert "data" not in answer.body
    assert answer.errors[0]["message"]
    assert answer.errors[0]["extensions"]["requestId"] == answer.response.headers["X-Request-Id"]
    assert "Traceback" not in answer.response.text


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_request_is_refused(town: Town, what: str) -> None:
    body, code = BROKEN[what]
    answer = Answer(await town.http.post("/graphql", content=body, headers=JSON))
    _is_clean_refusal(answer, 400, code)


async def test_a_client_that_asks_for_plain_json_gets_200_for_an_invalid_query(town: Town) -> None:
    headers = {**JSON, "Accept": "application/json"}
    answer = Answer(
        await town.http.post("/graphql", content=b'{"query": "{ x }"}', headers=headers)
    )
    _is_clean_refusal(answer, 200, "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/xml, application/json",
    ],
)
async def test_a_body_that_is_not_json_in_utf_8_is_415(town: Town, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = Answer(await town.http.post("/graphql", content=GOOD, headers=headers))
    _is_clean_refusal(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
async def test_json_in_utf_8_is_taken(town: Town, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = Answer(await town.http.post("/graphql", content=GOOD, headers=headers))
    assert answer.data == {"categories": [{"id": "Q2F0ZWdvcnk6MDE"}, {"id": "Q2F0ZWdvcnk6MDI"}]}


async def test_a_body_beyond_256_kib_is_413(town: Town) -> None:
    for size, status in ((262_144, 200), (262_145, 413), (10_000_000, 413)):
        body = GOOD[:-1] + ", " + '"extensions": {"x": "' + "x" * (size - 60) + '"}}'
        padded = body + " " * (size - len(body))
        answer = Answer(await town.http.post("/graphql", content=padded, headers=JSON))
        assert answer.status == status, size
    _is_clean_refusal(answer, 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_405_and_say_which_are_allowed(town: Town, method: str) -> None:
    answer = Answer(await town.http.request(method, "/graphql", content=GOOD, headers=JSON))
    _is_clean_refusal(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.response.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/json;q=0", "garbage"])
async def test_an_answer_that_cannot_be_read_is_406(town: Town, accept: str) -> None:
    headers = {**JSON, "Accept": accept}
    answer = Answer(await town.http.post("/graphql", content=GOOD, headers=headers))
    _is_clean_refusal(answer, 406, "NOT_ACCEPTABLE")


#    accept                                                            content type
ACCEPTED = (
    ("*/*", "application/json"),
    ("application/json", "application/json"),
    ("application/*", "application/graphql-response+json"),
    ("application/graphql-response+json", "application/graphql-response+json"),
    (
        "application/json;q=0.1, application/graphql-response+json",
        "application/graphql-response+json",
    ),
    ("image/png, */*;q=0.1", "application/json"),
)


@pytest.mark.parametrize(("accept", "content_type"), ACCEPTED)
async def test_the_answer_is_what_the_client_likes_best(
    town: Town, accept: str, content_type: str
) -> None:
    headers = {**JSON, "Accept": accept}
    response = await town.http.post("/graphql", content=GOOD, headers=headers)
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
    assert response.headers["Vary"] == "Accept, Accept-Language, Authorization"


async def test_a_query_can_be_asked_by_get_and_a_mutation_cannot(town: Town) -> None:
    got = Answer(await town.http.get("/graphql", params={"query": "{ categories { id } }"}))
    assert (got.status, got.errors) == (200, [])
    mutation = 'mutation { acceptCase(input: {caseId: "x"}) { errors { code } } }'
    refused = Answer(await town.http.get("/graphql", params={"query": mutation}))
    assert 400 <= refused.status < 500
    assert refused.data is None


@pytest.mark.parametrize(
    "query",
    [
        "query=%ff%fe",
        "query={categories{id}}&variables=x",
        "query={categories{id}}&variables=[]",
        "query={categories{id}}&extensions=x",
        "query=",
        "nothing=1",
        "query=" + quote("{ nothing }"),
    ],
)
async def test_a_broken_get_is_400(town: Town, query: str) -> None:
    answer = Answer(await town.http.get(f"/graphql?{query}"))
    assert (answer.status, bool(answer.code)) == (400, True)


async def test_graphiql_is_for_browsers(town: Town) -> None:
    page = await town.http.get("/graphql", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


async def test_the_process_and_its_database_can_be_asked_how_they_are(town: Town) -> None:
    assert (await town.http.get("/healthz")).json() == {"status": "ok"}
    assert (await town.http.get("/readyz")).json() == {"status": "ok"}
