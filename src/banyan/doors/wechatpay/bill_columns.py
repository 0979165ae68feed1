"""The columns of WeChat Pay's bills, and what our books say in each."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from banyan.doors.wechatpay.endpoint import china
from banyan.pay.charges import ChargeState, Way
from banyan.views.bills import (
    Flow,
    FlowKind,
    FundBill,
    Part,
    ShareBill,
    ShareKind,
    ShareLine,
    TradeBill,
    TradeLine,
)
from banyan.wire.wechatpay import render_bill, write_rate, write_yuan

_TRADE_TYPES = {
    Way.JSAPI: "JSAPI",
    Way.NATIVE: "NATIVE",
    Way.APP: "APP",
    Way.H5: "MWEB",
    Way.CODE: "MICROPAY",
    Way.DESK: "JSAPI",
    Way.SCORE: "AUTH",
    Way.PARKING: "PARKING",
}
_BUSINESS = {
    FlowKind.PAYMENT: ("交易", "交易"),
    FlowKind.VOUCHER: ("代金券/立减/折扣", "代金券"),
    FlowKind.FEE: ("交易", "扣除交易手续费"),
    FlowKind.REFUND: ("退款", "退款"),
    FlowKind.FEE_BACK: ("退款", "退还交易手续费"),
    FlowKind.SHARING: ("分账", "分账"),
    FlowKind.SHARING_BACK: ("分账", "分账回退"),
    FlowKind.SUBSIDY: ("补差", "补差"),
    FlowKind.SUBSIDY_BACK: ("补差", "补差回退"),
    FlowKind.REMITTANCE: ("企业付款", "商家转账"),
    FlowKind.PAYOUT: ("充值/提现", "提现"),
    FlowKind.PACKET: ("现金红包", "现金红包"),
    FlowKind.PACKET_BACK: ("现金红包", "现金红包退款"),
    FlowKind.OTHER: ("其他", "其他"),
}
"""What each is called, coarse and fine. WeChat Pay's own list is open: what it lacks is ours."""


class Column(msgspec.Struct, frozen=True):
    """A column of a trade bill: its name, what stands in it, and in which bills it is missing."""

    name: str
    write: Callable[[TradeLine], str]
    missing_in: tuple[Part, ...] = ()


def _time(line: TradeLine) -> str:
    return f"{line.at.astimezone(china):%Y-%m-%d %H:%M:%S}"


def _of_payment(fen: Callable[[TradeLine], int]) -> Callable[[TradeLine], str]:
    return lambda line: write_yuan(0 if line.is_refund else fen(line))


def _of_refund(fen: Callable[[TradeLine], int]) -> Callable[[TradeLine], str]:
    return lambda line: write_yuan(fen(line) if line.is_refund else 0)


def _state(line: TradeLine) -> str:
    if not line.is_refund:
        return "SUCCESS"
    return "REVOKED" if line.state is ChargeState.REVOKED else "REFUND"


def _fee(line: TradeLine) -> int:
    return -line.fee_fen if line.is_refund else line.fee_fen


_paid, _other = (Part.PAID,), (Part.ALL, Part.PAID)
COLUMNS = (
    Column("交易时间", _time),
    Column("公众账号ID", lambda line: line.appid),
    Column("商户号", lambda line: line.provider_mchid or line.mchid),
    Column("特约商户号", lambda line: line.mchid if line.provider_mchid else "0"),
    Column("设备号", lambda line: line.facts.scene.get("device_id", "")),
    Column("微信订单号", lambda line: line.transaction_no),
    Column("商户订单号", lambda line: line.out_no),
    Column("用户标识", lambda line: line.openid),
    Column("交易类型", lambda line: _TRADE_TYPES[line.way]),
    Column("交易状态", _state),
    Column("付款银行", lambda _: "OTHERS"),
    Column("货币种类", lambda line: line.currency),
    Column("应结订单金额", _of_payment(lambda line: line.settled_fen)),
    Column("代金券金额", _of_payment(lambda line: line.voucher_fen + line.discount_fen)),
    Column("退款申请时间", _time, _other),
    Column("退款成功时间", _time, _other),
    Column("微信退款单号", lambda line: line.refund_no or "0", _paid),
    Column("商户退款单号", lambda line: line.out_refund_no or "0", _paid),
    Column("退款金额", _of_refund(lambda line: line.settled_fen), _paid),
    Column("充值券退款金额", _of_refund(lambda line: line.voucher_fen), _paid),
    Column("退款类型", lambda line: "ORIGINAL" if line.is_refund else "", _paid),
    Column("退款状态", lambda line: "SUCCESS" if line.is_refund else "", _paid),
    Column("商品名称", lambda line: line.facts.description),
    Column("商户数据包", lambda line: line.facts.attach),
    Column("手续费", lambda line: write_yuan(_fee(line), 5)),
    Column("费率", lambda line: write_rate(line.rate_bp)),
    Column("订单金额", _of_payment(lambda line: line.total_fen)),
    Column("申请退款金额", _of_refund(lambda line: line.refund_fen), _paid),
    Column("费率备注", lambda _: ""),
)
_SUMS = (
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
)
_FUND_COLUMNS = (
    "记账时间",
    "微信支付业务单号",
    "资金流水单号",
    "业务名称",
    "业务类型",
    "收支类型",
    "收支金额(元)",
    "账户结余(元)",
    "资金变更提交申请人",
    "备注",
    "业务凭证号",
)
_SHARE_NAMES = {
    ShareKind.GIVEN: "分账",
    ShareKind.RETURNED: "分账回退",
    ShareKind.KEPT: "解冻",
}
_SHARE_COLUMNS = (
    "分账时间",
    "分账发起方",
    "分账方",
    "微信订单号",
    "微信分账/回退单号",
    "分账明细单号",
    "商户分账/回退单号",
    "订单金额",
    "分账接收方",
    "分账金额",
    "业务类型",
    "处理状态",
    "分账描述",
    "备注",
)
_SHARE_SUMS = ("总笔数", "分账成功总金额", "分账回退总金额", "解冻总金额")
_FUND_SUMS = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")


