"""Bills in the second interface: the file itself is answered, or why there is none."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.errors import Failure
from banyan.doors.wechatpay.bills import FundsBody, TradeBody, find_funds, find_trade
from banyan.doors.wechatpay.endpoint import Bytes, Call, endpoint_v2
from banyan.doors.wechatpay.errors import WireError, error_of
from banyan.wire.wechatpay import pack_bill, render_v2

_gzip, _text = "application/gzip", "text/plain; charset=utf-8"
_xml = "text/xml; charset=utf-8"
_NONE = {"NO_STATEMENT_EXIST": "No Bill Exist", "STATEMENT_CREATING": "Bill Creating"}
_no_certificate = "no client certificate is asked for"
_short = Annotated[str, msgspec.Meta(max_length=64)]
_days = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8}$(?!\n)")]


class BillFields(msgspec.Struct, frozen=True, kw_only=True):
    """Of which day."""

    bill_date: _days
    tar_type: _short = ""
    sub_mch_id: _short = ""

    @property
    def on(self) -> str:
        """The day as the third interface writes it."""
        return f"{self.bill_date[:4]}-{self.bill_date[4:6]}-{self.bill_date[6:]}"


class TradeFields(BillFields, frozen=True, kw_only=True):
    """Which trade bill."""

    bill_type: _short = "ALL"


class FundFields(BillFields, frozen=True, kw_only=True):
    """Which fund flow bill."""

    account_type: _short


@endpoint_v2("/pay/downloadbill", is_answer_signed=False, lacks="bills of top-ups that went back")
async def download_bill(call: Call, body: TradeFields) -> Bytes | dict[str, Any]:
    """A day's trade."""
    try:
        wanted = _convert(
            TradeBody,
            bill_date=body.on,
            bill_type=body.bill_type,
            sub_mchid=body.sub_mch_id,
        )
        content = await find_trade(call, wanted)
    except (Failure, WireError) as why:
        return _refuse(why)
    return _give(content, body.tar_type)


@endpoint_v2(
    "/pay/downloadfundflow",
    is_answer_signed=False,
    lacks=f"accounts for operations and fees: one has it all; {_no_certificate}",
)
async def download_funds(call: Call, body: FundFields) -> Bytes | dict[str, Any]:
    """A day's movements of money."""
    wanted = _convert(FundsBody, bill_date=body.on, account_type=body.account_type.upper())
    return _give(await find_funds(call, wanted), body.tar_type)


def _convert(kind: type[Any], **fields: str) -> Any:  # noqa: ANN401 - an instance of the kind
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError:
        raise WireError(400, "PARAM_ERROR", "invalid bill_type or bill_date") from None


def _give(content: bytes, tar_type: str) -> Bytes:
    if tar_type == "GZIP":
        return Bytes(pack_bill(content), _gzip)
    return Bytes(content, _text)


def _refuse(why: Failure | WireError) -> Bytes:
    error = why if isinstance(why, WireError) else error_of(why)
    number = "20002" if error.code in _NONE else "20001"
    told = {
        "return_code": "FAIL",
        "return_msg": _NONE.get(error.code, error.message),
        "error_code": number,
    }
    return Bytes(render_v2(told.items()), _xml)
