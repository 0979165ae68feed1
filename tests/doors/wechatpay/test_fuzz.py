"""Whatever is signed and sent to whichever call, it is answered: never a bug."""

from __future__ import annotations

import json
import random
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from msgspec import inspect, structs

from banyan.app.tellers import build_tellers
from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.doors.wechatpay import ENDPOINTS, ENDPOINTS_V2
from banyan.outside.callbacks import open_courier
from banyan.outside.notifications import Notifier
from banyan.pay.payees import AddPlatformKey, PlatformKind, add_platform_key
from banyan.wire.wechatpay import parse_v2, render_v2, sign_v2
from tests.doors.wechat.test_fuzz import RAW, TEXTS, make, spoil
from tests.kit.web import ADDRESS, open_client
from tests.kit.wechatpay import Shop, Town, platform_pair
from tests.kit.world import World

SHAPES_MAX, BYTES_MAX = 8, 3
_name = re.compile(r"\{([^}]*)\}")


async def open_shop(world: World) -> Shop:
    """A merchant of a world that nobody serves."""
    for kind in PlatformKind:
        adding = AddPlatformKey(at=Clock().now(), key=platform_pair(kind))
        await world.office.run(add_platform_key, adding, SYSTEM)
    platform = {kind: platform_pair(kind) for kind in PlatformKind}
    async with open_courier(wait_s=1, may_call_private=False) as courier:
        notifier = Notifier(world.office, courier, build_tellers(world.building))
        return await Town(world, ADDRESS, platform, notifier).shop()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
async def test_no_body_breaks_a_call(world: World, part: int) -> None:
    shop = await open_shop(world)
    found = []
    async with open_client(world) as client:
        for one in ENDPOINTS[part::4]:
            draw = random.Random(one.path)
            for body in _bodies(one.body_type, draw):
                method = draw.choice(one.methods)
                content = b"" if method == "GET" else body
                target = _fill(one.path, draw)
                if one.body_type is not None and draw.random() < (0.9 if method == "GET" else 0.2):
                    names = [field.encode_name for field in structs.fields(one.body_type)]
                    target += "?" + urlencode({name: draw.choice(TEXTS) for name in names})
                try:
                    text = content.decode()
                except UnicodeDecodeError:
                    continue
                answer = await client.request(
                    method,
                    target,
                    content=content,
                    headers={
                        "authorization": shop.authorization(method, target, text),
                        "content-type": "application/json",
                    },
                )
                if answer.status_code >= 500 or answer.status_code == 401:
                    found.append(
                        (answer.status_code, answer.text[:200], method, target, body[:300])
                    )
    assert not found, found[:5]


@pytest.mark.slow
async def test_no_fields_break_a_call_of_the_second_interface(world: World) -> None:
    shop = await open_shop(world)
    found = []
    async with open_client(world) as client:
        for one in ENDPOINTS_V2:
            draw = random.Random(one.path)
            for _ in range(SHAPES_MAX):
                made = make(inspect.type_info(one.body_type), draw)
                fields = _flat(made) | {"mch_id": shop.mchid}
                fields = parse_v2(render_v2(fields.items()))
                fields["sign"] = sign_v2(fields, shop.apiv2_key)
                answer = await client.post(one.path, content=render_v2(fields.items()))
                told = parse_v2(answer.content)
                if answer.status_code != 200 or told.get("err_code") == "SYSTEMERROR":
                    found.append((answer.text[:300], one.path, fields))
            for raw in RAW:
                answer = await client.post(one.path, content=raw)
                if answer.status_code != 200:
                    found.append((answer.text[:300], one.path, {"raw": str(raw[:100])}))
    assert not found, found[:5]


def _bodies(body_type: type | None, draw: random.Random) -> list[bytes]:
    shaped = [b"{}", b""]
    if body_type is not None:
        kind = inspect.type_info(body_type)
        made = [make(kind, draw) for _ in range(SHAPES_MAX)]
        shaped += [json.dumps(one, ensure_ascii=draw.random() < 0.5).encode() for one in made]
    spoilt = [spoil(draw.choice(shaped), draw) for _ in range(BYTES_MAX)]
    return [*shaped, *spoilt, *draw.sample(RAW, 3)]


def _fill(path: str, draw: random.Random) -> str:
    return _name.sub(lambda _: quote(draw.choice(TEXTS) or "x", safe=""), path)


def _flat(made: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    if not isinstance(made, dict):
        return {}
    names = {name: str(value) for name, value in made.items() if name.isidentifier()}
    return {name: value for name, value in names.items() if name.isascii()}