def render_trade(bill: TradeBill, part: Part) -> bytes:
    """A trade bill: of everything 27 columns, fewer or more of a part."""
    columns = [one for one in COLUMNS if part not in one.missing_in]
    paid = [line for line in bill.lines if not line.is_refund]
    back = [line for line in bill.lines if line.is_refund]
    sums = (
        f"{len(bill.lines)}",
        write_yuan(sum(line.settled_fen for line in paid)),
        write_yuan(sum(line.settled_fen for line in back)),
        write_yuan(sum(line.voucher_fen for line in back)),
        write_yuan(sum(_fee(line) for line in bill.lines), 5),
        write_yuan(sum(line.total_fen for line in paid)),
        write_yuan(sum(line.refund_fen for line in back)),
    )
    rows = ([one.write(line) for one in columns] for line in bill.lines)
    return render_bill([one.name for one in columns], rows, _SUMS, sums)


def render_funds(bill: FundBill, applicant: str) -> bytes:
    """A fund flow bill: each line's balance is the one before it, more or less its amount."""
    came = [one.amount_fen for one in bill.flows if one.amount_fen > 0]
    went = [-one.amount_fen for one in bill.flows if one.amount_fen < 0]
    sums = (
        f"{len(bill.flows)}",
        f"{len(came)}",
        write_yuan(sum(came)),
        f"{len(went)}",
        write_yuan(sum(went)),
    )
    rows = (_fund_row(one, applicant) for one in bill.flows)
    return render_bill(_FUND_COLUMNS, rows, _FUND_SUMS, sums)


def render_shares(bill: ShareBill) -> bytes:
    """A bill of shares: what each receiver got, what came back, and what was left."""
    sums = [
        sum(one.amount_fen for one in bill.lines if one.is_done and one.kind is kind)
        for kind in _SHARE_NAMES
    ]
    rows = (_share_row(one) for one in bill.lines)
    return render_bill(
        _SHARE_COLUMNS, rows, _SHARE_SUMS, (f"{len(bill.lines)}", *map(write_yuan, sums))
    )


def _share_row(one: ShareLine) -> tuple[str, ...]:
    return (
        f"{one.at.astimezone(china):%Y-%m-%d %H:%M:%S}",
        one.ordered_by,
        one.mchid,
        one.transaction_no,
        one.number,
        one.part_no,
        one.out_no,
        write_yuan(one.charged_fen),
        one.account,
        write_yuan(one.amount_fen),
        _SHARE_NAMES[one.kind],
        "成功" if one.is_done else "已关闭",
        one.description,
        one.remark,
    )


def _fund_row(one: Flow, applicant: str) -> tuple[str, ...]:
    return (
        f"{one.at.astimezone(china):%Y-%m-%d %H:%M:%S}",
        one.number,
        f"{int(one.flow_id):d}",
        *_BUSINESS[one.kind],
        "收入" if one.amount_fen > 0 else "支出",
        write_yuan(abs(one.amount_fen)),
        write_yuan(one.balance_fen),
        "system" if one.kind in {FlowKind.FEE, FlowKind.FEE_BACK} else applicant,
        "",
        one.out_no or one.number,
    )
