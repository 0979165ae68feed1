"""WeChat Pay's error codes: raised by the door itself, and in place of our rooms' failures."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, Invalid, NotFound, Trouble
from banyan.doors.http import find_text

_language = "zh"
"""The protocol's own messages are Chinese."""


class WireError(Exception):
    """What is answered instead of a result."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: Mapping[str, object] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        """`detail` says which field is meant, or what was signed.

        `more` is what the second interface says beside.
        """
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.more = more or {}


def bad(message: str, field: str = "") -> WireError:
    """The error of a parameter that is not what it must be."""
    detail = {"location": "body", "field": f"/{field}", "issue": message} if field else None
    return WireError(400, "PARAM_ERROR", message, detail)


NO_SUCH_PATH = WireError(404, "RESOURCE_NOT_EXISTS", "接口不存在")
NOT_SUPPORTED = WireError(403, "NO_AUTH", "商户未开通此接口权限")
BUSY = WireError(500, "SYSTEM_ERROR", "系统错误，请使用原参数重试")
WRONG_APPID = WireError(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
NO_CERTIFICATE = WireError(
    404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥"
)

CODES: dict[str, tuple[int, str]] = {
    "access.forbidden": (403, "NO_AUTH"),
    "merchants.not_found": (403, "NO_AUTH"),
    "payees.not_found": (400, "MCH_NOT_EXISTS"),
    "payees.not_bound": (403, "NO_AUTH"),
    "channels.not_found": (400, "APPID_MCHID_NOT_MATCH"),
    "request.too_many": (429, "FREQUENCY_LIMITED"),
    "redpackets.not_found": (404, "NOT_FOUND"),
    "redpackets.purse_too_low": (403, "NOTENOUGH"),
    "redpackets.out_no_used": (400, "FATAL_ERROR"),
    "redpackets.too_often": (429, "FREQ_LIMIT"),
    "redpackets.enough_for_today": (403, "SENDNUM_LIMIT"),
    "redpackets.day_limit_reached": (403, "SENDAMOUNT_LIMIT"),
    "redpackets.share_too_large": (400, "MONEY_LIMIT"),
    "redpackets.too_little": (400, "MONEY_LIMIT"),
    "wallets.insufficient": (403, "NOT_ENOUGH"),
    "refunds.purse_short": (403, "NOT_ENOUGH"),
    "charges.not_found": (404, "ORDER_NOT_EXIST"),
    "charges.out_no_used": (403, "OUT_TRADE_NO_USED"),
    "charges.closed": (400, "ORDER_CLOSED"),
    "charges.revoked": (400, "ORDER_CLOSED"),
    "charges.failed": (403, "TRADE_ERROR"),
    "risk.refused": (403, "RULE_LIMIT"),
    "charges.paying": (400, "USERPAYING"),
    "paycodes.not_found": (400, "AUTH_CODE_INVALID"),
    "paycodes.expired": (400, "AUTHCODEEXPIRE"),
    "paycodes.used": (400, "AUTH_CODE_INVALID"),
    "paycodes.too_many_wrong": (429, "FREQUENCY_LIMITED"),
    "ledger.exceeds_credits": (403, "NOT_ENOUGH"),
    "vouchers.funds_short": (403, "NOT_ENOUGH"),
    "vouchers.sold_out": (403, "RULE_LIMIT"),
    "vouchers.person_limit": (403, "RULE_LIMIT"),
    "vouchers.day_limit": (403, "RULE_LIMIT"),
    "vouchers.not_running": (403, "REQUEST_BLOCKED"),
    "vouchers.over": (403, "REQUEST_BLOCKED"),
    "vouchers.not_partnered": (403, "REQUEST_BLOCKED"),
    "cards.request_used": (400, "INVALID_REQUEST"),
    "cards.not_verified": (403, "REQUEST_BLOCKED"),
    "coupons.sold_out": (403, "RULE_LIMIT"),
    "coupons.limit_reached": (403, "RULE_LIMIT"),
    "coupons.campaign_over": (403, "REQUEST_BLOCKED"),
    "busifavors.sold_out": (403, "RULE_LIMIT"),
    "busifavors.person_limit": (403, "RULE_LIMIT"),
    "busifavors.day_limit": (403, "RULE_LIMIT"),
    "busifavors.no_codes": (403, "RULE_LIMIT"),
    "busifavors.over": (403, "REQUEST_BLOCKED"),
    "busifavors.not_partnered": (403, "REQUEST_BLOCKED"),
    "payouts.insufficient": (403, "NOT_ENOUGH"),
    "enrolments.number_used": (400, "INVALID_REQUEST"),
    "enrolments.no_such_paper": (400, "PARAM_ERROR"),
    "enrolments.too_many_papers": (429, "FREQUENCY_LIMITED"),
    "split.purse_short": (403, "NOT_ENOUGH"),
    "split.too_much": (403, "NOT_ENOUGH"),
    "split.ratio_exceeded": (403, "RULE_LIMIT"),
    "split.too_many": (403, "RULE_LIMIT"),
    "split.too_many_returns": (403, "RULE_LIMIT"),
    "split.number_reused": (400, "INVALID_REQUEST"),
    "split.name_differs": (400, "INVALID_REQUEST"),
    "split.unknown_account": (400, "INVALID_REQUEST"),
    "split.no_such_receiver": (400, "INVALID_REQUEST"),
    "remit.purse_short": (403, "NOT_ENOUGH"),
    "remit.day_full": (403, "RULE_LIMIT"),
    "remit.number_reused": (400, "INVALID_REQUEST"),
    "remit.no_such_person": (400, "OPENID_MISMATCH"),
    "scores.not_found": (404, "ORDER_NOT_EXIST"),
    "scores.wrong_state": (400, "INVALID_ORDER_STATE"),
    "scores.no_mandate": (403, "NO_AUTH"),
    "complaints.address_known": (409, "ALREADY_EXISTS"),
    "complaints.too_many_images": (429, "FREQUENCY_LIMITED"),
    "risk.address_known": (409, "ALREADY_EXISTS"),
    "parkings.not_admitted": (403, "NO_AUTH"),
    "parkings.not_found": (404, "ORDER_NOT_EXIST"),
    "parkings.out_no_taken": (403, "OUT_TRADE_NO_USED"),
    "parkings.plate_unknown": (403, "USER_ACCOUNT_ABNORMAL"),
    "parkings.plate_paused": (403, "USER_ACCOUNT_ABNORMAL"),
    "parkings.owes": (403, "USER_ACCOUNT_ABNORMAL"),
    "parkings.too_much": (403, "RULE_LIMIT"),
}
"""Our failures, and what WeChat Pay says in their place: the HTTP status and the code. What is not
named here is told by its kind."""


def error_of(failure: Failure) -> WireError:
    """The error that stands for a failure."""
    known = CODES.get(failure.code)
    if known is None and isinstance(failure, Trouble):
        return BUSY
    status, code = known or _by_kind(failure)
    return WireError(status, code, find_text(failure.code, _language, failure.fields))


def error_of_v2(failure: Failure) -> WireError:
    """The same in the second interface, which calls some things otherwise."""
    error = error_of(failure)
    code = V2_FAILURES.get(failure.code)
    return error if code is None else WireError(error.status, code, error.message)


def _by_kind(failure: Failure) -> tuple[int, str]:
    if isinstance(failure, NotFound):
        return 404, "RESOURCE_NOT_EXISTS"
    if isinstance(failure, Invalid):
        return 400, "PARAM_ERROR"
    return 400, "INVALID_REQUEST"


V2_FAILURES: dict[str, str] = {
    "charges.already_paid": "ORDERPAID",
    "charges.closed": "ORDERCLOSED",
    "charges.revoked": "ORDERREVERSED",
    "charges.refund_not_found": "REFUNDNOTEXIST",
    "charges.refund_too_large": "REFUND_FEE_MISMATCH",
    "charges.not_paid": "TRADE_STATE_ERROR",
    "charges.total_differs": "REFUND_FEE_MISMATCH",
    "charges.reverse_too_late": "REVERSE_EXPIRE",
    "payees.not_found": "MCHID_NOT_EXIST",
    "payees.not_bound": "NOAUTH",
    "access.forbidden": "NOAUTH",
}
"""Failures that the second interface has words of its own for."""
V2_CODES: dict[str, str] = {
    "AMOUNT_LIMIT": "AMOUNT_LIMIT",
    "OUT_TRADE_NO_USED": "OUT_TRADE_NO_USED",
    "APPID_MCHID_NOT_MATCH": "APPID_MCHID_NOT_MATCH",
    "OPENID_MISMATCH": "OPENID_MISMATCH",
    "REFUND_FEE_MISMATCH": "REFUND_FEE_MISMATCH",
    "TRADE_STATE_ERROR": "TRADE_STATE_ERROR",
    "REVERSE_EXPIRE": "REVERSE_EXPIRE",
    "MCHID_NOT_EXIST": "MCHID_NOT_EXIST",
    "INVALID_REQUEST": "INVALID_REQUEST",
    "RESOURCE_NOT_EXISTS": "RESOURCE_NOT_EXISTS",
    "PARAM_ERROR": "PARAM_ERROR",
    "FREQUENCY_LIMITED": "FREQUENCY_LIMITED",
    "AUTH_CODE_ERROR": "AUTH_CODE_ERROR",
    "AUTH_CODE_INVALID": "AUTH_CODE_INVALID",
    "USERPAYING": "USERPAYING",
    "PROCESSING": "PROCESSING",
    "NOT_FOUND": "NOT_FOUND",
    "FATAL_ERROR": "FATAL_ERROR",
    "FREQ_LIMIT": "FREQ_LIMIT",
    "MONEY_LIMIT": "MONEY_LIMIT",
    "OPENID_ERROR": "OPENID_ERROR",
    "SENDNUM_LIMIT": "SENDNUM_LIMIT",
    "SENDAMOUNT_LIMIT": "SENDAMOUNT_LIMIT",
}
"""The codes that the second interface spells as the third does; of all others it has no `_`."""


def code_in_v2(code: str) -> str:
    """How the second interface spells a code."""
    return V2_CODES.get(code) or code.replace("_", "")
