"""The frame of WeChat Pay's interface: who signed, what is answered, and by which key."""

from __future__ import annotations

import asyncio
import json

import pytest
import requests
from wechatpayv3.type import RequestType

from banyan.books.actor import SYSTEM
from banyan.doors.wechatpay import callers
from banyan.pay.payees import (
    ChangePayee,
    KeyMode,
    PlatformKind,
    RevokeCertificate,
    change_payee,
    revoke_certificate,
)
from banyan.wire.wechatpay import Unreadable, decrypt_field, encrypt_field, open_resource
from tests.kit.wechatpay import Shop, Town

ECHO = "/v3/security/echo"


async def test_a_program_and_we_understand_each_other(town: Town, mode: KeyMode) -> None:
    shop = await town.shop(mode)
    core = shop.sdk._core
    said = {
        "echo_message": "你好",
        "encrypted_echo_message": core.encrypt("秘密"),
    }
    status, text = await asyncio.to_thread(
        core.request, ECHO, method=RequestType.POST, data=said, cipher_data=True
    )
    assert status == 200, text
    told = json.loads(text)
    assert told["echo_message"] == "你好"
    assert shop.sdk.decrypt(told["encrypted_echo_message"]) == "秘密"


async def test_certificates_are_sealed_by_the_merchants_key(town: Town) -> None:
    shop = await town.shop(KeyMode.CERTIFICATE)
    answer = await shop.send("GET", "/v3/certificates")
    (one,) = answer.json()["data"]
    platform = town.platform[PlatformKind.CERTIFICATE]
    assert one["serial_no"] == platform.serial == answer.headers["Wechatpay-Serial"]
    sealed = one["encrypt_certificate"]
    plain = open_resource(
        shop.apiv3_key, sealed["ciphertext"], sealed["associated_data"], sealed["nonce"]
    )
    assert plain.decode() == platform.certificate_pem
    with pytest.raises(Unreadable):
        open_resource("x" * 32, sealed["ciphertext"], "certificate", sealed["nonce"])


async def test_who_knows_the_public_key_is_given_no_certificates(shop: Shop) -> None:
    answer = await shop.send("GET", "/v3/certificates")
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    assert answer.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
    assert answer.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_")


async def test_who_changes_over_is_answered_by_the_key_that_it_names(town: Town) -> None:
    shop = await town.shop(KeyMode.MIGRATING)
    by_key, by_certificate = (
        town.platform[PlatformKind.PUBLIC_KEY].serial,
        town.platform[PlatformKind.CERTIFICATE].serial,
    )
    for named, wanted in ((by_key, by_key), (by_certificate, by_certificate), ("", by_certificate)):
        headers = {"Wechatpay-Serial": named} if named else None
        answer = await shop.send("GET", "/v3/certificates", headers=headers)
        assert answer.status_code == 200
        assert answer.headers["Wechatpay-Serial"] == wanted


async def test_wrong_signatures_are_explained(shop: Shop) -> None:
    header = shop.authorization("POST", ECHO, '{"echo_message": "a"}')
    answer = await asyncio.to_thread(
        requests.post,
        shop.url + ECHO,
        data=b'{"echo_message": "b"}',
        headers={"authorization": header, "content-type": "application/json"},
        timeout=10,
    )
    told = answer.json()
    assert (answer.status_code, told["code"]) == (401, "SIGN_ERROR")
    shown = told["detail"]["sign_information"]
    assert shown["method"] == "POST"
    assert shown["url"] == ECHO
    assert shown["truncated_sign_message"].startswith(f"POST\n{ECHO}\n")
    assert shown["sign_message_length"] > 40
    # The answer is signed all the same.
    assert answer.headers["Wechatpay-Signature"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        "WECHATPAY2-SHA256-RSA2048 mchid=1",
        'WECHATPAY2-SHA256-RSA2048 mchid="1600000000"',
        'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="a",signature="b",timestamp="",serial_no=""',
        "WECHATPAY2-SM2-WITH-SM3 x",
    ],
)
async def test_headers_that_say_nothing(shop: Shop, header: str) -> None:
    answer = await asyncio.to_thread(
        requests.get,
        shop.url + "/v3/certificates",
        headers={"authorization": header},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


async def test_a_timestamp_of_ten_minutes_ago_and_another_serial(shop: Shop) -> None:
    good = shop.authorization("GET", "/v3/certificates")
    old = good.replace('timestamp="', 'timestamp="1')
    other = good.replace(shop.pair.serial_no, "ABCDEF")
    for header in (old, other):
        answer = await asyncio.to_thread(
            requests.get,
            shop.url + "/v3/certificates",
            headers={"authorization": header},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


async def test_a_revoked_certificate_signs_nothing_more(town: Town, shop: Shop) -> None:
    revoking = RevokeCertificate(merchant_id=shop.merchant_id, serial_no=shop.pair.serial_no)
    await town.world.office.run(revoke_certificate, revoking, SYSTEM)
    answer = await shop.send("POST", ECHO, {"echo_message": "a"})
    assert answer.status_code == 401


async def test_paths_that_are_unknown_or_not_supported(shop: Shop) -> None:
    answer = await shop.send("GET", "/v3/no/such/path")
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    answer = await shop.send("POST", "/v3/offlineface/transactions", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_AUTH")
    told = await shop.v2("/pay/queryexchagerate")
    assert (told["result_code"], told["err_code"]) == ("FAIL", "NOAUTH")
    told = await shop.v2("/secapi/no/such")
    assert told == {"return_code": "FAIL", "return_msg": "接口不存在"}
    told = await shop.v2("/pay/queryexchagerate", key="x" * 32)
    assert told == {"return_code": "FAIL", "return_msg": "签名错误"}


async def test_bodies_that_are_none(shop: Shop) -> None:
    for body in ("{", "[]", "1", '{"echo_message": 1}', "{}", '{"echo_message": "\\u0000"}'):
        answer = await shop.send("POST", ECHO, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR"), body


async def test_fields_that_another_key_hides(town: Town, shop: Shop) -> None:
    platform = town.platform[PlatformKind.CERTIFICATE]
    hidden = encrypt_field(platform.public_key_pem, "秘密")
    said = {"echo_message": "a", "encrypted_echo_message": hidden}
    answer = await shop.send("POST", ECHO, said, headers={"Wechatpay-Serial": platform.serial})
    assert answer.status_code == 200
    told = answer.json()["encrypted_echo_message"]
    assert decrypt_field(shop.pair.private_key_pem, told) == "秘密"
    for serial in ("", "ABCDEF", town.platform[PlatformKind.PUBLIC_KEY].serial):
        answer = await shop.send("POST", ECHO, said, headers={"Wechatpay-Serial": serial})
        assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")


async def test_keys_that_are_not_set(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # What changed elsewhere may work so much longer.
    monkeypatch.setattr(callers, "_ttl_s", 0.0)
    shop = await town.shop(KeyMode.MIGRATING)
    run = town.world.office.run
    await run(change_payee, ChangePayee(merchant_id=shop.merchant_id, apiv3_key="y" * 32), SYSTEM)
    answer = await shop.send("GET", "/v3/certificates")
    sealed = answer.json()["data"][0]["encrypt_certificate"]
    assert open_resource("y" * 32, sealed["ciphertext"], "certificate", sealed["nonce"])
