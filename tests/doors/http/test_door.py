"""What the door itself answers: problems, keys, limits, and bugs."""

from __future__ import annotations

import httpx
import pytest

from banyan.doors.http import Limiter
from tests.doors.http.conftest import Lines


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("not_found", 404, "teas.not_found"),
        ("unknown", 409, "teas.sold_out"),
        ("trouble", 503, "database.unavailable"),
        ("bug", 500, "server.bug"),
    ],
)
async def test_a_failure_is_a_problem(
    client: httpx.AsyncClient, how: str, status: int, code: str
) -> None:
    answer = await client.get(f"/v1/failures/{how}")
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["type"] == f"/problems/{code}"
    assert problem["title"]
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_a_bug_tells_the_log_and_not_the_caller(
    client: httpx.AsyncClient, lines: Lines
) -> None:
    answer = await client.get("/v1/failures/bug")
    assert "secret" not in answer.text
    (bug,) = lines.bugs
    assert bug["request_id"] == answer.json()["request_id"]
    assert bug["route"] == "/v1/failures/{how}"
    assert isinstance(bug["exc_info"], RuntimeError)


async def test_trouble_says_when_to_come_again(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/failures/trouble")).headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("wish", "detail", "language"),
    [
        ("en", "The database is not available at this moment. Try again soon.", "en"),
        ("zh-CN,en;q=0.5", "数据库暂时不可用，请稍后再试。", "zh"),
        (
            "fr, en;q=0.8, zh;q=0.1",
            "The database is not available at this moment. Try again soon.",
            "en",
        ),
        ("fr", "数据库暂时不可用，请稍后再试。", "zh"),
        ("", "数据库暂时不可用，请稍后再试。", "zh"),
    ],
)
async def test_the_detail_is_in_the_callers_language(
    client: httpx.AsyncClient, wish: str, detail: str, language: str
) -> None:
    answer = await client.get("/v1/failures/trouble", headers={"accept-language": wish})
    assert answer.json()["detail"] == detail
    assert answer.headers["content-language"] == language


async def test_an_unknown_code_is_its_own_text(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/v1/failures/unknown")).json()
    assert problem["detail"] == "teas.sold_out"
    assert problem["fields"] == {"left": 0}


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/v1/teas/", "/v1/%2e%2e/%2e%2e/etc/passwd"]
)
async def test_no_such_address(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "request.not_found")


async def test_a_head_is_answered_like_a_get(client: httpx.AsyncClient) -> None:
    answer = await client.head("/v1/teas")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 2


async def test_no_such_method(client: httpx.AsyncClient) -> None:
    answer = await client.put("/v1/teas", json={})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert (await client.request("BREW", "/v1/teas")).status_code == 405


async def test_options_tell_the_methods(client: httpx.AsyncClient) -> None:
    answer = await client.options("/v1/teas")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert (await client.options("/v1/teas/1/brews")).headers["allow"] == "OPTIONS, POST"
    assert (await client.options("/v1/no/such")).status_code == 404


@pytest.mark.parametrize("key", ["a" * 65, "a b", "é", "", "a\tb"])
async def test_a_key_that_is_none_is_refused(client: httpx.AsyncClient, key: str) -> None:
    headers = {"idempotency-key": key.encode("latin-1")}
    answer = await client.post("/v1/teas/1/brews", json={}, headers=headers)  # type: ignore[arg-type]
    assert answer.json()["code"] == "request.bad_key"
    assert answer.status_code == 422


@pytest.mark.parametrize("key", ["a", "a" * 64, '"quoted"', "~!#$%"])
async def test_a_key_is_taken(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post("/v1/teas/1/brews", json={}, headers={"idempotency-key": key})
    assert answer.status_code == 201


class TestLimits:
    @pytest.fixture
    def limiter(self) -> Limiter:
        return Limiter(rate=0.001, burst=3)

    @pytest.fixture
    def guesses(self) -> Limiter:
        return Limiter(rate=0.001, burst=3)

    async def test_who_asks_too_often_is_told_to_wait(self, client: httpx.AsyncClient) -> None:
        answers = [await client.get("/v1/teas") for _ in range(3)]
        assert [one.headers["ratelimit-remaining"] for one in answers] == ["2", "1", "0"]
        assert answers[0].headers["ratelimit-limit"] == "3"
        refused = await client.get("/v1/teas")
        assert refused.status_code == 429
        assert refused.json()["code"] == "request.too_many"
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["ratelimit-remaining"] == "0"

    async def test_actors_and_addresses_are_counted_apart(self, client: httpx.AsyncClient) -> None:
        for _ in range(3):
            await client.get("/v1/teas")
        assert (await client.get("/v1/teas")).status_code == 429
        client.headers.pop("authorization")
        assert (await client.get("/v1/teas")).status_code == 200

    async def test_guessing_tokens_ends_soon_and_hurts_nobody_else(
        self, client: httpx.AsyncClient
    ) -> None:
        false = {"authorization": "Bearer bs_guess"}
        found = [(await client.get("/v1/teas", headers=false)).status_code for _ in range(5)]
        assert found == [401, 401, 401, 429, 429]
        client.headers.pop("authorization")
        assert (await client.get("/v1/teas")).status_code == 200
