"""Who acts for a merchant: invited by phone, limited to what the inviter has, never ownerless."""

import asyncio
import sys

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import NOBODY, SYSTEM, Actor
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import ListMyMerchants, list_my_merchants
from banyan.parties.sessions import RequestCode, SignIn, request_code, sign_in
from banyan.parties.staff import (
    ROLE_PERMISSIONS,
    ChangeStaff,
    InviteStaff,
    LeaveMerchant,
    ListStaff,
    RemoveStaff,
    Role,
    StaffId,
    StaffMember,
    change_staff,
    invite_staff,
    leave_merchant,
    list_staff,
    remove_staff,
)
from tests.kit.parties import PHONES, read_actor
from tests.kit.world import World


async def invite(
    world: World, name: str, role: Role, actor: Actor, stores: list[int] | None = None
) -> StaffMember:
    """Invite somebody by phone."""
    command = InviteStaff(
        merchant_id=world.merchant_id,
        phone=PHONES[name],
        role=role,
        store_ids=None if stores is None else [Id(one) for one in stores],
    )
    return await world.office.run(invite_staff, command, actor)


async def staff_of(world: World) -> dict[str, StaffMember]:
    """The merchant's staff by nickname."""
    page = await world.office.run(list_staff, ListStaff(merchant_id=world.merchant_id), SYSTEM)
    return {one.nickname: one for one in page.items}


async def change(world: World, who: str, role: Role, actor: Actor) -> StaffMember:
    """Give a member another role in all stores."""
    member = (await staff_of(world))[who]
    command = ChangeStaff(merchant_id=world.merchant_id, staff_id=member.staff_id, role=role)
    return await world.office.run(change_staff, command, actor)


async def remove(world: World, who: str, actor: Actor) -> None:
    """End that a member acts for the merchant."""
    member = (await staff_of(world))[who]
    command = RemoveStaff(merchant_id=world.merchant_id, staff_id=member.staff_id)
    await world.office.run(remove_staff, command, actor)


async def test_whoever_opens_a_merchant_owns_it(world: World) -> None:
    await world.merchant()
    member = (await staff_of(world))["Mei"]
    assert (member.role, member.store_ids, member.has_joined) == (Role.OWNER, None, True)
    assert member.masked_phone == "+86138****0004"


async def test_an_invitation_waits_for_a_phone_that_nobody_has_yet(world: World) -> None:
    await world.merchant()
    member = await invite(world, "hao", Role.CASHIER, world.owner, stores=[5, 3, 5])
    assert not member.has_joined
    assert member.store_ids == [3, 5]

    await world.office.run(request_code, RequestCode(phone=PHONES["hao"]), NOBODY)
    await world.settle()
    code = world.sender.find_code(PHONES["hao"])
    assert code is not None
    session = await world.office.run(sign_in, SignIn(phone=PHONES["hao"], code=code), NOBODY)
    assert session.is_first
    hao = await read_actor(world, session.token)
    grant = hao.grants[world.merchant_id]
    assert grant.permissions == ROLE_PERMISSIONS[Role.CASHIER]
    assert grant.store_ids == frozenset({3, 5})
    page = await world.office.run(list_my_merchants, ListMyMerchants(), hao)
    (mine,) = page.items
    assert (mine.merchant.merchant_id, mine.role) == (world.merchant_id, Role.CASHIER)
    assert mine.permissions == sorted(ROLE_PERMISSIONS[Role.CASHIER])


async def test_inviting_somebody_twice_is_refused(world: World) -> None:
    await world.merchant()
    await invite(world, "hao", Role.CASHIER, world.owner)
    mark = await world.mark()
    with pytest.raises(Refusal, match=r"staff\.already_there"):
        await invite(world, "hao", Role.CLERK, world.owner)
    (_, member) = (await staff_of(world)).values()
    assert member.role is Role.CASHIER
    assert await world.events(mark) == []


