"""Who a request comes from, and which requests with a cookie are believed."""

from __future__ import annotations

import httpx
import pytest

from banyan.base.errors import Refusal
from banyan.books.actor import NOBODY, Actor
from banyan.doors.http import SESSION_COOKIE, SignIn, Visit, render_session_cookie
from banyan.doors.http.signin import find_cookie
from tests.doors.http.conftest import LIN, TOKEN

BREWS = "/v1/teas/12/brews"
HERE = "http://banyan.test"


def visit(**headers: str) -> Visit:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Visit({"headers": named, "client": ("127.0.0.1", 1)})


async def test_without_a_token_nobody_asks(client: httpx.AsyncClient) -> None:
    client.headers.pop("authorization")
    assert (await client.get("/v1/teas")).status_code == 200
    answer = await client.post(BREWS, json={})
    assert answer.status_code == 401
    assert answer.json()["code"] == "sessions.required"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "given", ["Bearer bs_other", "Bearer ", "Basic bGluOngK", "bs_lin", "é", "Bearer " + "x" * 600]
)
async def test_a_false_token_is_refused_even_where_none_is_needed(
    client: httpx.AsyncClient, given: str
) -> None:
    headers = {"authorization": given.encode("latin-1")}
    answer = await client.get("/v1/teas", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401


async def test_a_cookie_reads_freely(client: httpx.AsyncClient) -> None:
    client.headers.pop("authorization")
    headers = {"cookie": f"lang=en; {SESSION_COOKIE}={TOKEN}"}
    assert (await client.get("/v1/teas", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("proof", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": HERE, "sec-fetch-site": "cross-site"}, 403),
        ({"origin": HERE}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"x-banyan": "1"}, 201),
    ],
)
async def test_a_cookie_alone_changes_nothing(
    client: httpx.AsyncClient, proof: dict[str, str], status: int
) -> None:
    client.headers.pop("authorization")
    headers = {"cookie": f"{SESSION_COOKIE}={TOKEN}", **proof}
    assert (await client.post(BREWS, json={}, headers=headers)).status_code == status


async def test_a_stale_cookie_is_nobody(client: httpx.AsyncClient) -> None:
    client.headers.pop("authorization")
    headers = {"cookie": f"{SESSION_COOKIE}=bs_old", "x-banyan": "1"}
    assert (await client.get("/v1/teas", headers=headers)).status_code == 200
    assert (await client.post(BREWS, json={}, headers=headers)).status_code == 401


async def test_an_actor_is_remembered_for_a_moment_only() -> None:
    looked: list[str] = []
    known: dict[str, Actor] = {TOKEN: LIN}

    async def find(token: str) -> Actor | None:
        looked.append(token)
        return known.get(token)

    remembering = SignIn(find, ttl_s=5)
    for _ in range(3):
        assert await remembering.read_actor(visit(authorization=f"Bearer {TOKEN}"), "GET") is LIN
    assert looked == [TOKEN]
    known.clear()
    remembering.forget(TOKEN)
    with pytest.raises(Refusal, match=r"sessions\.required"):
        await remembering.read_actor(visit(authorization=f"Bearer {TOKEN}"), "GET")
    known[TOKEN] = LIN
    at_once = SignIn(find, ttl_s=0)
    looked.clear()
    for _ in range(2):
        await at_once.read_actor(visit(authorization=f"Bearer {TOKEN}"), "GET")
    assert looked == [TOKEN, TOKEN]


async def test_a_false_token_is_never_remembered() -> None:
    answers = iter([None, LIN])

    async def find(token: str) -> Actor | None:
        del token
        return next(answers)

    sign_in = SignIn(find)
    new = visit(cookie=f"{SESSION_COOKIE}=bs_new")
    assert await sign_in.read_actor(new, "GET") is NOBODY
    assert await sign_in.read_actor(new, "GET") is LIN


def test_cookies_are_found_by_their_whole_name() -> None:
    assert find_cookie(b"a=1; banyan_session=x=y; b=2", "banyan_session") == "x=y"
    assert find_cookie(b"not_banyan_session=x", "banyan_session") == ""
    assert find_cookie(b"", "banyan_session") == ""


def test_the_session_cookie_is_closed_to_scripts_and_other_sites() -> None:
    cookie = render_session_cookie("bs_x", is_secure=True, max_age_s=60)
    assert cookie == "banyan_session=bs_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
