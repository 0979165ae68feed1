"""The audit log: who changed what, page by page, for the merchant's own eyes."""

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import Permission
from banyan.parties.audit import AuditEntry, ListAudit, list_audit, note_change
from banyan.parties.keys import find_key_actors
from banyan.parties.merchants import ChangeMerchant, change_merchant
from banyan.parties.staff import ListStaff, Role, list_staff
from tests.kit import parties
from tests.kit.world import World


class Shelf(msgspec.Struct, frozen=True):
    """Something that is changed."""

    shelf_id: Id
    height_mm: int


async def read(world: World, **filters: object) -> list[AuditEntry]:
    """A merchant's entries, the latest first."""
    query = msgspec.convert({"merchant_id": world.merchant_id, **filters}, ListAudit)
    return (await world.office.run(list_audit, query, world.owner)).items


async def note(world: World, before: Shelf | None, after: Shelf | None) -> None:
    """Note a change of a shelf by the owner."""
    async with world.office.begin(world.owner) as work:
        await note_change(
            work,
            merchant_id=world.merchant_id,
            subject="stores.shelf",
            subject_id=7,
            before=before,
            after=after,
        )


async def test_what_was_made_changed_and_removed_is_noted(world: World) -> None:
    await world.merchant()
    low, high = Shelf(Id(7), 900), Shelf(Id(7), 1800)
    for before, after in ((None, low), (low, low), (low, high), (high, None), (None, None)):
        await note(world, before, after)
    entries = await read(world, subject="stores.shelf")
    plain = {"shelf_id": "7", "height_mm": 900}
    tall = {"shelf_id": "7", "height_mm": 1800}
    assert [(one.before, one.after) for one in entries] == [
        (tall, None),
        (plain, tall),
        (None, plain),
    ]
    assert {(one.actor_name, one.actor_kind, one.subject_id) for one in entries} == {
        ("Mei", "staff", Id(7))
    }
    assert {one.actor_id for one in entries} == {0}


async def test_who_opened_the_merchant_is_named_first(world: World) -> None:
    await world.merchant()
    listed = await world.office.run(
        list_staff, ListStaff(merchant_id=world.merchant_id), world.owner
    )
    (staff,) = listed.items
    opened = (await read(world, subject="merchants.merchant"))[-1]
    assert opened.before is None
    assert (opened.actor_name, opened.actor_phone) == ("Mei", staff.masked_phone)
    assert "****" in opened.actor_phone
    assert opened.actor_id == 0


async def test_an_entry_names_the_key_that_acted(world: World) -> None:
    await world.merchant()
    new = await parties.add_key(world, [Permission.MERCHANT_WRITE])
    async with world.building.pool.acquire() as db:
        till = (await find_key_actors(db, [new.secret], world.now))[new.secret]
    assert till is not None
    command = ChangeMerchant(merchant_id=world.merchant_id, name="机器改名")
    await world.office.run(change_merchant, command, till)
    entry = (await read(world))[0]
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("key", new.key.key_id, "")


async def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    await world.merchant()
    for n in range(7):
        await note(world, None, Shelf(Id(7), n))
    seen: list[int] = []
    cursor = None
    for _ in range(4):
        query = ListAudit(merchant_id=world.merchant_id, subject_id=Id(7), limit=2, cursor=cursor)
        page = await world.office.run(list_audit, query, world.owner)
        seen += [one.after["height_mm"] for one in page.items if one.after]
        cursor = page.next_cursor
    assert (seen, cursor) == ([6, 5, 4, 3, 2, 1, 0], None)


async def test_a_cursor_of_ones_own_making_is_refused(world: World) -> None:
    await world.merchant()
    for cursor in ("nonsense", "WyJ4Il0", "W10"):
        with pytest.raises(Invalid, match=r"paging\.bad_cursor"):
            await read(world, cursor=cursor)


async def test_only_those_who_may_read_the_log(world: World) -> None:
    await world.merchant()
    query = ListAudit(merchant_id=world.merchant_id)
    cashier = await world.staff("hao", Role.CASHIER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(list_audit, query, cashier)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(list_audit, query, await world.person("chen"))
