"""A merchant's account at a provider: its keys are kept well, and as long as they are needed."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.pay.gateways import (
    AttemptState,
    Gateway,
    GatewayKind,
    GatewayState,
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
from tests.kit.wechatpay import a_pair
from tests.kit.world import World

_pair = a_pair()
_locked = BestAvailableEncryption(b"secret")


async def test_keys_lie_sealed_and_are_not_shown_again(world: World) -> None:
    await world.merchant()
    one = await open_gateway(world)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select g::text as row from gateways.gateways as g")
    for secret in (_pair.private_key_pem[40:80], _pair.private_key_pem[40:80].encode().hex()):
        assert all(secret not in row["row"] and "kkkk" not in row["row"] for row in rows)
        assert secret not in repr(one)
    found = await world.office.run(
        list_gateways, ListGateways(merchant_id=world.merchant_id), world.owner
    )
    assert [(had.account, had.is_on) for had in found.items] == [(MCHID, True)]


async def test_half_a_public_key_is_refused(world: World) -> None:
    await world.merchant()
    with pytest.raises(Refusal, match=r"gateways\.key_half_given"):
        await _set(world, public_key_id="PUB_KEY_ID_1")


async def test_what_is_no_key_or_another_one_is_said_to_be(world: World) -> None:
    await world.merchant()
    own, theirs = _pair.private_key_pem, a_pair(1)
    full = {"public_key": theirs.public_key_pem, "public_key_id": "PUB_KEY_ID_1"}
    certificate = "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----"
    for typed, code, field in (
        ({"private_key": own[:-90]}, "key_unreadable", "private_key"),
        ({"private_key": ""}, "key_unreadable", "private_key"),
        ({"private_key": certificate}, "key_is_certificate", "private_key"),
        ({"private_key": theirs.public_key_pem}, "key_is_public", "private_key"),
        ({"private_key": _render(_locked)}, "key_is_locked", "private_key"),
        ({"private_key": _render()}, "key_not_rsa", "private_key"),
        ({"public_key": "MIIB"}, "key_unreadable", "public_key"),
        ({"public_key": theirs.private_key_pem}, "key_is_private", "public_key"),
        ({"public_key": _pair.public_key_pem}, "key_is_own", "public_key"),
    ):
        with pytest.raises(Invalid) as told:
            await _set(world, **full | typed)
        assert (told.value.code, told.value.fields) == (f"gateways.{code}", {"field": field})
    bare = "".join(own.splitlines()[1:-1])
    assert (await _set(world, **full, private_key=bare)).state is GatewayState.CHECKING


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


async def _set(world: World, **typed: str) -> Gateway:
    fields = {
        "mchid": MCHID,
        "appid": APPID,
        "serial_no": "5A",
        "private_key": _pair.private_key_pem,
        "apiv3_key": "k" * 32,
    }
    command = SetWeChatPay(merchant_id=world.merchant_id, **fields | typed)
    return await world.office.run(set_wechatpay, command, world.owner)


def _render(lock: KeySerializationEncryption | None = None) -> str:
    """A key that is none of RSA, under a password or not."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption()).decode()