async def test_rivals_invite_one_phone_and_one_place_is_given(world: World) -> None:
    await world.merchant()
    outcomes = await asyncio.gather(
        *(invite(world, "hao", Role.CLERK, world.owner) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, StaffMember) for one in outcomes) == 1
    assert {one.code for one in outcomes if isinstance(one, Failure)} == {"staff.already_there"}


async def test_nobody_gives_more_than_they_have(world: World) -> None:
    await world.merchant()
    manager = await world.staff("hao", Role.MANAGER)
    with pytest.raises(Refusal, match=r"access\.more_than_you_have"):
        await invite(world, "chen", Role.OWNER, manager)
    await invite(world, "chen", Role.CASHIER, manager)

    local = await world.staff("wu", Role.MANAGER, store_ids=[1, 2])
    for stores in (None, [1, 3]):
        with pytest.raises(Refusal, match=r"access\.more_than_you_have"):
            await invite(world, "lin", Role.CASHIER, local, stores)
    await invite(world, "lin", Role.CASHIER, local, [2])


async def test_nobody_takes_more_than_they_have(world: World) -> None:
    await world.merchant()
    manager = await world.staff("hao", Role.MANAGER)
    for step in (change(world, "Mei", Role.READER, manager), remove(world, "Mei", manager)):
        with pytest.raises(Refusal, match=r"access\.more_than_you_have"):
            await step
    with pytest.raises(Refusal, match=r"access\.more_than_you_have"):
        await change(world, "Hao", Role.OWNER, manager)


