"""Signatures, frames and numbers of certificates, against the unmodified SDK in both directions."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayValidationError
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.pay.alipayapps.certificates import issue_root
from banyan.wire.alipay import (
    BillLine,
    BillPaper,
    SignType,
    encode_content,
    is_signed,
    parse_private_key,
    parse_public_key,
    parse_yuan,
    read_chain_sn,
    read_sn,
    render_bill,
    render_frame,
    render_notice_text,
    render_request_text,
    render_yuan,
    sign,
)

_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_private_pem = _key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
_public_pem = (
    _key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
)


def _sdk(kind: SignType = SignType.RSA2) -> AliPay:
    return AliPay(
        appid="2021000000000001",
        app_private_key_string=_private_pem,
        alipay_public_key_string=_public_pem,
        sign_type=kind.value,
    )


@pytest.mark.parametrize("kind", SignType)
def test_what_the_sdk_signs_is_signed(kind: SignType) -> None:
    sdk = _sdk(kind)
    text = render_request_text({"b": "2 & 3", "a": "榕树", "empty": "", "sign": "not this"})
    assert text == "a=榕树&b=2 & 3"
    key = parse_public_key(_public_pem)
    signature = sdk._sign(text)
    assert is_signed(text.encode(), signature, key, kind)
    assert is_signed(text.encode(), signature.replace("+", " "), key, kind)
    assert not is_signed(text.encode() + b" ", signature, key, kind)
    assert not is_signed(text.encode(), "榕树", key, kind)
    assert not is_signed(text.encode(), "", key, kind)


@pytest.mark.parametrize("kind", SignType)
@settings(deadline=None)
@given(texts=st.lists(st.text(alphabet='{}"\\榕 a:,', max_size=12), max_size=4))
def test_the_sdk_verifies_every_frame(kind: SignType, texts: list[str]) -> None:
    told = {"code": "10000", "msg": "Success", "list": [{"text": one} for one in texts]}
    content = encode_content(told)
    signature = sign(content, parse_private_key(_private_pem), kind)
    frame = render_frame("alipay_trade_query_response", content, signature, "abc")
    answered = json.loads(frame)
    assert answered["alipay_cert_sn"] == "abc"
    sdk = _sdk(kind)
    read = sdk._verify_and_return_sync_response(frame.decode(), "alipay_trade_query_response")
    assert read == told
    changed = frame.replace(b"Success", b"Failure")
    with pytest.raises(AliPayValidationError):
        sdk._verify_and_return_sync_response(changed.decode(), "alipay_trade_query_response")


def test_the_sdk_verifies_a_notice() -> None:
    notice = {"trade_no": "42", "subject": "茶 & Tee", "sign_type": "RSA2"}
    signature = sign(
        render_notice_text(notice).encode(), parse_private_key(_private_pem), SignType.RSA2
    )
    assert _sdk().verify(dict(notice), signature)


@settings(deadline=None)
@given(st.integers(0, 10**10))
def test_yuan_are_exact_both_ways(amount_fen: int) -> None:
    assert parse_yuan(render_yuan(amount_fen)) == (amount_fen if amount_fen < 10**11 else None)
    assert parse_yuan(amount_fen / 100) == amount_fen


@pytest.mark.parametrize(
    ("given_text", "fen"),
    [
        ("1", 100),
        ("0.1", 10),
        ("0.100", 10),
        ("0.011", None),
        ("-1", None),
        ("1e3", None),
        ("１", None),
        (" 1", None),
        ("1.", None),
        ("", None),
        (float("nan"), None),
        (1e300, None),
        (12, 1200),
        (True, None),
    ],
)
def test_what_is_no_sum_is_refused(given_text: str | float, fen: int | None) -> None:
    assert parse_yuan(given_text) == fen


def test_a_bill_is_two_sheets_in_gbk() -> None:
    at = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    line = BillLine(
        trade_no="4200",
        out_trade_no="A1",
        subject="=1+1 茶🍵",
        created_at=at,
        ended_at=at,
        total_fen=1234,
        receipt_fen=1200,
        fee_fen=-7,
    )
    paper = BillPaper(seller_id="2088", day=date(2026, 11, 22), until=date(2026, 11, 23))
    with ZipFile(BytesIO(render_bill(paper, [line]))) as archive:
        names = archive.namelist()
        texts = [archive.read(name).decode("gbk") for name in names]
    assert names == ["2088_20261122_业务明细.csv", "2088_20261122_业务明细(汇总).csv"]
    assert "'=1+1 茶?" in texts[0]
    assert "2026-11-22 09:02:03" in texts[0]
    assert "合计,,1,0,12.34,12.00,0.00,0.00,0.00,-0.07,0.00,11.93" in texts[1]


def test_numbers_of_certificates_are_the_sdk_s() -> None:
    root = issue_root(_private_pem, 42, datetime(2026, 11, 22, tzinfo=UTC))
    assert read_sn(root) == DCAliPay.get_cert_sn(root)
    assert read_chain_sn(root) == DCAliPay.get_root_cert_sn(root)
