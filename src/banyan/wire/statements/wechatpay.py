"""WeChat Pay's trade bill: values behind back-ticks, and a line of sums that shows it whole."""

from collections.abc import Mapping, Sequence

from banyan.wire.statements.packed import list_cells, list_texts, name_cells
from banyan.wire.statements.row import (
    BadStatement,
    Row,
    check_sums,
    read_count,
    read_moment,
    read_sum,
)

_head = "交易时间"
_foot = "总交易单数"
_none = frozenset({"", "0"})
_going_back = frozenset({"REFUND", "REVOKED"})
_failed = frozenset({"FAIL"})
_under_way = frozenset({"PROCESSING", "CHANGE"})
"""Where a refund waits for somebody to send the money another way, it is not there yet."""


def parse_wechatpay(content: bytes) -> list[Row]:
    """The lines of a bill of all trade, packed or not; refunds that failed are none.

    Raises BadStatement for what is none, or not whole.
    """
    (text,) = list_texts(content)[:1] or [""]
    cells = list_cells(text)
    for row in cells:
        row[:] = [one.removeprefix("`") for one in row]
    head = next((at for at, row in enumerate(cells) if row[0] == _head), None)
    foot = next((at for at, row in enumerate(cells) if row[0] == _foot), None)
    if head is None or foot is None or foot + 1 >= len(cells):
        raise BadStatement("it is no trade bill, or has no end")
    names = cells[head]
    lines = [name_cells(names, row) for row in cells[head + 1 : foot]]
    read = [_read_line(line) for line in lines]
    rows = [row for row in read if row is not None]
    _check(name_cells(cells[foot], cells[foot + 1]), lines, read)
    return rows


def _read_line(line: Mapping[str, str]) -> Row | None:
    is_refund = line.get("交易状态") in _going_back
    state = line.get("退款状态", "")
    if is_refund and state in _failed:
        return None
    return Row(
        kind="refund" if is_refund else "payment",
        out_no=_take(line, "商户订单号"),
        out_refund_no=_take(line, "商户退款单号") if is_refund else "",
        provider_no=_take(line, "微信退款单号" if is_refund else "微信订单号"),
        currency=line.get("货币种类") or "CNY",
        amount_fen=_read_amount(line, is_refund=is_refund),
        fee_fen=read_sum(line.get("手续费") or "0"),
        is_done=state not in _under_way,
        at=read_moment(line.get("退款成功时间") or line[_head]),
    )


def _take(line: Mapping[str, str], name: str) -> str:
    value = line.get(name, "")
    if value in _none:
        raise BadStatement(f"a line has no {name}")
    return value


def _read_amount(line: Mapping[str, str], *, is_refund: bool) -> int:
    """The whole of it, what vouchers paid included; older bills call it otherwise."""
    names = ("申请退款金额", "退款金额") if is_refund else ("订单金额", "总金额", "应结订单金额")
    for name in names:
        if line.get(name):
            return abs(read_sum(line[name]))
    raise BadStatement("a line has no amount")


def _check(
    sums: Mapping[str, str], lines: Sequence[Mapping[str, str]], rows: Sequence[Row | None]
) -> None:
    pairs = [(read_count(sums[_foot]), len(lines))]
    known = [row for row in rows if row is not None]
    if "订单总金额" in sums:
        paid = sum(row.amount_fen for row in known if not row.is_refund)
        pairs.append((read_sum(sums["订单总金额"]), paid))
    if "申请退款总金额" in sums and len(known) == len(lines):
        back = sum(row.amount_fen for row in known if row.is_refund)
        pairs.append((abs(read_sum(sums["申请退款总金额"])), back))
    check_sums(*pairs)
