"""The flow of a merchant's money as Alipay's programs download it: values in a zip file, in GBK."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

import msgspec

from banyan.wire.alipay.amounts import render_yuan
from banyan.wire.alipay.bills import BillPaper, calm, pack, render_moment, write_head

_columns = (
    "账务流水号",
    "业务流水号",
    "商户订单号",
    "商品名称",
    "发生时间",
    "对方账号",
    "收入金额（+元）",
    "支出金额（-元）",
    "账户余额（元）",
    "交易渠道",
    "业务类型",
    "备注",
)


class FlowLine(msgspec.Struct, frozen=True, kw_only=True):
    """One time that the money grew or shrank."""

    flow_no: str
    number: str
    out_no: str
    at: datetime
    amount_fen: int
    balance_fen: int
    kind: str


def render_flow(paper: BillPaper, lines: Iterable[FlowLine]) -> bytes:
    """The zip file: each movement, and the sums at its foot."""
    found = list(lines)
    text = io.StringIO()
    text.write("#支付宝账务明细查询\n")
    write_head(text, paper)
    text.write("#-----------------------------------------账务明细列表\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_columns)
    writer.writerows(_row(one) for one in found)
    text.write("#-----------------------------------------账务明细列表结束\n")
    came = [one.amount_fen for one in found if one.amount_fen > 0]
    went = [-one.amount_fen for one in found if one.amount_fen < 0]
    text.write(f"#支出合计：{len(went)}笔，共-{render_yuan(sum(went))}元\n")
    text.write(f"#收入合计：{len(came)}笔，共{render_yuan(sum(came))}元\n")
    name = f"{paper.seller_id}_{paper.day:%Y%m%d}_账务明细.csv"
    return pack({name: text.getvalue().encode("gbk", "replace")})


def _row(one: FlowLine) -> tuple[str, ...]:
    zero = render_yuan(0)
    return (
        f"{one.flow_no}\t",
        f"{one.number}\t",
        f"{calm(one.out_no)}\t",
        "",
        render_moment(one.at),
        "",
        render_yuan(one.amount_fen) if one.amount_fen > 0 else zero,
        render_yuan(one.amount_fen) if one.amount_fen < 0 else zero,
        render_yuan(one.balance_fen),
        "",
        one.kind,
        "",
    )
