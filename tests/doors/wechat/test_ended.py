"""Of what WeChat has ended, and of what nobody here understands, every call says so."""

from __future__ import annotations

import inspect
import io
from typing import Any

from wechatpy.client.api import WeChatMerchant
from wechatpy.client.api.base import BaseWeChatAPI

from tests.kit.wechat import Account

_not_there = 48001
_methods_min = 31
_odd = {"WeChatMerchant.set_delivery": 40066}
"""The SDK calls an address that WeChat never had."""


def list_methods(api: BaseWeChatAPI) -> list[Any]:
    """What a program may call."""
    names = [name for name, _ in inspect.getmembers(type(api), inspect.isfunction)]
    return [getattr(api, name) for name in names if not name.startswith("_")]


def fill(method: Any) -> list[object]:  # noqa: ANN401 - of the SDK
    """Something for every parameter."""
    names = inspect.signature(method).parameters
    return [named_file() if name == "media_file" else {} for name in names]


def named_file() -> io.BytesIO:
    """What a program uploads."""
    file = io.BytesIO(b"x")
    file.name = "x.png"
    return file


async def test_the_old_shops_are_closed(account: Account) -> None:
    shop: WeChatMerchant = account.sdk.merchant
    parts = [one for one in vars(shop).values() if isinstance(one, BaseWeChatAPI)]
    methods = [method for api in (shop, *parts) for method in list_methods(api)]
    assert len({method.__qualname__ for method in methods}) >= _methods_min
    for method in methods:
        code = await account.refused(method, *fill(method))
        assert code == _odd.get(method.__qualname__, _not_there), method.__qualname__


async def test_nobody_here_understands_sentences(account: Account) -> None:
    search = account.sdk.semantic.search
    assert await account.refused(search, "明天的航班", "flight", city="北京") == _not_there


async def test_nobody_here_translates(account: Account) -> None:
    token = await account.call(getattr, account.sdk, "access_token")
    told = await account.post("/cgi-bin/media/voice/translatecontent", {}, access_token=token)
    assert told["errcode"] == _not_there
