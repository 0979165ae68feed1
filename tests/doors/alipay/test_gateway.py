"""The gateway: who signed what, in which charset and by which digest, and how it complains."""

# ruff: noqa: ANN401 - what the gateway says is JSON

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from alipay import AliPay
from alipay.exceptions import AliPayException
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from banyan.pay.alipayapps import ChangeApp, change_app
from banyan.wire.alipay import SignType, render_request_text, sign
from tests.kit.alipay import Program, program_key

TOKEN = "alipay.open.auth.token.app.query"


def parameters(program: Program, **changes: str) -> dict[str, str]:
    """A call made by hand; what is changed to nothing is left out."""
    given = {
        "app_id": str(int(program.app.app_id)),
        "method": TOKEN,
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-11-22 15:00:00",
        "version": "1.0",
        "biz_content": '{"app_auth_token":"x"}',
    } | changes
    return {name: value for name, value in given.items() if value}


def signed(given: dict[str, str], codec: str = "utf-8") -> dict[str, str]:
    """The same with its signature."""
    key = load_pem_private_key(program_key()[0].encode(), None)
    kind = SignType(given.get("sign_type", "RSA2"))
    return given | {"sign": sign(render_request_text(given).encode(codec), key, kind)}  # type: ignore[arg-type]


async def ask(program: Program, given: dict[str, str], *, codec: str = "utf-8") -> Any:
    """What the gateway says to a GET."""
    query = "&".join(f"{name}={quote_plus(value, encoding=codec)}" for name, value in given.items())
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{program.gateway}?{query}")
    return read(answer)


