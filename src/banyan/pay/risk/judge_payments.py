"""Judges payments before money moves: by rules, lists and limits, a whole batch at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from banyan.base.errors import Failure, Refusal
from banyan.books.work import Connection, Work
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.passwords import Given, take_proofs
from banyan.pay.risk import store
from banyan.pay.risk.rules import (
    ALLOWED,
    DEFAULT_RULES,
    LATE,
    Bound,
    Payee,
    Standing,
    Tally,
    Verdict,
    day_of,
    decide,
    hour_of,
    is_unproved,
    sort_rules,
)
from banyan.pay.risk.types import Action, Attempt, Decision, DecisionId, Kind, Rule

PASSWORD_NEEDED = "risk.password_needed"  # noqa: S105 - the code of a refusal
_versions_kept = 16
_Sorted = Mapping[Kind, tuple[Rule, ...]]
_defaults = sort_rules(DEFAULT_RULES)
_known: dict[tuple[int, datetime], _Sorted] = {}
"""Versions never change, so what was read once need not be read again."""


async def judge_payments(work: Work, attempts: Sequence[Attempt]) -> list[Failure | None]:
    """Say what speaks against each payment; None for nothing.

    What passes is counted, exactly also between rivals, because each payer's row is locked until
    the payment is done; what does not is not. Whoever must give their pay password comes again
    with a proof for the same subject. Payments of more than an hour ago are history: not judged.
    Where a rule had something to say, it is written down; where none had, the payment says it all.

    Fails with Refusal `risk.refused`, `risk.password_needed`.
    """
    live = [place for place, one in enumerate(attempts) if work.now - one.at < LATE]
    outcomes: list[Failure | None] = [None] * len(attempts)
    if live:
        judged = await _judge(work, [attempts[place] for place in live])
        for place, failure in zip(live, judged, strict=True):
            outcomes[place] = failure
    return outcomes


async def forget_payments(work: Work, attempts: Sequence[Attempt]) -> None:
    """Count no more what passed in this transaction, but is not paid after all."""
    live = [(one, bool(one.proof)) for one in attempts if work.now - one.at < LATE]
    if live:
        merchant_ids = {merchant_id for one, _ in live for merchant_id, _ in one.parts}
        await _take_back(work, live, await store.find_bounds(work.db, merchant_ids))


async def _judge(work: Work, attempts: Sequence[Attempt]) -> list[Failure | None]:
    proved = await _find_proved(work, attempts)
    hour_at, day_on = hour_of(work.now), day_of(work.now)
    sums = _sum(zip(attempts, proved, strict=True))
    merchant_ids = {merchant_id for one in attempts for merchant_id, _ in one.parts}
    counted = await store.count(work.db, sums, merchant_ids, hour_at, day_on)
    takings = await _count_takings(work, attempts, counted)
    rules = await _read_rules(work.db, counted)
    before = {key: counted.tallies[key].minus(one.tally) for key, one in sums.items()}
    verdicts = []
    for attempt, is_proved in zip(attempts, proved, strict=True):
        key = _key(attempt)
        tally = before[key].plus(attempt.amount_fen, is_unproved(attempt, is_proved=is_proved))
        standing = Standing(
            tally=tally,
            is_blocked=attempt.person_id in counted.blocks,
            blocked_until=counted.blocks.get(attempt.person_id),
            payees=_find_payees(attempt, counted, takings) if counted.limits else (),
        )
        verdict = decide(rules[attempt.kind], attempt, standing, is_proved=is_proved)
        verdicts.append(verdict)
        if verdict.passes:
            before[key] = tally
            for payee in standing.payees:
                takings[payee.bound.merchant_id] = payee.day_fen
    if all(one is ALLOWED for one in verdicts):
        return [None] * len(attempts)
    stopped = [
        (attempt, is_proved)
        for attempt, is_proved, verdict in zip(attempts, proved, verdicts, strict=True)
        if not verdict.passes
    ]
    if stopped:
        await _take_back(work, stopped, counted.limits)
    return await _write_down(work, attempts, verdicts, counted.version)


async def _find_proved(work: Work, attempts: Sequence[Attempt]) -> list[bool]:
    if not any(one.proof for one in attempts):
        return [False] * len(attempts)
    return await take_proofs(
        work,
        [
            Given(person_id=one.person_id, token=one.proof, subject=one.subject, at=one.at)
            for one in attempts
        ],
    )


def _key(attempt: Attempt) -> store.Key:
    return (attempt.person_id, attempt.currency)


def _sum(attempts: Iterable[tuple[Attempt, bool]]) -> dict[store.Key, store.Wanted]:
    """What each payer wants to pay in this batch."""
    sums: dict[store.Key, store.Wanted] = {}
    for attempt, is_proved in attempts:
        known = sums.get(_key(attempt))
        tally = known.tally if known else Tally()
        sums[_key(attempt)] = store.Wanted(
            tally.plus(attempt.amount_fen, is_unproved(attempt, is_proved=is_proved)),
            attempt.session_id or (known.session_id if known else 0),
        )
    return sums


def _find_payees(
    attempt: Attempt, counted: store.Counted, takings: Mapping[int, int]
) -> list[Payee]:
    return [
        Payee(bound, amount_fen, takings.get(merchant_id, 0) + amount_fen)
        for merchant_id, amount_fen in attempt.parts
        if (bound := counted.limits.get(merchant_id)) is not None
    ]


async def _count_takings(
    work: Work, attempts: Sequence[Attempt], counted: store.Counted
) -> dict[int, int]:
    """What merchants with a limit of the day were paid before this batch."""
    sums = _sum_takings(attempts, counted.limits)
    if not sums:
        return {}
    found = await store.count_takings(work.db, sums, day_of(work.now))
    return {merchant_id: found[merchant_id] - fen for merchant_id, fen in sums.items()}


def _sum_takings(attempts: Sequence[Attempt], limits: Mapping[int, Bound]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    if limits:
        for one in attempts:
            for merchant_id, amount_fen in one.parts:
                bound = limits.get(merchant_id)
                if bound and bound.day_max_fen is not None and bound.currency == one.currency:
                    sums[merchant_id] += amount_fen
    return sums


async def _take_back(
    work: Work, stopped: Sequence[tuple[Attempt, bool]], limits: Mapping[int, Bound]
) -> None:
    hour_at, day_on = hour_of(work.now), day_of(work.now)
    await store.take_back(work.db, _sum(stopped), hour_at, day_on)
    amounts = _sum_takings([one for one, _ in stopped], limits)
    if amounts:
        await store.take_takings_back(work.db, amounts, day_on)


async def _write_down(
    work: Work, attempts: Sequence[Attempt], verdicts: Sequence[Verdict], version: int
) -> list[Failure | None]:
    failures: list[Failure | None] = []
    decisions = []
    for attempt, verdict in zip(attempts, verdicts, strict=True):
        if verdict is ALLOWED:
            failures.append(None)
            continue
        decision = _decision(DecisionId(work.ids.next()), attempt, verdict, version, work.now)
        decisions.append(decision)
        failures.append(_failure(decision))
    await store.insert_decisions(work.db, decisions)
    return failures


def _decision(
    decision_id: DecisionId, attempt: Attempt, verdict: Verdict, version: int, at: datetime
) -> Decision:
    return Decision(
        decision_id=decision_id,
        person_id=PersonId(attempt.person_id),
        merchant_id=MerchantId(attempt.merchant_id),
        kind=attempt.kind,
        subject=attempt.subject,
        currency=attempt.currency,
        amount_fen=attempt.amount_fen,
        action=verdict.action,
        is_proved=verdict.is_proved,
        session_id=attempt.session_id,
        version=version,
        hits=verdict.hits,
        decided_at=at,
    )


def _failure(decision: Decision) -> Failure | None:
    if decision.action is Action.STEP_UP:
        return Refusal(PASSWORD_NEEDED, subject=decision.subject)
    if decision.action is Action.REFUSE:
        # Why is for those who look after the platform: whoever cheats need not learn it.
        return Refusal("risk.refused", decision_id=str(int(decision.decision_id)))
    return None


async def _read_rules(db: Connection, counted: store.Counted) -> _Sorted:
    if counted.changed_at is None:
        return _defaults
    key = (counted.version, counted.changed_at)
    rules = _known.get(key)
    if rules is None:
        found = await store.find_rules(db, counted.version)
        assert found is not None, "versions are never deleted"
        if len(_known) >= _versions_kept:
            _known.clear()
        rules = _known[key] = sort_rules(found.rules)
    return rules
