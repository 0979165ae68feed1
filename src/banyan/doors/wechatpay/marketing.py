"""What the groups of marketing calls have in common: numbers, merchants, pages, requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.doors.wechatpay.endpoint import Call
from banyan.doors.wechatpay.errors import WireError, bad

NO_SUCH = WireError(404, "RESOURCE_NOT_EXISTS", "查询的资源不存在")
_digits_max = 19

N = TypeVar("N", bound=Id)

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
Mchid = Annotated[str, msgspec.Meta(min_length=8, max_length=15, pattern=LINE)]
Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=LINE)]
Openid = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
RequestNo = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


def id_of(kind: type[N], number: str) -> N:
    """The id that a number on the wire stands for. Raises WireError `RESOURCE_NOT_EXISTS`."""
    is_one = number.isascii() and number.isdigit() and len(number) <= _digits_max
    if not is_one or int(number) >= 1 << 63:
        raise NO_SUCH
    return kind(int(number))


async def merchant_of(call: Call, mchid: str, field: str) -> Id:
    """The merchant of a number. Raises WireError `PARAM_ERROR`, which names the field."""
    try:
        keys = await call.directory.read_keys(mchid)
    except NotFound:
        raise bad(f"商户号{mchid}不存在", field) from None
    return Id(keys.payee.merchant_id)


async def merchants_of(call: Call, mchids: Iterable[str], field: str) -> list[Id]:
    """The merchants of numbers. Raises WireError `PARAM_ERROR`, which names the field."""
    return [await merchant_of(call, one, field) for one in mchids]


async def mchids_of(call: Call, merchant_ids: Iterable[int]) -> dict[int, str]:
    """How merchants are called on the wire; those that are not paid over it have no name."""
    return await call.directory.list_mchids({int(one) for one in merchant_ids})
