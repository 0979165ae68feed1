"""Statements are read as our own doors write them, as the real ones look, and never in part."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.wire.alipay import BillLine, BillPaper, render_bill
from banyan.wire.statements import BadStatement, Row, packed, parse_alipay, parse_wechatpay

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
PAPER = BillPaper(seller_id="2088000000000001", day=date(2026, 11, 21), until=date(2026, 11, 22))
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def paid(number: str = "A1", total: str = "10.00", name: str = "茶") -> str:
    """A line of WeChat Pay's of a payment."""
    return (
        f"`2026-11-21 10:30:00,`wx0,`1900000001,`0,`,`42000,`{number},`oU,`NATIVE,`SUCCESS,`OTHERS,"
        f"`CNY,`9.00,`1.00,`0,`0,`0.00,`0.00,`,`,`{name},`,`0.06000,`0.60%,`{total},`0.00,`"
    )


def back(number: str = "R1", total: str = "4.00", state: str = "SUCCESS") -> str:
    """A line of a refund."""
    return (
        f"`2026-11-21 10:31:00,`wx0,`1900000001,`0,`,`42000,`A1,`oU,`NATIVE,`REFUND,`OTHERS,"
        f"`CNY,`0.00,`0.00,`50000,`{number},`3.60,`0.00,`ORIGINAL,`{state},`茶,`,`-0.02000,`0.60%,"
        f"`0.00,`{total},`"
    )


def bill(*lines: str, sums: str = "`2,`9.00,`3.60,`0.00,`0.04000,`10.00,`4.00") -> str:
    """A whole bill of WeChat Pay's."""
    return "\r\n".join((COLUMNS, *lines, SUMS, sums, ""))


def test_a_bill_of_wechat_pay_is_read() -> None:
    whole = bill(paid(), back())
    rows = parse_wechatpay(whole.encode())
    assert rows == [
        Row(kind="payment", out_no="A1", provider_no="42000", amount_fen=1000, fee_fen=6, at=AT),
        Row(
            kind="refund",
            out_no="A1",
            out_refund_no="R1",
            provider_no="50000",
            amount_fen=400,
            fee_fen=-2,
            at=AT.replace(minute=31),
        ),
    ]
    plain = whole.replace("`", "").replace("\r\n", "\n")
    for content in (f"\ufeff{whole}".encode(), gzip.compress(whole.encode()), plain.encode()):
        assert parse_wechatpay(content) == rows
    assert parse_wechatpay(bill(sums="`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00").encode()) == []


def test_refunds_that_failed_are_none_and_those_under_way_are_told_apart() -> None:
    sums = "`3,`9.00,`7.20,`0.00,`0.02000,`10.00,`8.00"
    content = bill(paid(), back("R1", state="FAIL"), back("R2", state="PROCESSING"), sums=sums)
    rows = parse_wechatpay(content.encode())
    assert [(row.out_refund_no, row.is_done) for row in rows] == [("", True), ("R2", False)]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        f"{COLUMNS}\r\n{paid()}\r\n",
        bill(paid()),
        bill(paid(total="10.01"), back()),
        bill(paid(), back(total="4.01")),
        bill(paid(number="0"), back()),
        bill(paid(), back(number="")),
        bill(paid(total="ten"), back()),
        bill(paid(name="a,b"), back()),
        bill(paid(), back()).replace("2026-11-21 10:31", "2026-13-21 10:31"),
        bill(paid(), back()).replace("`2,`9.00,`3.60", "`x,`9.00,`3.60"),
    ],
)
def test_what_is_no_whole_bill_is_refused(content: str) -> None:
    with pytest.raises(BadStatement):
        parse_wechatpay(content.encode())


def line(number: str, *, refund: str = "", fen: int = 1000, subject: str = "茶") -> BillLine:
    """A line of Alipay's."""
    sign = -1 if refund else 1
    return BillLine(
        trade_no=f"20{number}",
        out_trade_no=number,
        out_request_no=refund,
        subject=subject,
        created_at=AT,
        ended_at=AT,
        total_fen=sign * fen,
        receipt_fen=sign * fen,
        fee_fen=-sign * 6,
    )


def test_a_bill_of_alipay_is_read() -> None:
    packed_bill = render_bill(
        PAPER, [line("B1"), line("B2", subject='a,"b"\n#c'), line("B1", refund="r1", fen=400)]
    )
    rows = parse_alipay(packed_bill)
    assert [
        (row.is_refund, row.out_no, row.out_refund_no, row.amount_fen, row.fee_fen) for row in rows
    ] == [
        (False, "B1", "", 1000, 6),
        (False, "B2", "", 1000, 6),
        (True, "B1", "r1", 400, -6),
    ]
    assert (rows[0].provider_no, rows[0].at) == ("20B1", AT)
    with zipfile.ZipFile(io.BytesIO(packed_bill)) as archive:
        (content,) = [archive.read(one) for one in archive.namelist() if "汇总" not in one]
    assert parse_alipay(content) == rows
    # Somebody saved it again: another charset, other brackets, no tabs.
    plain = content.decode("gbk").replace("\t", "").replace("（", "(").replace("）", ")")
    assert parse_alipay(plain.encode()) == rows
    assert parse_alipay(render_bill(PAPER, [])) == []


def test_a_bill_of_alipay_in_part_is_refused() -> None:
    whole = render_bill(PAPER, [line("B1"), line("B2")])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
        (content,) = [archive.read(one) for one in names if "汇总" not in one]
        (summary,) = [archive.read(one) for one in names if "汇总" in one]
    text = content.decode("gbk")
    rows = text.splitlines(keepends=True)
    for wrong in (
        b"",
        summary,
        whole[: len(whole) // 2],
        b"PK\x03\x04",
        text[: len(text) // 2].encode("gbk"),
        "".join(one for one in rows if "B2" not in one).encode("gbk"),
        text.replace("10.00", "ten").encode("gbk"),
        text.replace("B2", "").encode("gbk"),
        text.replace("2026-11-21 10", "2026-11-21 25").encode("gbk"),
    ):
        with pytest.raises(BadStatement):
            parse_alipay(wrong)


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACKED_MAX", 1_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b" " * 600)
        archive.writestr("b.csv", b" " * 600)
    for content in (stream.getvalue(), gzip.compress(b" " * 2_000), b" " * 2_000):
        with pytest.raises(BadStatement, match="large"):
            parse_alipay(content)
    with pytest.raises(BadStatement, match="soon"):
        parse_wechatpay(gzip.compress(b"x" * 900)[:-9])


@pytest.mark.parametrize("content", [b"," * 6_000_001, b"\n" * 500_001])
def test_what_would_fill_the_memory_is_refused_before_it_is_taken_apart(content: bytes) -> None:
    with pytest.raises(BadStatement, match="large"):
        parse_wechatpay(gzip.compress(content))


@given(st.binary(max_size=400))
def test_nothing_else_than_a_refusal_comes_of_bytes(content: bytes) -> None:
    for parse in (parse_alipay, parse_wechatpay):
        for one in (content, b"PK\x03\x04" + content, b"\x1f\x8b" + content):
            with pytest.raises(BadStatement):
                parse(one)


@given(st.text(max_size=200))
def test_no_words_of_a_merchants_break_a_bill(words: str) -> None:
    text = words.replace(",", " ").replace('"', "").replace("\r", " ").replace("\n", " ")
    assert len(parse_wechatpay(bill(paid(name=f"`{text}"), back()).encode("utf-8", "replace"))) == 2
