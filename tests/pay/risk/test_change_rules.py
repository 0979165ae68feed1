"""Rules are changed by operators only, in versions, and malformed ones are refused."""

import asyncio
from typing import Any

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Operation
from banyan.parties.people import PersonId
from banyan.pay.risk import (
    Action,
    BlockPerson,
    ChangeRules,
    LimitMerchant,
    ListBlocks,
    ListLimits,
    ListRuleSets,
    Measure,
    ReadRules,
    UnblockPerson,
    UnlimitMerchant,
    block_person,
    change_rules,
    limit_merchant,
    list_blocks,
    list_limits,
    list_rule_sets,
    read_rules,
    unblock_person,
    unlimit_merchant,
)
from tests.kit.risk import attempt, decisions, hold, judge, operator, rule
from tests.kit.world import World


async def test_each_change_is_a_version_and_old_ones_stay(world: World) -> None:
    fang = await operator(world)
    built_in = await world.office.run(read_rules, ReadRules(), fang)
    assert (built_in.version, len(built_in.rules)) == (0, 10)
    since = await world.mark()
    first = await hold(world, rule(Measure.AMOUNT, 5))
    second = await hold(world, rule(Measure.AMOUNT, 6), rule(Measure.AMOUNT, 7, code="two"))
    assert await world.events(since) == ["risk.rules_changed"] * 2
    assert (first.version, second.version) == (1, 2)
    newest = await world.office.run(read_rules, ReadRules(), fang)
    assert (newest.changed_at, [one.threshold for one in newest.rules]) == (
        second.changed_at,
        [6, 7],
    )
    before = await world.office.run(read_rules, ReadRules(version=1), fang)
    assert (before.changed_at, [one.threshold for one in before.rules]) == (first.changed_at, [5])
    sets = (await world.office.run(list_rule_sets, ListRuleSets(), fang)).items
    assert [one.version for one in sets] == [2, 1, 0]
    with pytest.raises(NotFound, match=r"risk\.no_such_version"):
        await world.office.run(read_rules, ReadRules(version=3), fang)


async def test_of_two_who_change_at_once_one_wins(world: World) -> None:
    fang = await operator(world)
    done = await asyncio.gather(
        *(
            world.office.run(
                change_rules,
                ChangeRules(version=0, rules=[rule(Measure.AMOUNT, amount)]),
                fang,
            )
            for amount in (5, 6, 7)
        ),
        return_exceptions=True,
    )
    lost = [one for one in done if isinstance(one, Refusal)]
    assert [one.code for one in lost] == ["risk.changed_meanwhile"] * 2


async def test_a_decision_tells_by_which_version_it_was_made(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 50))
    await judge(world, attempt(world, lin.person_id))
    await hold(world, rule(Measure.AMOUNT, 60, title="Another"))
    await judge(world, attempt(world, lin.person_id))
    made = [
        (one.version, one.hits[0].title, one.hits[0].threshold) for one in await decisions(world)
    ]
    assert made == [(2, "Another", 60), (1, "A rule", 50)]
    assert await decisions(world, payer_id=PersonId(7)) == []
    assert len(await decisions(world, payer_id=PersonId(lin.person_id))) == 2


async def test_rules_that_make_no_sense_are_refused(world: World) -> None:
    with pytest.raises(Invalid, match=r"risk\.one_code_twice"):
        await hold(world, rule(Measure.AMOUNT, 5), rule(Measure.AMOUNT, 6))
    with pytest.raises(Invalid, match=r"risk\.rule_does_nothing"):
        await hold(world, rule(Measure.AMOUNT, 5, Action.ALLOW))
    assert (await world.office.run(read_rules, ReadRules(), await operator(world))).version == 0


async def test_only_operators_look_and_change(world: World) -> None:
    await world.merchant()
    blocked = PersonId(world.owner.person_id)
    asked: list[tuple[Operation[Any, Any], object]] = [
        (read_rules, ReadRules()),
        (change_rules, ChangeRules(version=0, rules=[])),
        (block_person, BlockPerson(blocked_id=blocked, reason="x")),
        (limit_merchant, LimitMerchant(limited_id=world.merchant_id, reason="x")),
    ]
    for operation, command in asked:
        with pytest.raises(NotFound, match=r"operations\.not_found"):
            await world.office.run(operation, command, world.owner)


async def test_lists_are_kept_and_read(world: World) -> None:
    await world.merchant()
    fang, lin = await operator(world), await world.person("lin")
    blocked = PersonId(lin.person_id)
    since = await world.mark()
    await world.office.run(block_person, BlockPerson(blocked_id=blocked, reason="x"), fang)
    (block,) = (await world.office.run(list_blocks, ListBlocks(), fang)).items
    assert (block.person_id, block.reason, block.until) == (blocked, "x", None)
    limit = LimitMerchant(limited_id=world.merchant_id, day_max_fen=5, reason="y")
    made = await world.office.run(limit_merchant, limit, fang)
    assert (await world.office.run(list_limits, ListLimits(), fang)).items == [made]
    await world.office.run(unblock_person, UnblockPerson(blocked_id=blocked), fang)
    await world.office.run(unlimit_merchant, UnlimitMerchant(limited_id=made.merchant_id), fang)
    assert (await world.office.run(list_blocks, ListBlocks(), fang)).items == []
    assert (await world.office.run(list_limits, ListLimits(), fang)).items == []
    assert await world.events(since) == [
        "risk.person_blocked",
        "risk.limit_changed",
        "risk.person_unblocked",
        "risk.limit_changed",
    ]


async def test_lists_refuse_what_makes_no_sense(world: World) -> None:
    await world.merchant()
    fang, nobody = await operator(world), PersonId(7)
    with pytest.raises(NotFound, match=r"people\.not_found"):
        await world.office.run(block_person, BlockPerson(blocked_id=nobody, reason="x"), fang)
    past = BlockPerson(blocked_id=PersonId(fang.person_id), reason="x", until=world.now)
    with pytest.raises(Invalid, match=r"risk\.ends_before_it_begins"):
        await world.office.run(block_person, past, fang)
    with pytest.raises(NotFound, match=r"risk\.not_blocked"):
        await world.office.run(unblock_person, UnblockPerson(blocked_id=nobody), fang)
    nothing = LimitMerchant(limited_id=world.merchant_id, reason="x")
    with pytest.raises(Invalid, match=r"risk\.limits_nothing"):
        await world.office.run(limit_merchant, nothing, fang)
    missing = UnlimitMerchant(limited_id=world.merchant_id)
    with pytest.raises(NotFound, match=r"risk\.not_limited"):
        await world.office.run(unlimit_merchant, missing, fang)
