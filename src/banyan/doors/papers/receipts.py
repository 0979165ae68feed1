"""Receipts of transfers as PDF, drawn from what is written: the same paper each time."""

from datetime import datetime, timedelta, timezone

from banyan.base.money import currency
from banyan.pay.remit import Paper
from banyan.wire.qr import render_poster_pdf
from banyan.wire.qr.layout import GREEN, INK, PALE, Box, Item, Sheet, Words

_china = timezone(timedelta(hours=8))
_width, _height = 210.0, 148.0
_middle = _width / 2
_text_size = 5.0
_line = 9.0
_top = 44.0


def draw_receipt(paper: Paper) -> bytes:
    """The receipt of a transfer or a batch as one page."""
    title = "转账电子回单 Transfer receipt"
    items: list[Item] = [
        Box(x=10, y=10, width=_width - 20, height=_height - 20, colour=PALE, radius=4),
        Words(text=title, x=_middle, y=26, size=8.0, colour=GREEN),
    ]
    for place, text in enumerate(_lines(paper)):
        y = _top + place * _line
        items.append(Words(text=text, x=_middle, y=y, size=_text_size, colour=INK))
    sheet = Sheet(width=_width, height=_height, title=title, items=tuple(items))
    return render_poster_pdf([sheet], dated=paper.receipt.asked_at)


def _lines(paper: Paper) -> list[str]:
    lines = [
        f"回单编号 Number: {paper.receipt.receipt_id:d}",
        f"付款方 From: {paper.merchant_name}",
    ]
    one, batch = paper.remittance, paper.batch
    if one is not None:
        lines += [
            f"收款方 To: {paper.name or one.openid}",
            f"商户单号 Order: {one.out_no}",
            f"金额 Amount: {_amount(one.currency, one.amount_fen)}",
            f"备注 Remark: {one.remark}",
            f"到账时间 At: {_time(one.updated_at)}",
        ]
    if batch is not None:
        lines += [
            f"批次单号 Batch: {batch.out_no}",
            f"批次名称 Name: {batch.name}",
            f"成功 Sent: {batch.done_count} / {_amount(batch.currency, batch.done_fen)}",
            f"失败 Failed: {batch.failed_count} / {_amount(batch.currency, batch.failed_fen)}",
            f"完成时间 At: {_time(batch.updated_at)}",
        ]
    return lines


def _amount(code: str, amount_fen: int) -> str:
    digits = currency(code).exponent
    whole, fraction = divmod(amount_fen, 10**digits)
    return f"{code} {whole}.{fraction:0{digits}d}" if digits else f"{code} {whole}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(_china):%Y-%m-%d %H:%M:%S}"
