"""Who people are, and for whom providers' apps act: pages, codes and tokens, by the SDK."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayException

from banyan.pay.alipayapps import (
    EndMandate,
    GiveMandate,
    ListMandates,
    end_mandate,
    give_mandate,
    list_mandates,
)
from tests.kit.alipay import HOST, Program, add_app
from tests.kit.web import open_client
from tests.kit.world import World

SAME = {"sec-fetch-site": "same-origin"}
BACK = f"https://{HOST}/back?x=1"


def ask_for(program: Program, scope: str, **more: str) -> str:
    """The address to which a program sends a browser."""
    query = {
        "app_id": str(int(program.app.app_id)),
        "scope": scope,
        "redirect_uri": BACK,
        "state": "s 1",
    } | more
    return f"/oauth2/publicAppAuthorize.htm?{urlencode(query)}"


def told_by(location: str) -> dict[str, str]:
    """What a browser brings back."""
    assert location.startswith(BACK)
    return {name: one for name, (one,) in parse_qs(urlsplit(location).query).items()}


async def test_an_app_learns_who_somebody_is(world: World, program: Program) -> None:
    await world.person("lin")
    sdk: AliPay = program.sdk()
    async with open_client(world, token=world.tokens["lin"]) as client:
        led = await client.get(ask_for(program, "auth_base"))
        told = told_by(led.headers["location"])
        assert (led.status_code, told["state"], told["scope"]) == (303, "s 1", "auth_base")
        asked = await client.get(ask_for(program, "auth_user"))
        assert asked.status_code == 200
        assert HOST in asked.text
        form = dict(parse_qs(urlsplit(ask_for(program, "auth_user")).query))
        fields = {name: one for name, (one,) in form.items()}
        said = await client.post(
            "/oauth2/publicAppAuthorize.htm",
            data={**fields, "answer": "refuse"},
            headers=SAME,
        )
        assert "error_scope=auth_user" in said.text
        said = await client.post(
            "/oauth2/publicAppAuthorize.htm",
            data={**fields, "answer": "allow"},
            headers=SAME,
        )
        assert "auth_code=" in said.text
        led = await client.get(ask_for(program, "auth_user"))
        named = told_by(led.headers["location"])["auth_code"]
    token = "alipay.system.oauth.token"
    base = await program.done(
        sdk.server_api, token, grant_type="authorization_code", code=told["auth_code"]
    )
    full = await program.done(sdk.server_api, token, grant_type="authorization_code", code=named)
    assert base["user_id"] == full["user_id"]
    assert base["user_id"].startswith("2088")
    assert full["open_id"]
    assert (full["expires_in"], full["re_expires_in"]) == (1_296_000, 2_592_000)
    share = "alipay.user.info.share"
    person = await program.done(sdk.server_api, share, auth_token=full["access_token"])
    assert (person["user_id"], person["nick_name"]) == (full["user_id"], "Lin")
    for call in (
        {"grant_type": "authorization_code", "code": named},
        {"grant_type": "authorization_code"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "password"},
    ):
        with pytest.raises(AliPayException, match="40002"):
            await program.call(sdk.server_api, token, **call)
    with pytest.raises(AliPayException, match=r"isv\.insufficient-user-permissions"):
        await program.call(sdk.server_api, share, auth_token=base["access_token"])
    again = await program.done(
        sdk.server_api, token, grant_type="refresh_token", refresh_token=full["refresh_token"]
    )
    assert again["access_token"] != full["access_token"]
    with pytest.raises(AliPayException, match=r"aop\.invalid-auth-token"):
        await program.call(sdk.server_api, share, auth_token="x")


async def test_addresses_that_lead_elsewhere_lead_nowhere(world: World, program: Program) -> None:
    await world.person("lin")
    async with open_client(world) as stranger:
        sent = await stranger.get(ask_for(program, "auth_base"), headers={"accept": "text/html"})
        assert sent.headers["location"].startswith("/sign-in")
    async with open_client(world, token=world.tokens["lin"]) as client:
        for address in (
            ask_for(program, "auth_base", redirect_uri="https://evil.example/"),
            ask_for(program, "auth_base", redirect_uri="javascript:alert(1)"),
            ask_for(program, "auth_zhima"),
            ask_for(program, "auth_base", app_id="1"),
            ask_for(program, "auth_base", app_id="x"),
        ):
            answer = await client.get(address)
            assert answer.status_code in {400, 404, 422}, address
            assert "location" not in answer.headers


async def test_a_provider_acts_for_a_merchant(world: World, program: Program) -> None:
    theirs = await add_app(world, await world.merchant("服务商", owner="hao"))
    program.app = theirs
    query = {"app_id": str(int(theirs.app_id)), "redirect_uri": BACK}
    async with open_client(world, token=world.tokens["mei"]) as client:
        shown = await client.get(f"/oauth2/appToAppAuth.htm?{urlencode(query)}")
        assert str(int(world.merchant_id)) in shown.text
        led = await client.post(
            "/oauth2/appToAppAuth.htm",
            data={**query, "merchant_id": str(int(world.merchant_id))},
            headers=SAME,
        )
        assert "app_auth_code=" in led.text
    command = GiveMandate(merchant_id=world.merchant_id, app_id=theirs.app_id, redirect=BACK)
    given = await world.office.run(give_mandate, command, world.owner)
    isv = program.provider(app_auth_code=given.code)
    given_tokens = await program.done(isv.api_alipay_open_auth_token_app)
    isv = program.provider(app_auth_token=given_tokens["app_auth_token"])
    shown_token = await program.done(isv.api_alipay_open_auth_token_app_query)
    assert shown_token["status"] == "valid"
    assert shown_token["user_id"].startswith("2088")
    wrong = program.provider(app_auth_token="x")
    with pytest.raises(AliPayException, match=r"aop\.invalid-app-auth-token"):
        await program.call(wrong.server_api, "alipay.user.info.share", {}, auth_token="x")
    renewed = await program.done(
        isv.api_alipay_open_auth_token_app, given_tokens["app_refresh_token"]
    )
    assert renewed["app_auth_token"] != given_tokens["app_auth_token"]
    isv = program.provider(app_auth_token=renewed["app_auth_token"])
    listing = ListMandates(merchant_id=world.merchant_id)
    mandates = await world.office.run(list_mandates, listing, world.owner)
    assert [one.app_id for one in mandates.items] == [theirs.app_id]
    ending = EndMandate(merchant_id=world.merchant_id, app_id=theirs.app_id)
    await world.office.run(end_mandate, ending, world.owner)
    told = await program.call(isv.api_alipay_open_auth_token_app_query)
    assert told["sub_code"] == "aop.invalid-app-auth-token"


async def test_certificates_are_checked_and_given_out(program: Program) -> None:
    sdk: DCAliPay = program.certified()
    told = await program.call(sdk.server_api, "alipay.open.auth.token.app.query", {})
    assert told["sub_code"] == "aop.invalid-app-auth-token"
    number = sdk.get_cert_sn(program.app.certificate)
    answer = await program.open(sdk.api_alipay_open_app_alipaycert_download(number))
    assert answer["alipay_cert_sn"] == number
    content = answer["alipay_open_app_alipaycert_download_response"]
    assert base64.b64decode(content["alipay_cert_content"]).decode() == program.app.certificate
    wrong = await program.open(sdk.api_alipay_open_app_alipaycert_download("0"))
    assert "isv.invalid-parameter" in str(wrong)
