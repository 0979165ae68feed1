"""Builders of payments that are judged, and of those who look after the rules."""

from __future__ import annotations

import msgspec

from banyan.base.errors import Failure
from banyan.books.actor import Actor
from banyan.pay.risk import (
    Action,
    Attempt,
    ChangeRules,
    Decision,
    Kind,
    ListDecisions,
    Measure,
    ReadRules,
    Rule,
    RuleSet,
    change_rules,
    judge_payments,
    list_decisions,
    read_rules,
)
from tests.kit.world import World


async def operator(world: World, name: str = "fang") -> Actor:
    """Somebody who looks after the whole platform."""
    return msgspec.structs.replace(await world.person(name), is_operator=True)


def rule(measure: Measure, threshold: int, action: Action = Action.REFUSE, **more: object) -> Rule:
    """One rule."""
    return msgspec.convert(
        {
            "code": "a_rule",
            "title": "A rule",
            "measure": measure,
            "threshold": threshold,
            "action": action,
            **more,
        },
        Rule,
    )


async def hold(world: World, *rules: Rule) -> RuleSet:
    """Let these rules hold and no others."""
    fang = await operator(world)
    known = await world.office.run(read_rules, ReadRules(), fang)
    command = ChangeRules(version=known.version, rules=rules, note="a test")
    return await world.office.run(change_rules, command, fang)


def attempt(world: World, person_id: int, amount_fen: int = 100, **more: object) -> Attempt:
    """Somebody is about to pay."""
    values = {
        "person_id": person_id,
        "session_id": 0,
        "merchant_id": int(world.merchant_id) or 7,
        "kind": Kind.ORDER,
        "currency": "CNY",
        "amount_fen": amount_fen,
        "subject": "a tea",
        "at": world.now,
        **more,
    }
    return Attempt(**values)  # type: ignore[arg-type]


async def judge(world: World, *attempts: Attempt) -> list[str]:
    """What is said of payments that are made together: the codes of the refusals."""
    async with world.office.begin() as work:
        failures: list[Failure | None] = await judge_payments(work, attempts)
    return [one.code.removeprefix("risk.") if one else "" for one in failures]


async def decisions(world: World, **wanted: object) -> list[Decision]:
    """What was decided, the newest first."""
    query = ListDecisions(limit=100, **wanted)  # type: ignore[arg-type]
    return (await world.office.run(list_decisions, query, await operator(world))).items
