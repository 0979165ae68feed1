"""Alipay's bill of a day's trade: a table in GBK, remarks around it, mostly within a zip file."""

import re
from collections.abc import Mapping

from banyan.wire.statements.packed import list_cells, list_texts, name_cells
from banyan.wire.statements.row import (
    BadStatement,
    Row,
    check_sums,
    read_count,
    read_moment,
    read_sum,
)

_title = "#支付宝业务明细查询"
_end = "业务明细列表结束"
_payment, _refund = "交易", "退款"
_counted = re.compile(r"^#(交易|退款)合计[:：]\s*([0-9]+)笔", re.MULTILINE)
_broad = str.maketrans({"（": "(", "）": ")"})


def parse_alipay(content: bytes) -> list[Row]:
    """The lines of a bill, packed or not. Raises BadStatement for what is none, or not whole."""
    found = [text for text in list_texts(content) if text.lstrip().startswith(_title)]
    if len(found) != 1:
        raise BadStatement("it is no bill of trade")
    (text,) = found
    if _end not in text:
        raise BadStatement("it ends too soon")
    rows = [row for line in _read(text) if (row := _read_line(line)) is not None]
    told = {kind: read_count(count) for kind, count in _counted.findall(text)}
    paid = sum(not row.is_refund for row in rows)
    check_sums(
        (told.get(_payment, paid), paid), (told.get(_refund, len(rows) - paid), len(rows) - paid)
    )
    return rows


def _read(text: str) -> list[Mapping[str, str]]:
    cells = [row for row in list_cells(text) if not row[0].startswith("#")]
    if not cells:
        raise BadStatement("it has no table")
    names = [name.translate(_broad) for name in cells[0]]
    return [name_cells(names, row) for row in cells[1:]]


def _read_line(line: Mapping[str, str]) -> Row | None:
    kind = line.get("业务类型")
    if kind not in {_payment, _refund}:
        return None
    is_refund = kind == _refund
    return Row(
        kind="refund" if is_refund else "payment",
        out_no=_take(line, "商户订单号"),
        # Without a number of its own a refund is of the whole, and has that of the payment.
        out_refund_no=(line.get("退款批次号/请求号") or line["商户订单号"]) if is_refund else "",
        provider_no=_take(line, "支付宝交易号"),
        amount_fen=abs(read_sum(_take(line, "订单金额(元)"))),
        fee_fen=-read_sum(line.get("服务费(元)") or "0"),
        at=read_moment(_take(line, "完成时间")),
    )


def _take(line: Mapping[str, str], name: str) -> str:
    value = line.get(name, "")
    if not value:
        raise BadStatement(f"a line has no {name}")
    return value
