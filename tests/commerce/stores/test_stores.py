"""Stores are opened, changed and read; their hours and time zone say when they serve."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.commerce.stores import (
    ChangeStore,
    ListStores,
    Opening,
    OpenStore,
    ReadStore,
    StoreId,
    change_store,
    compute_is_serving,
    list_stores,
    open_store,
    read_store,
)
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from tests.kit.commerce_shop import add_store
from tests.kit.world import World

DAILY = [Opening(weekday=day, opens="09:00", closes="22:00") for day in range(1, 8)]


async def test_a_store_is_opened_and_anybody_reads_it(world: World) -> None:
    await world.merchant()
    mark = await world.mark()
    command = OpenStore(
        merchant_id=world.merchant_id,
        name="榕树茶馆 鼓楼店",
        address="南京市鼓楼区中山路1号",
        phone="025-83200000",
        latitude=32.06,
        longitude=118.78,
        hours=DAILY,
    )
    opened = await world.office.run(open_store, command, world.owner)
    query = ReadStore(merchant_id=world.merchant_id, store_id=opened.store_id)
    read = await world.office.run(read_store, query, NOBODY)
    assert read == opened
    assert (read.name, read.time_zone, read.hours) == (command.name, "Asia/Shanghai", DAILY)
    assert await world.events(mark) == ["stores.opened"]


async def test_a_change_replaces_everything_and_is_audited_once(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world, "旧名", hours=DAILY)
    mark = await world.mark()
    command = ChangeStore(
        merchant_id=world.merchant_id, store_id=store_id, name="新名", is_open=False
    )
    changed = await world.office.run(change_store, command, world.owner)
    assert (changed.name, changed.is_open, changed.hours) == ("新名", False, [])
    assert await world.office.run(change_store, command, world.owner) == changed
    assert await world.events(mark) == ["stores.changed"]
    query = ListAudit(merchant_id=world.merchant_id, subject="stores.store")
    entries = (await world.office.run(list_audit, query, world.owner)).items
    assert [(one.before or {}).get("name") for one in entries] == ["旧名", None]
    assert [(one.after or {})["name"] for one in entries] == ["新名", "旧名"]


async def test_stores_are_listed_page_by_page(world: World) -> None:
    await world.merchant()
    ids = [await add_store(world, f"店{number}") for number in range(5)]
    seen: list[StoreId] = []
    cursor = None
    for _ in range(3):
        query = ListStores(merchant_id=world.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_stores, query, NOBODY)
        seen += [one.store_id for one in page.items]
        cursor = page.next_cursor
    assert seen == ids
    assert cursor is None


async def test_a_merchant_that_does_not_exist_has_no_list(world: World) -> None:
    await world.merchant()
    own = await world.office.run(list_stores, ListStores(merchant_id=world.merchant_id), NOBODY)
    assert own.items == []
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(list_stores, ListStores(merchant_id=MerchantId(77)), NOBODY)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "stores.unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, "stores.unknown_time_zone"),
        ({"latitude": 32.0}, "stores.half_located"),
        ({"longitude": 118.0}, "stores.half_located"),
    ],
)
async def test_facts_that_make_no_sense_are_invalid(
    world: World, facts: dict[str, Any], code: str
) -> None:
    await world.merchant()
    mark = await world.mark()
    with pytest.raises(Invalid) as refused:
        await add_store(world, **facts)
    assert refused.value.code == code
    assert await world.events(mark) == []


async def test_strangers_and_the_wrong_staff_are_turned_away(world: World) -> None:
    await world.merchant()
    first, second = await add_store(world, "一"), await add_store(world, "二")
    lin = await world.person("lin")
    hao = await world.staff("hao", Role.CASHIER)
    chen = await world.staff("chen", Role.MANAGER, store_ids=[first])
    command = ChangeStore(merchant_id=world.merchant_id, store_id=second, name="我的")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(change_store, command, lin)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(change_store, command, hao)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(change_store, command, chen)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await add_store(world, "三", actor=chen)
    own = msgspec.structs.replace(command, store_id=first)
    assert (await world.office.run(change_store, own, chen)).name == "我的"


async def test_another_merchants_store_is_not_found(world: World) -> None:
    await world.merchant()
    other = await world.merchant("对门", owner="chen")
    store_id = await add_store(world)
    query = ReadStore(merchant_id=other, store_id=store_id)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(read_store, query, NOBODY)
    command = ChangeStore(merchant_id=other, store_id=store_id, name="抢来的")
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(change_store, command, world.as_person("chen"))


@pytest.mark.parametrize(
    ("here", "is_serving"),
    [
        ("2026-03-02T08:59", False),  # a Monday
        ("2026-03-02T09:00", True),
        ("2026-03-02T21:59", True),
        ("2026-03-02T22:00", False),
        ("2026-03-06T23:00", True),  # Friday night
        ("2026-03-07T01:59", True),
        ("2026-03-07T02:00", False),
        ("2026-03-01T12:00", False),  # Sunday
    ],
)
def test_hours_are_those_of_the_stores_own_clock(here: str, *, is_serving: bool) -> None:
    hours = [
        Opening(weekday=1, opens="09:00", closes="22:00"),
        Opening(weekday=5, opens="18:00", closes="02:00"),
    ]
    now = datetime.fromisoformat(f"{here}+08:00").astimezone(UTC)
    assert compute_is_serving(hours, "Asia/Shanghai", now) is is_serving


def test_without_hours_a_store_always_serves() -> None:
    assert compute_is_serving([], "Asia/Shanghai", datetime(2026, 1, 1, tzinfo=UTC))
