"""Whatever is sent to whichever method, it is answered with HTTP 200, and never by a bug."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from msgspec import inspect

from banyan.doors.alipay import ENDPOINTS, PATH
from banyan.doors.alipay.endpoint import Endpoint
from tests.doors.alipay.test_gateway import parameters, signed
from tests.kit.alipay import Program, add_app
from tests.kit.charges import open_till
from tests.kit.web import open_client
from tests.kit.world import World

TEXTS = ["", "x", "\u202e", "茶" * 40, "x" * 5_000, "-1", "1e9", "'; drop table x; --", "0.01"]
TEXTS += ["2026-11-01", "2026-11", "https://a.example/?q=%00", "{}", "\x7f", "\ufeff", "1" * 28]
NUMBERS: list[Any] = [-1, 0, 1, 2**31, 2**63, 10**40, 1.5, 1e300, 0.1]
ODD: list[Any] = [None, True, [], {}, [[]], [None], {"a": {"b": []}}, *NUMBERS, *TEXTS]
DEEP = '{"a":' * 3_000
RAW = ["[", "null", '"', "1", DEEP, "[" * 5_000, '{"a":1,"a":2}', "{", '{"a":"\\ud800"}']
SHAPES_MAX = 8


def make(kind: inspect.Type, draw: random.Random) -> Any:  # noqa: ANN401 - JSON
    """A value that has the shape of a type, more or less."""
    if draw.random() < 0.2:
        return draw.choice(ODD)
    match kind:
        case inspect.StructType(fields=fields):
            return {one.encode_name: make(one.type, draw) for one in fields if draw.random() < 0.8}
        case inspect.ListType(item_type=item):
            return [make(item, draw) for _ in range(draw.choice((0, 1, 3)))]
        case inspect.StrType():
            return draw.choice(TEXTS + NUMBERS)
        case _:
            return draw.choice(ODD)


async def send(client: httpx.AsyncClient, given: dict[str, str]) -> httpx.Response:
    """Call the gateway."""
    form = "&".join(f"{name}={quote_plus(value)}" for name, value in given.items())
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return await client.post(PATH, content=form, headers=headers)


def complain(answer: httpx.Response) -> str:
    """What is wrong with an answer; nothing if it is as it should be."""
    if answer.status_code == 302:
        return ""
    if answer.status_code != 200:
        return f"HTTP {answer.status_code}"
    told = answer.json()
    content = next(iter(told.values()))
    if content["code"] == "20000" or "msg" not in content:
        return str(content)
    return "" if "sign" in told else "nothing is signed"


@pytest.mark.slow
@pytest.mark.parametrize("one", ENDPOINTS, ids=[one.name for one in ENDPOINTS])
async def test_no_content_breaks_a_method(world: World, one: Endpoint) -> None:
    await open_till(world, "lin")
    app = await add_app(world)
    draw = random.Random(one.name)
    kind = inspect.type_info(one.body_type)
    contents = [json.dumps(make(kind, draw)) for _ in range(SHAPES_MAX)]
    contents += [json.dumps(dict.fromkeys(one.body_type.__struct_fields__, 1)), *RAW]
    found = []
    async with open_client(world) as client:
        for content in contents:
            program = Program(world, "", app)
            more = {"notify_url": draw.choice(TEXTS)} if draw.random() < 0.3 else {}
            given = parameters(program, method=one.name, biz_content=content, **more)
            told = complain(await send(client, signed(given)))
            found += [f"{content[:200]!r}: {told}"] if told else []
    assert not found
    await world.check()


async def test_no_call_breaks_the_gateway(world: World) -> None:
    program = Program(world, "", await add_app(world))
    draw = random.Random(7)
    async with open_client(world) as client:
        for _ in range(150):
            given = signed(parameters(program))
            for _ in range(draw.randint(1, 3)):
                given[draw.choice(list(given))] = draw.choice(TEXTS)
            answer = await send(client, given)
            assert answer.status_code == 200
            assert b"20000" not in answer.content[:60]
        for body in (b"\xff\xfe", b"%", b"=", b"&" * 500, b"method", b"sign=%zz", b"x" * 70_000):
            answer = await client.post(
                PATH, content=body, headers={"content-type": "application/x-www-form-urlencoded"}
            )
            assert answer.status_code == 200
            answer = await client.get(f"{PATH}?{quote_plus(body)[:3_000]}")
            assert answer.status_code == 200
