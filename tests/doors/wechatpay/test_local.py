"""What the SDK does by itself: its signatures hold by what we know of it, and it reads notices."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from banyan.books.actor import SYSTEM
from banyan.pay.payees import ReadPayeeKeys, read_payee_keys
from banyan.wire.wechatpay import HMAC_SHA256, sign_v2
from tests.kit.answers import answers
from tests.kit.wechatpay import Market, SignType


def is_signed(public_key_pem: str, message: str, signature: str) -> bool:
    """Whether a merchant's signature is one of this message."""
    key: Any = load_pem_public_key(public_key_pem.encode())
    try:
        key.verify(base64.b64decode(signature), message.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


@answers("sign")
async def test_what_a_phone_is_to_pay_is_signed_by_the_merchant(market: Market) -> None:
    sdk = market.sdk
    told = await market.shop.call(
        sdk.pay,
        description="茶",
        out_trade_no="order-0001",
        amount={"total": 1_000},
        payer={"openid": await market.openid("lin")},
    )
    reading = ReadPayeeKeys(mchid=market.shop.mchid)
    known = await market.world.office.run(read_payee_keys, reading, SYSTEM)
    key_pem = known.certificates[0].public_key_pem
    fields = [market.appid, "1414561699", "5K8264ILTKCH16CQ2502", f"prepay_id={told['prepay_id']}"]
    signed = sdk.sign(fields)
    assert is_signed(key_pem, "\n".join(fields) + "\n", signed)
    assert not is_signed(key_pem, "\n".join([*fields[:3], "prepay_id=wx0"]) + "\n", signed)

    # Service orders are signed by the key that both sides know.
    order = {"mch_id": market.shop.mchid, "service_id": "5000", "out_order_no": "bike1"}
    by_key = sdk.sign(order, SignType.HMAC_SHA256)
    assert by_key.upper() == sign_v2(order, market.shop.apiv3_key, HMAC_SHA256)
    with pytest.raises(ValueError, match="sign_type"):
        sdk.sign(order, SignType.MD5)


@answers("decrypt_callback")
async def test_a_notice_is_read_by_itself_and_whole(market: Market) -> None:
    sdk = market.sdk
    told = await market.shop.call(
        sdk.pay,
        description="茶",
        out_trade_no="order-0001",
        amount={"total": 1_000},
        payer={"openid": await market.openid("lin")},
    )
    await market.pay("lin", told)
    await market.town.tell()
    ((headers, body),) = market.server.heard
    named = {name.lower(): value for name, value in headers.items()}
    of_django = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    for spelled in (headers, named, of_django):
        plain = json.loads(await asyncio.to_thread(sdk.decrypt_callback, spelled, body))
        whole = await asyncio.to_thread(sdk.callback, spelled, body)
        assert (plain["out_trade_no"], plain["trade_state"]) == ("order-0001", "SUCCESS")
        assert whole["resource"] == plain
    forged = body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.FAILURE")
    assert await asyncio.to_thread(sdk.decrypt_callback, headers, forged) is None
