"""Spends: recorded for one's own codes and accounts, taken back, listed, seen by the reports."""

from datetime import date

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.places import CodeId, PlaceKind
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.staff import Role
from banyan.reach.channels import ChannelId
from banyan.views.insight import (
    BuyersBy,
    ListSpends,
    ReadLifetime,
    RecordSpend,
    RemoveSpend,
    Spend,
    SpendId,
    export_all,
    list_spends,
    read_lifetime,
    record_spend,
    remove_spend,
)
from tests.kit import loyalty
from tests.kit.commerce_shop import add_spots, add_store
from tests.kit.world import World

pytestmark = pytest.mark.usefixtures("folder")

SPRING = date(2026, 3, 2)


async def spend(world: World, amount_fen: int, code_id: int = 0, channel_id: int = 0) -> Spend:
    """Have the owner record a spend."""
    command = RecordSpend(
        merchant_id=world.merchant_id,
        code_id=CodeId(code_id),
        channel_id=ChannelId(channel_id),
        spent_on=SPRING,
        amount_fen=amount_fen,
        note="海报",
    )
    return await world.office.run(record_spend, command, world.owner)


async def costs(world: World, by: BuyersBy) -> dict[object, int]:
    """What was spent for each code, account or month."""
    await export_all(world.office)
    query = ReadLifetime(merchant_id=world.merchant_id, by=by)
    rows = (await world.office.run(read_lifetime, query, world.owner)).rows
    names = {BuyersBy.CODE: "code_id", BuyersBy.CHANNEL: "channel_id", BuyersBy.MONTH: "month"}
    return {getattr(row, names[by]): row.spent_fen for row in rows}


async def test_spends_are_weighed_where_they_belong(world: World) -> None:
    await world.merchant()
    (poster,) = await add_spots(world, await add_store(world), PlaceKind.POSTER, ["地铁口"])
    code_id = poster.codes[0].code_id
    channel = await loyalty.open_channel(world)
    await spend(world, 5000, code_id)
    await spend(world, 700, channel_id=channel.channel_id)
    wrong = await spend(world, 99, code_id)
    assert await costs(world, BuyersBy.CODE) == {code_id: 5099, 0: 700}
    command = RemoveSpend(merchant_id=world.merchant_id, spend_id=wrong.spend_id)
    await world.office.run(remove_spend, command, world.owner)
    assert await costs(world, BuyersBy.CODE) == {code_id: 5000, 0: 700}
    assert await costs(world, BuyersBy.CHANNEL) == {0: 5000, channel.channel_id: 700}
    assert await costs(world, BuyersBy.MONTH) == {date(2026, 3, 1): 5700}
    kinds = [kind for kind in await world.events() if kind.startswith("insight.")]
    assert kinds == ["insight.spent"] * 3 + ["insight.unspent"]


async def test_spends_are_listed_the_newest_first(world: World) -> None:
    await world.merchant()
    made = [await spend(world, amount) for amount in (1, 2, 3)]
    removed = RemoveSpend(merchant_id=world.merchant_id, spend_id=made[1].spend_id)
    await world.office.run(remove_spend, removed, world.owner)
    query = ListSpends(merchant_id=world.merchant_id, limit=1)
    first = await world.office.run(list_spends, query, world.owner)
    assert first.items == [made[2]]
    query = ListSpends(merchant_id=world.merchant_id, cursor=first.next_cursor)
    rest = await world.office.run(list_spends, query, world.owner)
    assert (rest.items, rest.next_cursor) == ([made[0]], None)
    query_audit = ListAudit(merchant_id=world.merchant_id)
    entries = (await world.office.run(list_audit, query_audit, world.owner)).items
    assert sum(one.subject == "insight.spend" for one in entries) == 4


async def test_what_is_not_theirs_is_not_found(world: World) -> None:
    await world.merchant()
    (poster,) = await add_spots(world, await add_store(world), PlaceKind.POSTER, ["门口"])
    other = await world.merchant("别家", owner="chen")
    chen = world.as_person("chen")
    theirs = {"merchant_id": other, "spent_on": SPRING, "amount_fen": 1}
    for subject, code in (
        ({"code_id": poster.codes[0].code_id}, r"places\.code_not_found"),
        ({"channel_id": (await loyalty.open_channel(world)).channel_id}, r"channels\.not_found"),
    ):
        command = RecordSpend(**theirs, **subject)  # type: ignore[arg-type]
        with pytest.raises(NotFound, match=code):
            await world.office.run(record_spend, command, chen)
    mine = await spend(world, 5)
    steal = RemoveSpend(merchant_id=other, spend_id=mine.spend_id)
    with pytest.raises(NotFound, match=r"insight\.spend_not_found"):
        await world.office.run(remove_spend, steal, chen)
    twice = RemoveSpend(merchant_id=world.merchant_id, spend_id=mine.spend_id)
    await world.office.run(remove_spend, twice, world.owner)
    with pytest.raises(NotFound, match=r"insight\.spend_not_found"):
        await world.office.run(remove_spend, twice, world.owner)


async def test_only_who_may_write_campaigns_records_spends(world: World) -> None:
    merchant_id = await world.merchant()
    analyst = await world.staff("hao", Role.ANALYST)
    command = RecordSpend(merchant_id=merchant_id, spent_on=SPRING, amount_fen=1)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(record_spend, command, analyst)
    assert (
        await world.office.run(list_spends, ListSpends(merchant_id=merchant_id), analyst)
    ).items == []


async def test_a_day_beyond_all_business_is_refused(world: World) -> None:
    merchant_id = await world.merchant()
    command = RecordSpend(merchant_id=merchant_id, spent_on=date.max, amount_fen=1)
    with pytest.raises(Invalid, match=r"insight\.day_out_of_range"):
        await world.office.run(record_spend, command, SYSTEM)
    remove = RemoveSpend(merchant_id=merchant_id, spend_id=SpendId(1))
    with pytest.raises(NotFound, match=r"insight\.spend_not_found"):
        await world.office.run(remove_spend, remove, world.owner)
