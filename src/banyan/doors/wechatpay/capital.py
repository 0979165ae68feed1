"""Lists of banks, provinces and cities that programs choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.wire.wechatpay import Bank, list_branches, read_capital

_LISTS = "banks and cities that this list has not"
_UNKNOWN = WireError(404, "RESOURCE_NOT_EXISTS", "查询的资源不存在")
_page_max = 200
_digits_min = 6


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list."""

    offset: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_page_max)] = 20


class ProvinceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A province."""

    province_code: int


class BranchesQuery(ListQuery, frozen=True, kw_only=True):
    """A part of the branches of a bank in a city."""

    bank_alias_code: Annotated[str, msgspec.Meta(max_length=32)]
    city_code: int


class NumberQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The number of an account."""

    account_number: Annotated[str, msgspec.Meta(max_length=1_000)]


@endpoint("GET", "/v3/capital/capitallhh/banks/personal-banking", lacks=_LISTS)
async def personal_banks(call: Call, query: ListQuery) -> dict[str, Any]:
    """Banks where people have accounts."""
    banks = [_tell(one) for one in read_capital().banks]
    return _page(call, "/v3/capital/capitallhh/banks/personal-banking", query, banks)


@endpoint("GET", "/v3/capital/capitallhh/banks/corporate-banking", lacks=_LISTS)
async def corporate_banks(call: Call, query: ListQuery) -> dict[str, Any]:
    """Banks where companies have accounts."""
    banks = [_tell(one) for one in read_capital().banks]
    return _page(call, "/v3/capital/capitallhh/banks/corporate-banking", query, banks)


@endpoint("GET", "/v3/capital/capitallhh/banks/search-banks-by-bank-account", lacks=_LISTS)
async def search_banks(call: Call, query: NumberQuery) -> dict[str, Any]:
    """The bank of a card."""
    number = call.decrypt(query.account_number, "account_number")
    if not (number.isascii() and number.isdigit() and len(number) >= _digits_min):
        raise bad("银行卡号格式不正确", "account_number")
    found = [_tell(one) for one in read_capital().search(number)]
    return {"total_count": len(found), "data": found}


@endpoint("GET", "/v3/capital/capitallhh/areas/provinces")
async def provinces(call: Call) -> dict[str, Any]:  # noqa: ARG001 - the same for all
    """All provinces."""
    found = [
        {"province_name": one.name, "province_code": one.code} for one in read_capital().provinces
    ]
    return {"data": found, "total_count": len(found)}


@endpoint("GET", "/v3/capital/capitallhh/areas/provinces/{province_code}/cities", lacks=_LISTS)
async def cities(call: Call, query: ProvinceQuery) -> dict[str, Any]:  # noqa: ARG001 - likewise
    """The cities of a province."""
    province = read_capital().find_province(query.province_code)
    if province is None:
        raise _UNKNOWN
    found = [{"city_name": name, "city_code": code} for code, name in province.cities.items()]
    return {"data": found, "total_count": len(found)}


@endpoint("GET", "/v3/capital/capitallhh/banks/{bank_alias_code}/branches", lacks=_LISTS)
async def branches(call: Call, query: BranchesQuery) -> dict[str, Any]:
    """The branches of a bank in a city."""
    bank = read_capital().find_bank(query.bank_alias_code)
    city = read_capital().find_city(query.city_code)
    if bank is None or city is None:
        raise _UNKNOWN
    found = [
        {"bank_branch_name": name, "bank_branch_id": branch_id}
        for branch_id, name in list_branches(bank, query.city_code, city)
    ]
    path = f"/v3/capital/capitallhh/banks/{bank.alias}/branches"
    told = _page(call, path, query, found, f"city_code={query.city_code}&")
    named = {key: value for key, value in _tell(bank).items() if key != "need_bank_branch"}
    return {**told, **named}


def _tell(bank: Bank) -> dict[str, Any]:
    return {
        "bank_alias": bank.name,
        "bank_alias_code": bank.alias,
        "account_bank": bank.name,
        "account_bank_code": bank.code,
        "need_bank_branch": bank.needs_branch,
    }


def _page(
    call: Call, path: str, query: ListQuery, found: Sequence[Any], fields: str = ""
) -> dict[str, Any]:
    part = found[query.offset : query.offset + query.limit]

    def link(offset: int) -> str:
        return f"{call.base_url}{path}?{fields}offset={offset}&limit={query.limit}"

    links = {"self": link(query.offset)}
    if query.offset + query.limit < len(found):
        links["next"] = link(query.offset + query.limit)
    if query.offset:
        links["prev"] = link(max(0, query.offset - query.limit))
    return {
        "total_count": len(found),
        "count": len(part),
        "offset": query.offset,
        "data": part,
        "links": links,
    }
