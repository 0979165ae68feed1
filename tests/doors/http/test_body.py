"""Bodies that are not what they should be: each is refused with a code, none is a bug."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from banyan.doors.http.body import Disconnected, read_body
from banyan.doors.http.visit import Message

BREWS = "/v1/teas/12/brews"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"x", 400),
        (b"{} {}", 400),
        (b"\xef\xbb\xbf{}", 400),
        (b'{"note":"\xff"}', 400),
        (b'{"note":"\\ud800"}', 400),
        (b'{"note":NaN}', 400),
        (b'{"note":"a","note":"b"}', 400),
        (b'{"leaves":[{"name":"a","grams":1,"grams":2}]}', 400),
        (b'{"note":"a\\u0000b"}', 400),
        (b'{"note":"a\x00b"}', 400),
        (b'{"note":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422),
        (b'{"leaves":' + b"[" * 100_000, 422),
        (b'{"x":' + b'{"x":' * 100_000, 422),
        (b"null", 422),
        (b'{"leaves":[{"name":"a","grams":1e999}]}', 422),
        (b'{"leaves":[{"name":"a","grams":' + b"9" * 5_000 + b"}]}", 422),
        (b"\x00" * 100, 400),
    ],
)
async def test_what_is_not_plain_json_is_refused(
    client: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await client.post(BREWS, content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_backslashes_before_u0000_are_only_text(client: httpx.AsyncClient) -> None:
    answer = await client.post(BREWS, content=b'{"note":"\\\\u0000"}', headers=JSON)
    assert answer.json()["note"] == "\\u0000"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=gbk"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "multipart/form-data; boundary=x"},
    ],
)
async def test_other_media_types_are_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post(BREWS, content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["code"] == "request.not_json"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
async def test_json_may_say_that_it_is_utf8(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(BREWS, content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 201


async def test_a_large_body_is_refused_by_what_it_declares(client: httpx.AsyncClient) -> None:
    answer = await client.post(BREWS, content=b"x" * (1 << 20) + b"x", headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["fields"] == {"bytes_max": 1 << 20}


@pytest.mark.parametrize("declared", ["9" * 30, "99999999"])
async def test_a_huge_declared_length_is_not_believed(
    client: httpx.AsyncClient, declared: str
) -> None:
    headers = {**JSON, "content-length": declared}
    assert (await client.post(BREWS, content=b"{}", headers=headers)).status_code == 413


async def test_a_request_that_breaks_off_is_no_bug() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(Disconnected):
        await read_body(receive, {}, 100)


async def test_a_large_body_is_refused_while_it_arrives(client: httpx.AsyncClient) -> None:
    sent = 0

    async def pour() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b"x" * (1 << 16)

    answer = await client.post(BREWS, content=pour(), headers=JSON)
    assert answer.status_code == 413
    assert sent < 20
