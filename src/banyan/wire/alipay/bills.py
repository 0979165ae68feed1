"""Bills as Alipay's programs download them: two sheets of values in a zip file, in GBK."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

import msgspec

from banyan.wire.alipay.amounts import render_yuan

_china = timezone(timedelta(hours=8))
_columns = (
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
)
_payment, _refund = "交易", "退款"
_deflated = zipfile.ZIP_DEFLATED


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or refund; what goes back is negative."""

    trade_no: str
    out_trade_no: str
    out_request_no: str = ""
    """Of a refund; empty for a payment."""
    subject: str
    created_at: datetime
    ended_at: datetime
    store: str = ""
    buyer: str = ""
    total_fen: int
    receipt_fen: int
    """What the merchant receives of it."""
    voucher_fen: int = 0
    discount_fen: int = 0
    fee_fen: int = 0
    remark: str = ""


class BillPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A day of one seller."""

    seller_id: str
    day: date
    until: date
    """The day after the last."""


def render_bill(paper: BillPaper, lines: Iterable[BillLine]) -> bytes:
    """The zip file: each line, and the sums."""
    found = list(lines)
    stem = f"{paper.seller_id}_{paper.day:%Y%m%d}"
    return pack(
        {
            f"{stem}_业务明细.csv": _render_lines(paper, found),
            f"{stem}_业务明细(汇总).csv": _render_sums(paper, found),
        }
    )


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these; of the same files always the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", _deflated) as archive:
        for name, content in files.items():
            archive.writestr(_name(name), content)
    return stream.getvalue()


def _name(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = _deflated
    return info


def _render_lines(paper: BillPaper, lines: list[BillLine]) -> bytes:
    text = io.StringIO()
    text.write("#支付宝业务明细查询\n")
    write_head(text, paper)
    text.write(
        "#-----------------------------------------业务明细列表----------------------------------------\n"
    )
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_columns)
    writer.writerows(_row(one) for one in lines)
    text.write(
        "#-----------------------------------------业务明细列表结束------------------------------------\n"
    )
    _write_foot(text, lines)
    return text.getvalue().encode("gbk", "replace")


def _row(one: BillLine) -> tuple[str, ...]:
    zero = render_yuan(0)
    return (
        f"{one.trade_no}\t",
        f"{calm(one.out_trade_no)}\t",
        _refund if one.out_request_no else _payment,
        calm(one.subject),
        render_moment(one.created_at),
        render_moment(one.ended_at),
        calm(one.store),
        "",
        "",
        "",
        calm(one.buyer),
        render_yuan(one.total_fen),
        render_yuan(one.receipt_fen),
        zero,
        zero,
        render_yuan(one.voucher_fen),
        render_yuan(one.discount_fen),
        zero,
        "",
        zero,
        zero,
        calm(one.out_request_no),
        render_yuan(one.fee_fen),
        zero,
        calm(one.remark),
    )


def _render_sums(paper: BillPaper, lines: list[BillLine]) -> bytes:
    text = io.StringIO()
    text.write("#支付宝业务汇总查询\n")
    write_head(text, paper)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        (
            "门店编号",
            "门店名称",
            "交易订单总笔数",
            "退款订单总笔数",
            "订单金额（元）",
            "商家实收（元）",
            "支付宝优惠（元）",
            "商家优惠（元）",
            "卡消费金额（元）",
            "服务费（元）",
            "分润（元）",
            "实收净额（元）",
        )
    )
    refunds = sum(1 for one in lines if one.out_request_no)
    received, fees = sum(one.receipt_fen for one in lines), sum(one.fee_fen for one in lines)
    writer.writerow(
        (
            "合计",
            "",
            str(len(lines) - refunds),
            str(refunds),
            render_yuan(sum(one.total_fen for one in lines)),
            render_yuan(received),
            render_yuan(sum(one.voucher_fen for one in lines)),
            render_yuan(sum(one.discount_fen for one in lines)),
            render_yuan(0),
            render_yuan(fees),
            render_yuan(0),
            render_yuan(received + fees),
        )
    )
    return text.getvalue().encode("gbk", "replace")


def write_head(text: io.StringIO, paper: BillPaper) -> None:
    """Whose it is, and of which days."""
    text.write(f"#账号：[{paper.seller_id}]\n")
    text.write(f"#起始日期：[{paper.day:%Y年%m月%d日} 00:00:00]   ")
    text.write(f"终止日期：[{paper.until:%Y年%m月%d日} 00:00:00]\n")


def _write_foot(text: io.StringIO, lines: list[BillLine]) -> None:
    for title, is_refund in (("交易合计", False), ("退款合计", True)):
        found = [one.receipt_fen for one in lines if bool(one.out_request_no) is is_refund]
        text.write(f"#{title}：{len(found)}笔，商家实收共{render_yuan(sum(found))}元\n")


def calm(text: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def render_moment(at: datetime) -> str:
    """An instant on China's clocks."""
    return at.astimezone(_china).strftime("%Y-%m-%d %H:%M:%S")
