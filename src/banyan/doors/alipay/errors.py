"""Alipay's codes: raised by the door itself, and in place of our rooms' failures."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, Invalid, Trouble
from banyan.doors.http import find_text

MESSAGES: Mapping[str, str] = {
    "10000": "Success",
    "10003": "order success pay inprocess",
    "20000": "Service Currently Unavailable",
    "20001": "Insufficient Token Permissions",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Insufficient Permissions",
}
_language = "zh"


class WireError(Exception):
    """What Alipay answers instead of a result, with HTTP 200."""

    def __init__(
        self, code: str, sub_code: str, sub_msg: str, more: Mapping[str, object] | None = None
    ) -> None:
        """`more` is told beside them."""
        super().__init__(code, sub_code, sub_msg)
        self.code = code
        self.sub_code = sub_code
        self.sub_msg = sub_msg
        self.more = more or {}

    @property
    def fields(self) -> dict[str, object]:
        """What is told."""
        return {
            "code": self.code,
            "msg": MESSAGES[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
            **self.more,
        }


BUG = WireError("20000", "aop.unknow-error", "系统繁忙")
NO_METHOD = WireError("40001", "isv.missing-method", "缺少方法名参数")
WRONG_METHOD = WireError("40002", "isv.invalid-method", "不存在的方法名")
NO_APP = WireError("40001", "isv.missing-app-id", "缺少appId参数")
WRONG_APP = WireError("40002", "isv.invalid-app-id", "无效的appId参数")
NO_SIGNATURE = WireError("40001", "isv.missing-signature", "缺少签名参数")
NO_SIGN_TYPE = WireError("40001", "isv.missing-signature-type", "缺少签名类型参数")
WRONG_SIGN_TYPE = WireError("40002", "isv.invalid-signature-type", "无效的签名类型")
NO_APP_KEY = WireError("40001", "isv.missing-signature-key", "缺少签名配置")
NO_TIMESTAMP = WireError("40001", "isv.missing-timestamp", "缺少时间戳参数")
WRONG_TIMESTAMP = WireError("40002", "isv.invalid-timestamp", "非法的时间戳参数")
NO_VERSION = WireError("40001", "isv.missing-version", "缺少版本参数")
WRONG_FORMAT = WireError("40002", "isv.invalid-format", "无效的数据格式")
WRONG_CHARSET = WireError("40002", "isv.invalid-charset", "字符集错误")
WRONG_CERTIFICATE = WireError("40002", "isv.app-cert-not-exist", "应用公钥证书不存在")
NOT_GRANTED = WireError("40006", "isv.insufficient-isv-permissions", "ISV权限不足")
NO_APP_TOKEN = WireError("20001", "aop.invalid-app-auth-token", "无效的应用授权令牌")


def wrong_parameter(why: str) -> WireError:
    """What a program sent is no parameter of the method."""
    return WireError("40002", "isv.invalid-parameter", f"参数无效：{why}")


CODES: dict[str, tuple[str, str, str]] = {
    "alipayapps.unknown_mandate": ("20001", "aop.invalid-app-auth-token", "无效的应用授权令牌"),
    "alipayapps.mandate_expired": ("20001", "aop.app-auth-token-time-out", "应用授权令牌已过期"),
    "alipayapps.unknown_code": ("40002", "isv.code-invalid", "授权码code无效"),
    "alipayapps.unknown_refresh": ("40002", "isv.refresh-token-invalid", "刷新令牌无效"),
    "alipayapps.unknown_token": ("20001", "aop.invalid-auth-token", "无效的访问令牌"),
    "alipayapps.token_expired": ("20001", "aop.auth-token-time-out", "访问令牌已过期"),
    "alipayapps.not_consented": ("40006", "isv.insufficient-user-permissions", "用户权限不足"),
    "charges.not_found": ("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在"),
    "charges.already_paid": ("40004", "ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    "charges.closed": ("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "charges.revoked": ("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "charges.failed": ("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "charges.expired": ("40004", "ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "charges.out_no_used": ("40004", "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
    "charges.for_another": ("40004", "ACQ.TRADE_BUYER_NOT_MATCH", "交易买家不匹配"),
    "charges.paying": ("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "charges.not_paid": ("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "charges.refund_too_large": ("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"),
    "charges.refund_no_used": ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求"),
    "charges.refund_too_late": ("40004", "ACQ.TRADE_HAS_FINISHED", "交易已完结"),
    "charges.too_many_refunds": ("40004", "ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款"),
    "charges.reverse_too_late": ("40004", "ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围"),
    "refunds.purse_short": ("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户余额不足"),
    "wallets.insufficient": ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
    "remit.not_found": ("40004", "ORDER_NOT_EXIST", "转账订单不存在"),
    "remit.no_such_person": ("40004", "PAYEE_NOT_EXIST", "收款账号不存在"),
    "remit.number_reused": (
        "40004",
        "PAYMENT_INFO_INCONSISTENCY",
        "两次请求商户单号一样，但是参数不一致",
    ),
    "remit.too_large": ("40004", "EXCEED_LIMIT_SM_AMOUNT", "单笔额度超限"),
    "remit.day_full": ("40004", "EXCEED_LIMIT_DM_AMOUNT", "日累计额度超限"),
    "remit.purse_short": ("40004", "PAYER_BALANCE_NOT_ENOUGH", "付款方余额不足"),
    "split.not_paid": ("40004", "ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "split.not_shared": ("40004", "ACQ.TRADE_SETTLE_ERROR", "分账处理失败"),
    "split.over": ("40004", "ACQ.TRADE_SETTLE_ERROR", "分账处理失败"),
    "split.too_many": ("40004", "ACQ.TRADE_SETTLE_ERROR", "分账处理失败"),
    "split.too_much": ("40004", "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR", "分账金额校验失败"),
    "split.ratio_exceeded": ("40004", "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR", "分账金额校验失败"),
    "split.number_reused": ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", "不一致的请求"),
    "split.unknown_account": ("40004", "ACQ.ROYALTY_ACCOUNT_NOT_EXIST", "分账账户不存在"),
    "risk.refused": ("40004", "ACQ.PAYMENT_REQUEST_HAS_RISK", "支付有风险"),
    "paycodes.not_found": ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    "paycodes.expired": ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    "paycodes.used": ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    "access.forbidden": ("40006", "isv.insufficient-isv-permissions", "ISV权限不足"),
    "request.too_many": ("40005", "isv.app-call-limited", "应用调用次数超限"),
}
"""Our failures, and what Alipay says in their place: the code, the code below it, and the words.
What is not named here is told by its kind."""


def error_of(failure: Failure, invalid_code: str = "isv.invalid-parameter") -> WireError:
    """The error that stands for a failure; `invalid_code` for what Alipay has no name for."""
    known = CODES.get(failure.code)
    if known is not None:
        return WireError(*known)
    told = find_text(failure.code, _language, failure.fields)
    if isinstance(failure, Trouble):
        return WireError("20000", "isp.unknow-error", "服务暂不可用")
    is_of_gateway = invalid_code.startswith("isv.") and isinstance(failure, Invalid)
    return WireError("40002" if is_of_gateway else "40004", invalid_code, told)
