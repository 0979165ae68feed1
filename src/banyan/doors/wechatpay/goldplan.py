"""What people see after they paid: the switches of the "gold plan", kept by providers."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.pay.afterpay import ChangeAfterPage, change_after_page
from banyan.pay.payees import Scope

_base = "/v3/goldplan/merchants"

Mchid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Switch = Annotated[str, msgspec.Meta(pattern="^(OPEN|CLOSE)$")]
Filters = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=32)]], msgspec.Meta(min_length=1, max_length=3)
]


class SwitchBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a merchant has it."""

    sub_mchid: Mchid
    operation_type: Switch


class FilterBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose adverts a merchant keeps away."""

    sub_mchid: Mchid
    advertising_industry_filters: Filters


class OpenBody(msgspec.Struct, frozen=True, kw_only=True):
    """Adverts, but of whom not."""

    sub_mchid: Mchid
    advertising_industry_filters: Filters | None = None


class CloseBody(msgspec.Struct, frozen=True, kw_only=True):
    """No adverts."""

    sub_mchid: Mchid


@endpoint("POST", f"{_base}/changegoldplanstatus", lacks="scenes of paying")
async def change_plan(call: Call, body: SwitchBody) -> dict[str, Any]:
    """Have the page, or have it no more."""
    await _change(call, body.sub_mchid, is_open=body.operation_type == "OPEN")
    return {"sub_mchid": body.sub_mchid}


@endpoint("POST", f"{_base}/changecustompagestatus")
async def change_receipt(call: Call, body: SwitchBody) -> dict[str, Any]:
    """Lead to the shop's own receipt, or no more."""
    await _change(call, body.sub_mchid, has_receipt=body.operation_type == "OPEN")
    return {"sub_mchid": body.sub_mchid, "operation_type": body.operation_type}


@endpoint("POST", f"{_base}/set-advertising-industry-filter")
async def keep_away(call: Call, body: FilterBody) -> None:
    """Keep adverts of these trades away."""
    await _change(call, body.sub_mchid, unwanted=body.advertising_industry_filters)


@endpoint("PATCH", f"{_base}/open-advertising-show")
async def open_adverts(call: Call, body: OpenBody) -> None:
    """Show adverts."""
    await _change(
        call, body.sub_mchid, has_adverts=True, unwanted=body.advertising_industry_filters
    )


@endpoint("POST", f"{_base}/close-advertising-show")
async def close_adverts(call: Call, body: CloseBody) -> None:
    """Show no adverts."""
    await _change(call, body.sub_mchid, has_adverts=False)


async def _change(call: Call, sub_mchid: str, **changed: object) -> None:
    payee, own = await call.act_for(sub_mchid, Scope.PAY)
    provider_id = 0 if payee is call.payee else int(call.payee.merchant_id)
    command = call.command(
        ChangeAfterPage,
        merchant_id=payee.merchant_id,
        provider_id=str(provider_id),
        **changed,
    )
    await own.run(change_after_page, command)
