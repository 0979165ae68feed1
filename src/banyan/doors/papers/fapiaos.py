"""Taxed invoices as PDF, drawn from what stands on them: the same paper each time."""

from datetime import timedelta, timezone

from banyan.commerce.fapiaos import Draft
from banyan.wire.qr import render_poster_pdf
from banyan.wire.qr.layout import GREEN, INK, PALE, Box, Item, Sheet, Words

_china = timezone(timedelta(hours=8))
_width, _height = 210.0, 148.0
_middle = _width / 2
_text_size = 4.0
_line = 6.5
_top = 36.0
_shown_max = 6
"""Lines that are drawn; what is left of them is counted."""


def draw_fapiao(draft: Draft) -> bytes:
    """An invoice as one page."""
    title = "电子发票 Invoice"
    items: list[Item] = [
        Box(x=10, y=10, width=_width - 20, height=_height - 20, colour=PALE, radius=4),
        Words(text=title, x=_middle, y=24, size=8.0, colour=GREEN),
    ]
    for place, text in enumerate(_lines(draft)):
        y = _top + place * _line
        items.append(Words(text=text, x=_middle, y=y, size=_text_size, colour=INK))
    sheet = Sheet(width=_width, height=_height, title=title, items=tuple(items))
    return render_poster_pdf([sheet], dated=draft.paper.at)


def _lines(draft: Draft) -> list[str]:
    facts, buyer, paper = draft.facts, draft.buyer, draft.paper
    lines = [
        f"发票号码 Number: {paper.code}{paper.number}",
        f"校验码 Check: {paper.check_code}",
        f"开票日期 Date: {paper.at.astimezone(_china):%Y-%m-%d}",
        f"购买方 Buyer: {buyer.name} {buyer.tax_number}".rstrip(),
        f"销售方 Seller: {facts.seller_name} {facts.seller_number}",
    ]
    lines += [
        f"{one.name} {one.specification} {_yuan(one.amount_fen)} + {_rate(one.rate_bp)} "
        f"{_yuan(one.tax_fen)}"
        for one in facts.items[:_shown_max]
    ]
    if len(facts.items) > _shown_max:
        lines.append(f"… {len(facts.items) - _shown_max}")
    before_fen = facts.total_fen - facts.tax_fen
    lines += [
        f"金额 Before tax: {_yuan(before_fen)}   税额 Tax: {_yuan(facts.tax_fen)}",
        f"价税合计 Total: {_yuan(facts.total_fen)}",
    ]
    return [*lines, f"备注 Remark: {facts.remark}"] if facts.remark else lines


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _rate(rate_bp: int) -> str:
    return f"{rate_bp / 100:g}%"
