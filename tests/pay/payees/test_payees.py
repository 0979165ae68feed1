"""Merchants get numbers and keys; certificates, bonds and our own pairs are what they must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from banyan.base.clock import Clock
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.parties.staff import Role
from banyan.pay.payees import (
    AddCertificate,
    AddPlatformKey,
    BindPayee,
    ChangePayee,
    KeyMode,
    OpenPayee,
    PlatformKey,
    PlatformKind,
    ReadPayee,
    ReadPayeeKeys,
    RevokeCertificate,
    Scope,
    SetTerms,
    UnbindPayee,
    access_bound,
    add_certificate,
    add_platform_key,
    bind_payee,
    change_payee,
    check_bound,
    find_terms,
    open_payee,
    read_payee,
    read_payee_keys,
    revoke_certificate,
    set_terms,
    unbind_payee,
)
from banyan.wire.wechatpay import Pair, make_pair
from tests.kit.world import World


@pytest.fixture(scope="module")
def pair() -> Pair:
    return make_pair("1600000000", "榕树茶馆", Clock().now())


async def test_opening_gives_one_number_for_good(world: World) -> None:
    merchant_id = await world.merchant()
    first = await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    again = await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    assert first == again
    assert len(first.mchid) == 10
    assert first.mchid.isdigit()
    assert (first.mode, first.rate_bp) == (KeyMode.PUBLIC_KEY, 60)
    assert not first.has_apiv3_key
    terms = await _terms(world, merchant_id)
    assert terms == {int(merchant_id): 60}


async def test_keys_come_back_only_to_doors(world: World, pair: Pair) -> None:
    merchant_id = await world.merchant()
    payee = await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    change = ChangePayee(
        merchant_id=merchant_id, apiv3_key="a" * 32, apiv2_key="b" * 32, mode=KeyMode.CERTIFICATE
    )
    changed = await world.office.run(change_payee, change, world.owner)
    assert changed.has_apiv3_key
    assert changed.has_apiv2_key
    add = AddCertificate(merchant_id=merchant_id, certificate_pem=pair.certificate_pem)
    certificate = await world.office.run(add_certificate, add, world.owner)
    assert certificate.serial_no == pair.serial_no
    assert certificate.public_key_pem == pair.public_key_pem
    with pytest.raises(Refusal, match="certificate_known"):
        await world.office.run(add_certificate, add, world.owner)

    query = ReadPayeeKeys(mchid=payee.mchid)
    known = await world.office.run(read_payee_keys, query, SYSTEM)
    assert known.payee.mode is KeyMode.CERTIFICATE
    assert known.keys.apiv3_key is not None
    assert known.keys.apiv3_key.reveal() == "a" * 32
    assert [one.serial_no for one in known.certificates] == [pair.serial_no]
    with pytest.raises(NotFound):
        await world.office.run(read_payee_keys, query, world.owner)

    revoke = RevokeCertificate(merchant_id=merchant_id, serial_no=pair.serial_no)
    revoked = await world.office.run(revoke_certificate, revoke, world.owner)
    assert revoked.revoked_at is not None
    assert not (await world.office.run(read_payee_keys, query, SYSTEM)).certificates
    shown = await world.office.run(read_payee, ReadPayee(merchant_id=merchant_id), world.owner)
    assert [one.revoked_at for one in shown.certificates] == [revoked.revoked_at]


@pytest.mark.parametrize("pem", ["x" * 100, "-----BEGIN CERTIFICATE-----\n" + "A" * 100])
async def test_what_is_no_certificate_is_refused(world: World, pem: str) -> None:
    merchant_id = await world.merchant()
    await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    add = AddCertificate(merchant_id=merchant_id, certificate_pem=pem)
    with pytest.raises(Invalid, match="certificate_malformed"):
        await world.office.run(add_certificate, add, world.owner)


async def test_cashiers_see_and_change_no_keys(world: World) -> None:
    merchant_id = await world.merchant()
    await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    await world.staff("hao", Role.CASHIER)
    change = ChangePayee(merchant_id=merchant_id, apiv3_key="c" * 32)
    with pytest.raises(Refusal, match="forbidden"):
        await world.office.run(change_payee, change, world.as_person("hao"))
    with pytest.raises(NotFound):
        await world.office.run(set_terms, SetTerms(merchant_id=merchant_id, rate_bp=0), world.owner)
    await world.office.run(set_terms, SetTerms(merchant_id=merchant_id, rate_bp=38), SYSTEM)
    assert await _terms(world, merchant_id) == {int(merchant_id): 38}


async def test_providers_act_only_for_those_who_want_it(world: World) -> None:
    merchant_id = await world.merchant()
    provider_id = await world.merchant("服务商", owner="hao")
    payee = await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), SYSTEM)
    provider = await world.office.run(open_payee, OpenPayee(merchant_id=provider_id), SYSTEM)
    async with world.office.begin() as work:
        with pytest.raises(Refusal, match="not_bound"):
            await access_bound(work.db, provider_id, payee.mchid, *Scope)
    bind = BindPayee(merchant_id=merchant_id, provider_mchid=provider.mchid)
    await world.office.run(bind_payee, bind, world.owner)
    await world.office.run(bind_payee, bind, world.owner)
    async with world.office.begin() as work:
        assert await access_bound(work.db, provider_id, payee.mchid, *Scope) == payee
        with pytest.raises(NotFound):
            await access_bound(work.db, provider_id, "1600000000", *Scope)
        with pytest.raises(Refusal, match="not_bound"):
            await access_bound(work.db, provider_id, payee.mchid, Scope.SHARE)
    wider = BindPayee(
        merchant_id=merchant_id, provider_mchid=provider.mchid, scopes=[Scope.SHARE, Scope.PAY]
    )
    await world.office.run(bind_payee, wider, world.owner)
    for one in (merchant_id, provider_id):
        shown = await world.office.run(read_payee, ReadPayee(merchant_id=one), SYSTEM)
        assert [(bond.mchid, bond.scopes) for bond in shown.bonds] == [
            (payee.mchid, [Scope.PAY, Scope.SHARE])
        ]
    async with world.office.begin() as work:
        await check_bound(work.db, provider_id, [merchant_id], Scope.SHARE)
        with pytest.raises(Refusal, match="not_bound"):
            await check_bound(work.db, provider_id, [merchant_id], Scope.BILLS)
    unbind = UnbindPayee(merchant_id=merchant_id, provider_mchid=provider.mchid)
    await world.office.run(unbind_payee, unbind, world.owner)
    async with world.office.begin() as work:
        with pytest.raises(Refusal, match="not_bound"):
            await access_bound(work.db, provider_id, payee.mchid, *Scope)
    own = BindPayee(merchant_id=merchant_id, provider_mchid=payee.mchid)
    with pytest.raises(Refusal, match="itself"):
        await world.office.run(bind_payee, own, world.owner)


async def test_of_two_processes_one_makes_our_pair(world: World, pair: Pair) -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    key = PlatformKey(
        kind=PlatformKind.CERTIFICATE,
        serial=pair.serial_no,
        private_key_pem=Secret(pair.private_key_pem),
        public_key_pem=pair.public_key_pem,
        certificate_pem=pair.certificate_pem,
        effective_at=at,
        expires_at=at + timedelta(days=100),
    )
    late = msgspec.structs.replace(key, serial="AB")
    first = await world.office.run(add_platform_key, AddPlatformKey(at=at, key=key), SYSTEM)
    second = await world.office.run(add_platform_key, AddPlatformKey(at=at, key=late), SYSTEM)
    assert [one.serial for one in first.items] == [one.serial for one in second.items]
    assert second.items[0].private_key_pem.reveal() == pair.private_key_pem

    soon = at + timedelta(days=91)
    next_key = msgspec.structs.replace(late, expires_at=at + timedelta(days=2_000))
    rotated = await world.office.run(
        add_platform_key, AddPlatformKey(at=soon, key=next_key), SYSTEM
    )
    assert [one.serial for one in rotated.items] == ["AB", pair.serial_no]


async def _terms(world: World, merchant_id: int) -> dict[int, int]:
    async with world.office.begin() as work:
        found = await find_terms(work.db, [merchant_id])
    return {one: terms.rate_bp for one, terms in found.items()}
