"""Orders paid through WeChat Pay by its SDK, against the door that speaks its protocol."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import OrderState
from banyan.doors.sandbox.faults import FaultKind
from banyan.outside.gateways.wechatpay import WeChatPayProvider
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import (
    Asked,
    AskedRefund,
    AttemptState,
    Created,
    GatewayKind,
    GatewayState,
    KeyTrouble,
    LearnedRefund,
    NoteTold,
    RefundOutcome,
    RefundState,
    Refused,
    StatementKind,
    Unreachable,
    Way,
    WeChatPayKeys,
    note_told,
)
from banyan.pay.payees import KeyMode
from banyan.pay.settle import CHINA
from tests.kit.china import to_hour
from tests.kit.gateways import money_at
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.pages import open_browser
from tests.kit.sales import pay, receipt, refund
from tests.kit.wechatpay import a_pair
from tests.kit.world import World


@pytest_asyncio.fixture
async def outside(world: World) -> AsyncIterator[Outside]:
    """A shop whose buyers may pay through WeChat Pay."""
    async with open_outside(world) as opened:
        yield opened


@pytest.mark.parametrize("mode", [KeyMode.PUBLIC_KEY, KeyMode.CERTIFICATE], ids=str)
async def test_an_order_is_paid_and_given_back_through_wechat_pay(
    world: World, mode: KeyMode
) -> None:
    async with open_outside(world, mode) as outside:
        order = await outside.order(2)
        attempt = await outside.set_out(order)
        assert attempt.state is AttemptState.OPEN
        assert attempt.link.startswith("weixin://wxpay/bizpayurl?pr=")
        charge = await outside.pay_there(attempt)
        assert (await receipt(world, "lin", order)).order.state is OrderState.UNPAID
        assert await outside.tell() == 1
        seen = await receipt(world, "lin", order)
        assert seen.payment is not None
        assert (seen.order.state, seen.payment.method) == (OrderState.PAID, PaymentMethod.WECHATPAY)
        paid = await outside.read(attempt)
        assert (paid.state, paid.learned_from) == (AttemptState.PAID, "notice")
        assert paid.paid_at is not None
        assert abs(paid.paid_at - charge.paid_at) < timedelta(seconds=2)
        await refund(world, order, {1: 1})
        half = order.total_fen // 2
        assert await money_at(world) == (order.total_fen, half, half)
        await outside.ask()
        (back,) = await outside.refunds()
        assert (back.state, back.amount_fen) == (RefundState.DONE, half)
        await outside.settle()
        assert await money_at(world) == (half, half, 0)
        if mode is KeyMode.CERTIFICATE:
            # The certificates are hidden by the APIv3 key, as notices are.
            hidden = await outside.give_keys(mode, apiv3_key="x" * 32)
            assert (hidden.state, hidden.why) == (GatewayState.REFUSED, KeyTrouble.APIV3_KEY)


async def test_without_any_notice_the_poller_learns_of_it(world: World, outside: Outside) -> None:
    outside.spoil_notice(FaultKind.DROP, 100)
    order = await outside.order()
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    await outside.tell()
    assert (await receipt(world, "lin", order)).order.state is OrderState.UNPAID
    assert await outside.ask() == 0
    await outside.later(6)
    assert await outside.ask() == 1
    assert (await outside.read(attempt)).learned_from == "asked"
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    await outside.later(3_600)
    assert await outside.ask() == 0


async def test_keys_that_do_not_work_take_no_payments(outside: Outside) -> None:
    assert (await outside.gateway()).state is GatewayState.WORKING
    other = await outside.give_keys(apiv3_key="x" * 32, serial_no="ABCDEF")
    assert (other.state, other.is_on) == (GatewayState.REFUSED, False)
    assert other.why.startswith("SIGN_ERROR")
    stranger = await outside.give_keys(public_key=a_pair(3).public_key_pem)
    assert (stranger.state, stranger.why) == (GatewayState.REFUSED, KeyTrouble.PUBLIC_KEY)
    again = await outside.give_keys()
    assert (again.state, again.is_on, again.why) == (GatewayState.WORKING, True, "")
    assert again.gateway_id == other.gateway_id


async def test_notices_that_the_key_does_not_open_are_shown_until_it_does(
    world: World, outside: Outside
) -> None:
    assert (await outside.give_keys(apiv3_key="x" * 32)).is_on
    order = await outside.order()
    await outside.pay_there(await outside.set_out(order))
    await outside.tell()
    seen = await outside.gateway()
    assert seen.unread_since is not None
    assert seen.unread_since == seen.unread_at
    async with open_browser(world, "mei") as browser:
        await browser.open("/console/gateways")
        assert "无法解密微信支付的通知：APIv3密钥不一致" in browser.words
        await browser.open("/console/today")
        assert "无法解密微信支付的通知，请检查APIv3密钥" in browser.words
    await outside.later(6)
    await outside.ask()
    assert (await receipt(world, "lin", order)).order.state is OrderState.PAID
    await outside.give_keys()
    assert (await outside.gateway()).unread_since is None
    own = {"merchant_id": int(seen.merchant_id), "gateway_id": int(seen.gateway_id)}
    await world.office.run(note_told, NoteTold(**own, is_read=False), SYSTEM)
    await outside.pay_there(await outside.set_out(await outside.order()))
    await outside.tell()
    assert (await outside.gateway()).unread_since is None


async def test_the_way_by_the_browser_leads_there_and_back(outside: Outside) -> None:
    attempt = await outside.set_out(await outside.order(), Way.WEB)
    assert attempt.state is AttemptState.OPEN, attempt.why
    assert attempt.link.startswith(outside.market.town.url)
    assert "redirect_url=http" in attempt.link
    assert "%2Foutside" in attempt.link


async def test_what_is_paid_by_wallet_is_closed_there(world: World, outside: Outside) -> None:
    order = await outside.order()
    attempt = await outside.set_out(order)
    await pay(world, "lin", order)
    await world.settle()
    assert (await outside.read(attempt)).is_unwanted
    await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.CLOSED
    with pytest.raises(Exception, match="closed"):
        await outside.pay_there(attempt)
    await outside.settle()
    assert await outside.ask() == 0


async def test_an_order_that_nobody_pays_is_closed_there_in_time(
    world: World, outside: Outside
) -> None:
    order = await outside.order()
    attempt = await outside.set_out(order)
    for _ in range(10):
        await outside.later(100)
        await outside.ask()
    assert (await outside.read(attempt)).state is AttemptState.CLOSED
    assert (await receipt(world, "lin", order)).order.state is OrderState.EXPIRED
    await outside.later(3_600)
    await outside.ask()
    assert await outside.ask() == 0


async def test_a_days_statement_tells_what_was_paid_and_given_back(
    world: World, outside: Outside
) -> None:
    await to_hour(world, 9)
    order = await outside.order(2)
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    await outside.tell()
    await refund(world, order, {1: 1})
    await outside.ask()
    (back,) = await outside.refunds()
    day = world.now.astimezone(CHINA).date()
    provider = outside.providers[GatewayKind.WECHATPAY]
    keys = read_keys(outside)
    with pytest.raises(Unreachable):
        await asyncio.to_thread(provider.fetch_statement, keys, day)
    await world.advance(timedelta(days=1, hours=2))
    lines = await asyncio.to_thread(provider.fetch_statement, keys, day)
    assert lines is not None
    paid, back_line = lines
    assert (paid.kind, paid.out_no, paid.amount_fen) == (
        StatementKind.PAYMENT,
        attempt.out_no,
        order.total_fen,
    )
    assert (back_line.kind, back_line.out_refund_no, back_line.amount_fen) == (
        StatementKind.REFUND,
        back.out_refund_no,
        back.amount_fen,
    )
    assert await asyncio.to_thread(provider.fetch_statement, keys, day - timedelta(days=1)) == []


async def test_wechats_own_browser_is_asked_with_signed_words(
    world: World, outside: Outside
) -> None:
    provider, keys = outside.providers[GatewayKind.WECHATPAY], read_keys(outside)
    asked = Asked(
        out_no="JSAPI0000001",
        way=Way.JSAPI,
        currency="CNY",
        amount_fen=300,
        description="Tea",
        notify_url="http://127.0.0.1:9/notify",
        return_url="",
        expires_at=world.now + timedelta(minutes=10),
        openid=await outside.market.openid("lin"),
    )
    made = await asyncio.to_thread(provider.create, keys, asked)
    assert isinstance(made, Created)
    told = made.params
    assert (told["appId"], told["signType"]) == (keys.appid, "RSA")
    text = "".join(f"{told[name]}\n" for name in ("appId", "timeStamp", "nonceStr", "package"))
    private = load_pem_private_key(keys.private_key.reveal().encode(), None)
    assert isinstance(private, RSAPrivateKey)
    signature = b64decode(told["paySign"])
    private.public_key().verify(signature, text.encode(), PKCS1v15(), SHA256())
    asked = msgspec.structs.replace(asked, openid="o" + "x" * 27)
    with pytest.raises(Refused):
        await asyncio.to_thread(
            provider.create, keys, msgspec.structs.replace(asked, out_no="JSAPI0000002")
        )


async def test_what_a_provider_is_asked_twice_it_does_once(world: World, outside: Outside) -> None:
    provider, keys = outside.providers[GatewayKind.WECHATPAY], read_keys(outside)
    attempt = await outside.set_out(await outside.order(2))

    def ask(number: str, fen: int) -> LearnedRefund:
        return provider.refund(
            keys,
            AskedRefund(
                out_no=attempt.out_no,
                out_refund_no=number,
                provider_no="",
                currency="CNY",
                amount_fen=fen,
                total_fen=attempt.amount_fen,
                reason="",
                notify_url="http://127.0.0.1:9/notify",
            ),
        )

    assert (await asyncio.to_thread(provider.query, keys, attempt.out_no)).outcome == "unpaid"
    assert (await asyncio.to_thread(provider.query, keys, "NOBODYKNOWS")).outcome == (
        "unknown_number"
    )
    assert (await asyncio.to_thread(ask, "R1", 100)).outcome is RefundOutcome.REFUSED
    await outside.pay_there(attempt)
    for _ in range(2):
        assert (await asyncio.to_thread(ask, "R1", 100)).outcome is RefundOutcome.DONE
    # Whatever speaks against a later try, the first was taken.
    assert (await asyncio.to_thread(ask, "R1", 50)).outcome is RefundOutcome.DONE
    assert (await asyncio.to_thread(ask, "R2", attempt.amount_fen)).outcome is RefundOutcome.REFUSED
    found = await asyncio.to_thread(provider.query_refund, keys, attempt.out_no, "R3")
    assert found.outcome is RefundOutcome.UNKNOWN_NUMBER
    assert (await asyncio.to_thread(provider.close, keys, attempt.out_no)).outcome == "paid"
    await outside.tell()
    await world.settle()
    down = WeChatPayProvider("http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await asyncio.to_thread(down.query, keys, attempt.out_no)
    # The refund by hand was not ours: the books know of the payment only.
    assert (await outside.read(attempt)).state is AttemptState.PAID


def read_keys(outside: Outside) -> WeChatPayKeys:
    """The merchant's keys, as the room hands them out."""
    given = outside.keys()
    return WeChatPayKeys(
        mchid=given.mchid,
        appid=given.appid,
        serial_no=given.serial_no,
        private_key=Secret(given.private_key),
        apiv3_key=Secret(given.apiv3_key),
        public_key=given.public_key,
        public_key_id=given.public_key_id,
    )