async def test_a_cashier_manages_nobody(world: World) -> None:
    await world.merchant()
    cashier = await world.staff("hao", Role.CASHIER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await invite(world, "chen", Role.CASHIER, cashier)


async def test_an_owner_owns_all_stores(world: World) -> None:
    await world.merchant()
    with pytest.raises(Refusal, match=r"staff\.owner_of_some_stores"):
        await invite(world, "hao", Role.OWNER, world.owner, stores=[1])


async def test_a_phone_must_be_one(world: World) -> None:
    await world.merchant()
    command = InviteStaff(merchant_id=world.merchant_id, phone="99999", role=Role.CLERK)
    with pytest.raises(Invalid, match=r"people\.phone_malformed"):
        await world.office.run(invite_staff, command, world.owner)


async def test_a_change_is_noted_and_takes_effect(world: World) -> None:
    await world.merchant()
    await world.staff("hao", Role.CASHIER)
    mark = await world.mark()
    assert (await change(world, "Hao", Role.CLERK, world.owner)).role is Role.CLERK
    await change(world, "Hao", Role.CLERK, world.owner)
    assert await world.events(mark) == ["staff.changed"]
    hao = await world.meet("hao")
    assert hao.grants[world.merchant_id].permissions == ROLE_PERMISSIONS[Role.CLERK]
    query = ListAudit(merchant_id=world.merchant_id, subject="staff.staff", limit=1)
    (entry,) = (await world.office.run(list_audit, query, world.owner)).items
    assert entry.actor_name == "Mei"
    assert entry.before == {"role": "cashier", "store_ids": None}
    assert entry.after == {"role": "clerk", "store_ids": None}


async def test_whoever_is_removed_can_do_nothing_there(world: World) -> None:
    await world.merchant()
    await world.staff("hao", Role.MANAGER)
    await remove(world, "Hao", world.owner)
    hao = await world.meet("hao")
    assert (hao.kind, hao.grants) == ("person", {})
    command = RemoveStaff(merchant_id=world.merchant_id, staff_id=StaffId(12345))
    with pytest.raises(NotFound, match=r"staff\.not_found"):
        await world.office.run(remove_staff, command, world.owner)


async def test_what_a_door_remembers_gives_nothing_away(world: World) -> None:
    """Hao was an owner a moment ago, and his actor still says so."""
    await world.merchant()
    hao = await world.staff("hao", Role.OWNER)
    await change(world, "Hao", Role.READER, world.owner)
    for step in (
        invite(world, "chen", Role.OWNER, hao),
        change(world, "Hao", Role.OWNER, hao),
        remove(world, "Mei", hao),
    ):
        with pytest.raises(Refusal, match=r"access\.forbidden"):
            await step
    await remove(world, "Hao", world.owner)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await invite(world, "chen", Role.OWNER, hao)


async def test_the_last_owner_stays(world: World) -> None:
    await world.merchant()
    await world.staff("hao", Role.MANAGER)
    mark = await world.mark()
    for step in (
        change(world, "Mei", Role.MANAGER, world.owner),
        remove(world, "Mei", world.owner),
        world.office.run(leave_merchant, LeaveMerchant(merchant_id=world.merchant_id), world.owner),
    ):
        with pytest.raises(Refusal, match=r"staff\.last_owner"):
            await step
    assert await world.events(mark) == []
    await invite(world, "lin", Role.OWNER, world.owner)
    await remove(world, "Mei", world.owner)


@pytest.mark.parametrize("how", ["remove", "demote", "leave"])
async def test_two_owners_go_at_once_and_one_stays(world: World, how: str) -> None:
    await world.merchant()
    for _ in range(10):
        mei, hao = world.owner, await world.staff("hao", Role.OWNER)
        leaving = LeaveMerchant(merchant_id=world.merchant_id)
        steps = {
            "remove": (remove(world, "Hao", mei), remove(world, "Mei", hao)),
            "demote": (
                change(world, "Hao", Role.READER, mei),
                change(world, "Mei", Role.READER, hao),
            ),
            "leave": tuple(world.office.run(leave_merchant, leaving, one) for one in (mei, hao)),
        }
        for name, pair in steps.items():
            if name != how:
                for one in pair:
                    one.close()
        outcomes = await asyncio.gather(*steps[how], return_exceptions=True)
        refused = [one for one in outcomes if isinstance(one, Failure)]
        assert len(refused) == 1, outcomes
        owners = [one for one in (await staff_of(world)).values() if one.role is Role.OWNER]
        assert len(owners) == 1
        await world.check()
        await begin_again(world)


async def begin_again(world: World) -> None:
    """Have mei as the only owner again, and nobody else."""
    staff = await staff_of(world)
    if "Mei" not in staff:
        await invite(world, "mei", Role.OWNER, SYSTEM)
    else:
        await change(world, "Mei", Role.OWNER, SYSTEM)
    if "Hao" in staff:
        await remove(world, "Hao", SYSTEM)
    await world.meet("mei")


async def test_leaving_is_ones_own(world: World) -> None:
    await world.merchant()
    hao = await world.staff("hao", Role.READER)
    command = LeaveMerchant(merchant_id=world.merchant_id)
    await world.office.run(leave_merchant, command, hao)
    assert list(await staff_of(world)) == ["Mei"]
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(leave_merchant, command, hao)


async def test_staff_are_listed_by_pages(world: World) -> None:
    await world.merchant()
    for name in ("hao", "lin", "wu"):
        await world.staff(name, Role.READER)
    seen, cursor = [], None
    for _ in range(2):
        query = ListStaff(merchant_id=world.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_staff, query, world.owner)
        seen += [one.nickname for one in page.items]
        cursor = page.next_cursor
    assert (seen, cursor) == (["Mei", "Hao", "Lin", "Wu"], None)


async def test_nobody_acts_for_more_merchants_than_can_be_read_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a bound of two instead of five hundred."""
    # The operation hides the module of its name, so the module is asked for elsewhere.
    monkeypatch.setattr(sys.modules["banyan.parties.staff.invite_staff"], "GRANTS_MAX", 2)
    await world.merchant()
    await world.merchant("二店")
    mark = await world.mark()
    with pytest.raises(Refusal, match=r"staff\.too_many"):
        await world.merchant("三店")
    assert await world.events(mark) == []
