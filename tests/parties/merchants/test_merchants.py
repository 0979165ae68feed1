"""Merchants: opened by their owner, verified by the operator."""

import asyncio

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import (
    ChangeMerchant,
    ListMyMerchants,
    ListSubmitted,
    Merchant,
    MerchantId,
    MerchantState,
    OpenMerchant,
    ReadMerchant,
    RejectMerchant,
    SubmitVerification,
    VerifyMerchant,
    access_merchant,
    change_merchant,
    find_merchants,
    list_my_merchants,
    list_submitted,
    open_merchant,
    read_merchant,
    reject_merchant,
    submit_verification,
    verify_merchant,
)
from banyan.parties.staff import Role
from tests.kit.world import World


async def submit(world: World, number: str = "91350200MA2XYZ1234") -> Merchant:
    """Hand in licence and legal name."""
    command = SubmitVerification(
        merchant_id=world.merchant_id, licence_number=number, legal_name="厦门榕树茶业有限公司"
    )
    return await world.office.run(submit_verification, command, world.owner)


async def test_opening_makes_an_unverified_merchant_and_an_owner(world: World) -> None:
    mei = await world.person("mei")
    mark = await world.mark()
    merchant = await world.office.run(open_merchant, OpenMerchant(name="榕树茶馆"), mei)
    assert merchant.state is MerchantState.UNVERIFIED
    assert (merchant.currency, merchant.time_zone) == ("CNY", "Asia/Shanghai")
    assert await world.events(mark) == ["merchants.opened", "staff.joined"]
    mei = await world.meet("mei")
    query = ReadMerchant(merchant_id=merchant.merchant_id)
    assert await world.office.run(read_merchant, query, mei) == merchant


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (OpenMerchant(name="x", currency="ZZZ"), "money.unknown_currency"),
        (OpenMerchant(name="x", time_zone="Mars/Olympus"), "merchants.unknown_time_zone"),
        (OpenMerchant(name="x", time_zone="Asia"), "merchants.unknown_time_zone"),
    ],
)
async def test_currency_and_clock_must_exist(
    world: World, command: OpenMerchant, code: str
) -> None:
    mei = await world.person("mei")
    mark = await world.mark()
    with pytest.raises(Invalid) as invalid:
        await world.office.run(open_merchant, command, mei)
    assert invalid.value.code == code
    assert await world.events(mark) == []


async def test_a_merchant_is_verified(world: World) -> None:
    await world.merchant()
    mark = await world.mark()
    assert (await submit(world)).state is MerchantState.SUBMITTED
    waiting = await world.office.run(list_submitted, ListSubmitted(), SYSTEM)
    assert [one.merchant_id for one in waiting.items] == [world.merchant_id]
    command = VerifyMerchant(merchant_id=world.merchant_id)
    verified = await world.office.run(verify_merchant, command, SYSTEM)
    assert verified.state is MerchantState.VERIFIED
    assert verified.decided_at is not None
    assert (await world.office.run(list_submitted, ListSubmitted(), SYSTEM)).items == []
    async with world.building.pool.acquire() as db:
        assert (await access_merchant(db, world.merchant_id)).is_verified
    assert await world.events(mark) == ["merchants.submitted", "merchants.verified"]
    with pytest.raises(Refusal, match=r"merchants\.not_from_here"):
        await submit(world)


async def test_whoever_is_rejected_reads_why_and_tries_again(world: World) -> None:
    await world.merchant()
    await submit(world)
    command = RejectMerchant(merchant_id=world.merchant_id, note="执照号码与名称不符")
    await world.office.run(reject_merchant, command, SYSTEM)
    query = ReadMerchant(merchant_id=world.merchant_id)
    rejected = await world.office.run(read_merchant, query, world.owner)
    assert (rejected.state, rejected.decision_note) == (
        MerchantState.REJECTED,
        "执照号码与名称不符",
    )
    again = await submit(world, "91350200MA2XYZ9999")
    assert (again.state, again.decision_note, again.decided_at) == (
        MerchantState.SUBMITTED,
        "",
        None,
    )


async def test_nobody_verifies_what_was_not_submitted(world: World) -> None:
    await world.merchant()
    verify = VerifyMerchant(merchant_id=world.merchant_id)
    reject = RejectMerchant(merchant_id=world.merchant_id, note="no")
    for step in (
        world.office.run(verify_merchant, verify, SYSTEM),
        world.office.run(reject_merchant, reject, SYSTEM),
    ):
        with pytest.raises(Refusal) as refused:
            await step
        assert refused.value.fields["state"] == "unverified"


async def test_rival_operators_decide_once(world: World) -> None:
    await world.merchant()
    await submit(world)
    command = VerifyMerchant(merchant_id=world.merchant_id)
    outcomes = await asyncio.gather(
        *(world.office.run(verify_merchant, command, SYSTEM) for _ in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Merchant) for one in outcomes) == 1
    assert sum(isinstance(one, Failure) for one in outcomes) == 7


async def test_a_merchant_cannot_verify_itself(world: World) -> None:
    await world.merchant()
    await submit(world)
    with pytest.raises(NotFound):
        await world.office.run(
            verify_merchant, VerifyMerchant(merchant_id=world.merchant_id), world.owner
        )


async def test_a_change_is_noted_before_and_after(world: World) -> None:
    await world.merchant()
    mark = await world.mark()
    command = ChangeMerchant(merchant_id=world.merchant_id, name="榕树茶室")
    changed = await world.office.run(change_merchant, command, world.owner)
    await world.office.run(change_merchant, command, world.owner)
    assert changed.time_zone == "Asia/Shanghai"
    assert await world.events(mark) == ["merchants.changed"]
    query = ListAudit(merchant_id=world.merchant_id, subject="merchants.merchant")
    last, first = (await world.office.run(list_audit, query, world.owner)).items
    assert last.before is not None
    assert last.after is not None
    assert (last.before["name"], last.after["name"]) == ("榕树茶馆", "榕树茶室")
    assert (first.before, first.after) == (None, last.before)


async def test_one_lists_the_merchants_one_acts_for(world: World) -> None:
    tea = await world.merchant()
    silk = await world.merchant("丝绸", owner="lin")
    await world.merchant("别人家", owner="chen")
    mei = await world.staff("mei", Role.READER, merchant_id=silk)
    page = await world.office.run(list_my_merchants, ListMyMerchants(), mei)
    assert [(one.merchant.merchant_id, one.role) for one in page.items] == [
        (tea, Role.OWNER),
        (silk, Role.READER),
    ]


async def test_merchants_that_do_not_exist_are_not_found(world: World) -> None:
    nowhere = MerchantId(Id(12345))
    async with world.building.pool.acquire() as db:
        assert await find_merchants(db, [nowhere]) == {}
        with pytest.raises(NotFound, match=r"merchants\.not_found"):
            await access_merchant(db, nowhere)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(verify_merchant, VerifyMerchant(merchant_id=nowhere), SYSTEM)
