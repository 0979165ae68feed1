"""A merchant's account at a provider: its keys are kept well, and as long as they are needed."""

from __future__ import annotations

import msgspec
import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.pay.gateways import (
    AttemptState,
    GatewayKind,
    LearnPayment,
    ListGateways,
    RefundOutcome,
    RemoveGateway,
    SetWeChatPay,
    Source,
    TakeGatewayErrands,
    WeChatPayKeys,
    learn_payment,
    list_gateways,
    remove_gateway,
    set_wechatpay,
    take_gateway_errands,
)
from banyan.pay.gateways.rules import LEASE
from tests.kit.gateways import (
    APPID,
    MCHID,
    hear,
    hear_refund,
    open_gateway,
    paid,
    refunds,
    set_out,
    switch,
)
from tests.kit.sales import open_busy_shop, place, refund
from tests.kit.world import World


async def test_keys_lie_sealed_and_are_not_shown_again(world: World) -> None:
    await world.merchant()
    one = await open_gateway(world)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select g::text as row from gateways.gateways as g")
    assert all("a key" not in row["row"] and "kkkk" not in row["row"] for row in rows)
    assert "a key" not in repr(one)
    found = await world.office.run(
        list_gateways, ListGateways(merchant_id=world.merchant_id), world.owner
    )
    assert [(had.account, had.is_on) for had in found.items] == [(MCHID, True)]


async def test_half_a_public_key_is_refused(world: World) -> None:
    await world.merchant()
    command = SetWeChatPay(
        merchant_id=world.merchant_id,
        mchid=MCHID,
        appid=APPID,
        serial_no="5A",
        private_key="a key",
        apiv3_key="k" * 32,
        public_key_id="PUB_KEY_ID_1",
    )
    with pytest.raises(Refusal, match=r"gateways\.key_half_given"):
        await world.office.run(set_wechatpay, command, world.owner)


async def test_what_was_paid_through_an_account_before_goes_back_through_it(world: World) -> None:
    shop = await open_busy_shop(world)
    before = await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    await hear(world, attempt, paid(attempt))
    after = await open_gateway(world, mchid="1900000002")
    assert after.gateway_id != before.gateway_id
    assert after.notify_path != before.notify_path
    await refund(world, order)
    now = world.now
    taking = TakeGatewayErrands(at=now, until=now + LEASE, limit=10)
    (errand,) = (await world.office.run(take_gateway_errands, taking, SYSTEM)).refunds
    assert isinstance(errand.keys, WeChatPayKeys)
    assert errand.keys.mchid == MCHID


async def test_an_account_before_tells_nothing_of_what_others_were_asked_for(world: World) -> None:
    shop = await open_busy_shop(world)
    before = await open_gateway(world)
    after = await open_gateway(world, mchid="1900000002")
    attempt = await set_out(world, "lin", await place(world, "lin", shop, {shop.oolong: 1}))
    told = LearnPayment(
        merchant_id=world.merchant_id,
        out_no=attempt.out_no,
        learned=paid(attempt),
        source=Source.NOTICE,
        gateway_id=int(before.gateway_id),
    )
    with pytest.raises(NotFound, match=r"gateways\.not_found"):
        await world.office.run(learn_payment, told, SYSTEM)
    told = msgspec.structs.replace(told, gateway_id=int(after.gateway_id))
    assert (await world.office.run(learn_payment, told, SYSTEM)).state is AttemptState.PAID


async def test_keys_are_removed_only_when_nobody_needs_them(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    command = RemoveGateway(merchant_id=world.merchant_id, kind=GatewayKind.WECHATPAY)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    with pytest.raises(Refusal, match=r"gateways\.still_needed"):
        await world.office.run(remove_gateway, command, world.owner)
    await switch(world, is_on=False)
    with pytest.raises(Refusal, match=r"gateways\.still_needed"):
        await world.office.run(remove_gateway, command, world.owner)
    await hear(world, attempt, paid(attempt))
    await refund(world, order)
    with pytest.raises(Refusal, match=r"gateways\.still_needed"):
        await world.office.run(remove_gateway, command, world.owner)
    (back,) = await refunds(world)
    await hear_refund(world, back, RefundOutcome.DONE)
    await world.office.run(remove_gateway, command, world.owner)
    with pytest.raises(NotFound, match=r"gateways\.not_set"):
        await world.office.run(remove_gateway, command, world.owner)
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select max(length(keys_sealed)) from gateways.gateways") == 0
    again = await open_gateway(world)
    assert again.is_on