def read(answer: httpx.Response) -> Any:
    """The JSON of an answer."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    return answer.json()


def code_of(told: Any) -> tuple[str, str]:
    """The code and the one below it."""
    (content,) = [one for name, one in told.items() if name not in {"sign", "alipay_cert_sn"}]
    return content["code"], content["sub_code"]


@pytest.mark.parametrize(
    ("changes", "code", "sub_code"),
    [
        ({"method": ""}, "40001", "isv.missing-method"),
        ({"app_id": ""}, "40001", "isv.missing-app-id"),
        ({"app_id": "2021000000000001"}, "40002", "isv.invalid-app-id"),
        ({"app_id": "abc"}, "40002", "isv.invalid-app-id"),
        ({"app_id": "9" * 40}, "40002", "isv.invalid-app-id"),
        ({"sign_type": ""}, "40001", "isv.missing-signature-type"),
        ({"timestamp": ""}, "40001", "isv.missing-timestamp"),
        ({"timestamp": "yesterday"}, "40002", "isv.invalid-timestamp"),
        ({"version": ""}, "40001", "isv.missing-version"),
        ({"version": "2.0"}, "40002", "isv.invalid-parameter"),
        ({"format": "XML"}, "40002", "isv.invalid-format"),
        ({"method": "alipay.no.such"}, "40002", "isv.invalid-method"),
        ({"method": "alipay.user.agreement.query"}, "40006", "isv.insufficient-isv-permissions"),
        ({"biz_content": "{"}, "40002", "isv.invalid-parameter"),
        ({"biz_content": '{"app_auth_token":7}'}, "20001", "aop.invalid-app-auth-token"),
        ({"biz_content": '{"app_auth_token":"\\u0000"}'}, "40002", "isv.invalid-parameter"),
        ({"biz_content": '{"app_auth_token":"x"}'}, "20001", "aop.invalid-app-auth-token"),
        ({"method": "alipay.system.oauth.token"}, "40002", "isv.grant-type-invalid"),
        ({"app_cert_sn": "0" * 32}, "40002", "isv.app-cert-not-exist"),
        ({"alipay_root_cert_sn": "0" * 32}, "40002", "isv.invalid-parameter"),
    ],
)
async def test_whatever_is_wrong_is_named(
    program: Program, changes: dict[str, str], code: str, sub_code: str
) -> None:
    assert code_of(await ask(program, signed(parameters(program, **changes)))) == (code, sub_code)


async def test_a_wrong_signature_is_refused_with_what_should_have_been_signed(
    program: Program,
) -> None:
    given = signed(parameters(program))
    told = await ask(program, given | {"biz_content": '{"app_auth_token":"y"}'})
    assert code_of(told) == ("40002", "isv.invalid-signature")
    content = told["alipay_open_auth_token_app_query_response"]
    assert "app_auth_token" in content["sub_msg"]
    for wrong in ("", "x", "=", given["sign"][:-8], quote_plus(given["sign"])):
        told = await ask(program, given | {"sign": wrong})
        wanted = "isv.invalid-signature" if wrong else "isv.missing-signature"
        assert code_of(told)[1] == wanted
    told = await ask(program, given | {"sign_type": "MD5"})
    assert code_of(told) == ("40002", "isv.invalid-signature-type")
    assert code_of(await ask(program, given | {"sign_type": "RSA"}))[1] == "isv.invalid-signature"


async def test_an_app_without_key_or_closed_serves_nobody(program: Program) -> None:
    world, app = program.world, program.app

    async def change(**changes: Any) -> None:
        command = ChangeApp(merchant_id=app.merchant_id, app_id=app.app_id, **changes)
        await world.office.run(change_app, command, world.owner)

    await change(app_public_key="")
    given = signed(parameters(program))
    assert code_of(await ask(program, given)) == ("40001", "isv.missing-signature-key")
    await change(is_closed=True)
    told = await ask(program, given)
    assert code_of(told) == ("40002", "isv.invalid-app-id")
    assert "sign" not in told


@pytest.mark.parametrize("sign_type", ["RSA", "RSA2"])
async def test_the_sdk_verifies_answers_by_both_digests(program: Program, sign_type: str) -> None:
    sdk = program.sdk(sign_type)
    told = await program.call(sdk.server_api, TOKEN, {"app_auth_token": "{}}}{"})
    assert (told["code"], told["sub_code"]) == ("20001", "aop.invalid-app-auth-token")
    assert told["sub_msg"] == "无效的应用授权令牌"


async def test_the_sdk_raises_where_nothing_can_be_signed(program: Program) -> None:
    sdk = program.sdk()
    sdk._appid = "2021000000000001"
    with pytest.raises(AliPayException) as raised:
        await program.call(sdk.api_alipay_trade_query, out_trade_no="1")
    assert "isv.invalid-app-id" in str(raised.value)
    with pytest.raises(AliPayException) as raised:
        await program.call(program.sdk().server_api, "alipay.no.such", {})
    assert "isv.invalid-method" in str(raised.value)


async def test_what_is_not_there_is_refused_and_never_done(program: Program) -> None:
    told = await program.call(program.sdk().api_alipay_ebpp_invoice_token_batchquery, "x")
    assert (told["code"], told["sub_code"]) == ("40006", "isv.insufficient-isv-permissions")


async def test_a_form_is_read_as_a_query_is(program: Program) -> None:
    given = signed(parameters(program))
    in_query = {name: value for name, value in given.items() if name != "biz_content"}
    rest = {"biz_content": given["biz_content"]}
    async with httpx.AsyncClient() as client:
        for query, form in (({}, given), (in_query, rest)):
            answer = await client.post(program.gateway, params=query, data=form)
            assert code_of(read(answer)) == ("20001", "aop.invalid-app-auth-token")


@pytest.mark.parametrize("charset", ["GBK", "gb2312", "GB18030", "UTF-8"])
async def test_programs_write_in_their_charset(program: Program, charset: str) -> None:
    given = parameters(program, charset=charset, biz_content='{"app_auth_token":"茶馆"}')
    told = await ask(program, signed(given, charset), codec=charset)
    assert code_of(told) == ("20001", "aop.invalid-app-auth-token")
    sdk: AliPay = program.sdk()
    content = told["alipay_open_auth_token_app_query_response"]
    # Whatever the charset, what is signed reads alike in it.
    text = json.dumps(content, ensure_ascii=charset != "UTF-8", separators=(",", ":"))
    assert sdk._verify(text, told["sign"])


async def test_what_is_in_no_charset_is_refused(program: Program) -> None:
    given = signed(parameters(program))
    assert code_of(await ask(program, given | {"charset": "klingon"}))[1] == "isv.invalid-charset"
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{program.gateway}?method={TOKEN}&x=%ff%fe")
    assert code_of(read(answer))[1] == "isv.invalid-charset"
    many = {f"p{number}": "x" for number in range(200)}
    assert code_of(await ask(program, many))[1] == "isv.invalid-parameter"
