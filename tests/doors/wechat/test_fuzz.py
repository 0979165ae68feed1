"""Whatever is sent to whichever call, it is answered: never a bug, never anything but HTTP 200."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from msgspec import inspect

from banyan.books.actor import SYSTEM
from banyan.doors.wechat import ENDPOINTS
from banyan.doors.wechat.endpoint import Endpoint
from banyan.reach.channels import ChannelKind, CreateChannel, create_channel
from banyan.reach.tokens import issue_for
from tests.kit.articles import open_files
from tests.kit.web import open_client
from tests.kit.world import World

BOMB = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><xml><MsgType>&b;&c;</MsgType></xml>"""
TEXTS = ["", "x", "\u202e", "茶" * 40, "x" * 5_000, "-1", "1e9", "'; drop table x; --", "o" * 28]
TEXTS += ["2026-11-01", "20261101", "https://a.example/?q=%00", "<xml/>", "{}", "\x7f", "\ufeff"]
NUMBERS = [-1, 0, 1, 2, 7, 2**31, 2**53, 2**63 - 1, 2**63, 10**40, -(2**70)]
ODD: list[Any] = [None, True, 1.5, 1e300, [], {}, [[]], [None], {"a": {"b": []}}, *NUMBERS, *TEXTS]
DEEP = b'{"a":' * 3_000
RAW = [b"\xff\xfe", b"[", b"null", b'"', b"1", DEEP, b"[" * 5_000, BOMB, b'{"a":1,"a":2}', b"\0"]
SHAPES_MAX, BYTES_MAX = 12, 4
_CHOICES: dict[type[inspect.Type], list[Any]] = {
    inspect.IntType: NUMBERS,
    inspect.FloatType: NUMBERS,
    inspect.BoolType: [True, False],
    inspect.StrType: TEXTS,
}


def make(kind: inspect.Type, draw: random.Random, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """A value that has the shape of a type, more or less."""
    made: Any = draw.choice(_CHOICES.get(type(kind), ODD))
    if draw.random() < 0.12 or depth > 5:
        return draw.choice(ODD)
    match kind:
        case inspect.Metadata(type=inner):
            made = make(inner, draw, depth)
        case inspect.UnionType(types=types):
            made = make(draw.choice(types), draw, depth)
        case inspect.StructType(fields=fields):
            kept = [one for one in fields if draw.random() < 0.9]
            made = {one.encode_name: make(one.type, draw, depth + 1) for one in kept}
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            count = draw.choice((0, 1, 1, 2, 60))
            made = [make(item, draw, depth + 1) for _ in range(count)]
        case inspect.DictType(value_type=value):
            made = {draw.choice(TEXTS): make(value, draw, depth + 1) for _ in range(3)}
        case inspect.EnumType(cls=enum):
            made = draw.choice(list(enum)).value
        case _:
            pass
    return made


def spoil(body: bytes, draw: random.Random) -> bytes:
    """A body with a few of its bytes changed, doubled or left out."""
    spoilt = bytearray(body or b"{}")
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(spoilt) + 1)
        spoilt[at : at + draw.choice((0, 1, 8))] = draw.choice(
            (b"", b'"', b"{", b"\\", b"\\u0000", b"\\ud800", b",", bytes([draw.randrange(256)]))
        )
    return bytes(spoilt)


def bodies(one: Endpoint, draw: random.Random) -> Iterator[bytes]:
    """What is sent to a call."""
    shaped = [b"{}"]
    if one.body_type is not None:
        kind = inspect.type_info(one.body_type)
        made = [make(kind, draw) for _ in range(SHAPES_MAX)]
        shaped += [json.dumps(one, ensure_ascii=draw.random() < 0.5).encode() for one in made]
    yield from shaped
    yield from (spoil(draw.choice(shaped), draw) for _ in range(BYTES_MAX))
    yield from draw.sample(RAW, 4)


async def sign_in(world: World) -> dict[ChannelKind, str]:
    """A token of an account of each kind."""
    tokens = {}
    for kind in ChannelKind:
        command = CreateChannel(merchant_id=world.merchant_id, kind=kind, name=kind.value)
        made = await world.office.run(create_channel, command, SYSTEM)
        async with world.office.begin() as work:
            issued = await issue_for(work, int(made.channel.channel_id))
        tokens[kind] = issued.access_token
    return tokens


def complain(answer: httpx.Response, one: Endpoint) -> str:
    """What is wrong with an answer; nothing if it is as it should be."""
    if answer.status_code == 404 and not one.has_token:
        return ""  # what browsers ask for by itself, such as a picture
    if answer.status_code != 200:
        return f"HTTP {answer.status_code}"
    if not answer.headers["content-type"].startswith("application/json"):
        return ""
    if b"\n" in answer.content:
        return "more than one line"
    told = msgspec.json.decode(answer.content)
    return "a bug" if isinstance(told, dict) and told.get("errcode") == -1 else ""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
async def test_no_body_breaks_a_call(world: World, tmp_path: Path, part: int) -> None:
    await world.merchant()
    open_files(world, tmp_path)
    tokens = await sign_in(world)
    found = []
    async with open_client(world) as client:
        for one in ENDPOINTS[part::4]:
            draw = random.Random(one.path)
            kind = next(iter(sorted(one.kinds)), ChannelKind.SERVICE)
            token = {"access_token": tokens[kind]} if one.has_token else {}
            for body in bodies(one, draw):
                method = draw.choice(one.methods)
                query = dict(token)
                if method == "GET" or draw.random() < 0.3:
                    names = msgspec.structs.fields(one.body_type) if one.body_type else ()
                    query |= {field.name: draw.choice(TEXTS) for field in names}
                answer = await client.request(
                    method,
                    f"{one.path}?{urlencode(query)}",
                    content=body if method == "POST" else b"",
                )
                wrong = complain(answer, one)
                if wrong:
                    found.append((wrong, method, one.path, query, body[:300]))
    assert not found, found[:5]
