"""How a path, a query and a body become one command."""

from __future__ import annotations

import httpx
import pytest

from banyan.doors.http.reasons import read_words

BREWS = "/v1/teas/12/brews"


async def test_path_and_body_make_one_command(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        BREWS, json={"size": "pot", "leaves": [{"name": "龙井", "grams": 3}], "note": "hot"}
    )
    assert answer.status_code == 201
    assert answer.json() == {
        "tea_id": "12",
        "size": "pot",
        "leaves": [{"name": "龙井", "grams": 3}],
        "note": "hot",
        "by": "7",
    }


async def test_a_body_may_be_left_out_when_nothing_is_required(client: httpx.AsyncClient) -> None:
    answer = await client.post(BREWS)
    assert answer.status_code == 201
    assert answer.json()["size"] == "cup"


async def test_what_the_path_says_may_not_be_said_again(client: httpx.AsyncClient) -> None:
    answer = await client.post(BREWS, json={"tea_id": "13"})
    assert answer.status_code == 422
    assert answer.json()["fields"]["field"] == "tea_id"


@pytest.mark.parametrize(
    "tea_id", ["x", "-1", "1.5", "99999999999999999999", "１２", "%00", "1%00"]
)
async def test_an_id_is_up_to_nineteen_digits(client: httpx.AsyncClient, tea_id: str) -> None:
    answer = await client.post(f"/v1/teas/{tea_id}/brews")
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["code"] in {"request.invalid", "request.malformed"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"size": "bucket"}, "size"),
        ({"size": 3}, "size"),
        ({"sugar": 1}, "sugar"),
        ({"leaves": [{"name": "a", "grams": 0}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a", "grams": 10**30}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a", "grams": -1}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a", "grams": 1.5}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a", "grams": True}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a"}]}, "leaves[0].grams"),
        ({"leaves": [{"name": "a", "grams": 1, "x": 2}]}, "leaves[0].x"),
        ({"leaves": [{"name": "a\nb", "grams": 1}]}, "leaves[0].name"),
        ({"leaves": [{"name": "a\u202eb", "grams": 1}]}, "leaves[0].name"),
        ({"leaves": [{"name": "a", "grams": 1}] * 4}, "leaves"),
        ({"leaves": "abc"}, "leaves"),
        ({"note": "x" * 21}, "note"),
        ({"at": "2026-13-01T00:00:00Z"}, "at"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(
    client: httpx.AsyncClient, body: object, field: str
) -> None:
    answer = await client.post(BREWS, json=body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "request.invalid"
    assert problem["fields"]["field"] == field
    assert problem["fields"]["reason"] in read_words()
    assert problem["detail"].startswith(f"字段“{field}”不符合要求：")


@pytest.mark.parametrize("body", [[], "text", 1, {"size": "pot"}])
async def test_a_body_that_does_not_fit_as_a_whole(client: httpx.AsyncClient, body: object) -> None:
    answer = await client.post(BREWS, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.unfit")


async def test_a_query_is_read_by_the_types_of_the_command(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/v1/teas?limit=5&sizes=cup&sizes=pot&is_cold=true&word=%E8%8C%B6&since=2026-01-01T00:00:00%2B08:00"
    )
    assert answer.json() == {
        "limit": 5,
        "sizes": ["cup", "pot"],
        "is_cold": True,
        "word": "茶",
        "since": "2026-01-01T00:00:00+08:00",
    }
    assert (await client.get("/v1/teas")).json()["limit"] == 20


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=1e3",
        "limit=",
        "limit=5&limit=6",
        "sizes=bucket",
        "is_cold=maybe",
        "colour=red",
        "since=-1",
        "since=1700000000",
        "since=2026-01-01",
        "word=%ff",
        "word=%00",
        "limit=5;word=x",
        "&".join(f"a{i}=1" for i in range(60)),
    ],
)
async def test_a_query_that_does_not_fit_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/teas?{query}")
    assert answer.status_code in {400, 422}, answer.text


async def test_a_very_long_query_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/teas?word={'x' * 9_000}")).status_code == 413


async def test_a_call_with_a_body_takes_no_query(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{BREWS}?note=x", json={})
    assert answer.json()["code"] == "request.malformed"


async def test_hidden_fields_are_facts_of_the_request(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/visits", json={"word": "hi"}, headers={"user-agent": "tester"})
    assert answer.json() == {"address": "127.0.0.1", "device": "tester", "word": "hi"}
    forged = await client.post("/v1/visits", json={"address": "1.2.3.4"})
    assert forged.status_code == 422


async def test_nothing_to_say_is_204(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/teas/green")
    assert answer.status_code == 204
    assert answer.content == b""
