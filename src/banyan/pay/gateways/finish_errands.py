"""Takes down how the asking of providers went: what to ask next, and when.

What a provider said of a payment is learned by `learn_payment` first.
"""

from datetime import datetime, timedelta

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.pay.gateways import rules, store
from banyan.pay.gateways.ports import Created, LearnedRefund
from banyan.pay.gateways.refunds import become
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.rules import ErrandKind
from banyan.pay.gateways.types import (
    WHY_MAX,
    AttemptState,
    GatewayRefund,
    GatewayState,
)


class FinishAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """Command: the provider was asked about an attempt."""

    merchant_id: int
    attempt_id: int
    kind: ErrandKind
    tries: int
    at: datetime
    created: Created | None = None
    refused: str = ""
    """Why the provider did not take it on."""
    away: str = ""
    """Why there was neither yes nor no."""


class FinishRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Command: the provider was asked about money that goes back."""

    merchant_id: int
    refund_id: int
    tries: int
    at: datetime
    learned: LearnedRefund | None = None
    away: str = ""


class FinishCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Command: keys were tried."""

    merchant_id: int
    gateway_id: int
    tries: int
    at: datetime
    why: str = ""
    """Why they do not work; empty if they do."""
    away: str = ""


@single(permission=Permission.SYSTEM)
async def finish_attempt(work: Work, command: FinishAttempt) -> None:
    """Write what to ask next about an attempt, and when; whoever lost it is too late for that."""
    kept = await store.lock_attempt(work.db, command.merchant_id, command.attempt_id)
    if kept is None:
        return
    attempt = kept.attempt
    await _note_answered(work, attempt.merchant_id, attempt.gateway_id, command.at, command.away)
    is_asking = attempt.state is AttemptState.ASKING
    if command.created is not None and is_asking:
        attempt = msgspec.structs.replace(
            attempt,
            state=AttemptState.OPEN,
            link=command.created.link,
            params=command.created.params,
            why="",
        )
        await store.set_attempt(work.db, attempt)
    elif command.refused and is_asking:
        attempt = msgspec.structs.replace(
            attempt, state=AttemptState.REFUSED, why=command.refused[:WHY_MAX]
        )
        await store.set_attempt(work.db, attempt)
        await store.set_due(work.db, attempt.merchant_id, attempt.attempt_id, None)
    elif command.away and command.away != attempt.why and attempt.state in rules.LIVE:
        attempt = msgspec.structs.replace(attempt, why=command.away[:WHY_MAX])
        await store.set_attempt(work.db, attempt)
    if kept.tries != command.tries:
        return
    rest: timedelta | None = None
    if attempt.state in rules.LIVE:
        rest = rules.compute_rest(attempt, kept.tries, work.now)
        if attempt.is_unwanted and command.kind is not ErrandKind.CLOSE:
            rest = timedelta(0)
    elif attempt.state is AttemptState.CLOSED and command.kind is ErrandKind.CLOSE:
        rest = rules.compute_last_look(attempt, work.now)
    elif command.away and attempt.state is AttemptState.CLOSED:
        rest = rules.LAST_LOOK
    due_at = None if rest is None else command.at + rest
    await store.set_due(work.db, attempt.merchant_id, attempt.attempt_id, due_at)


@single(permission=Permission.SYSTEM)
async def finish_refund(work: Work, command: FinishRefund) -> GatewayRefund | None:
    """Count what a provider said of a refund, and write when it is asked again."""
    kept = await refund_store.lock_refund(work.db, command.merchant_id, command.refund_id)
    if kept is None:
        return None
    after = before = kept.refund
    await _note_answered(work, before.merchant_id, before.gateway_id, command.at, command.away)
    learned = command.learned
    if learned is not None and learned.out_refund_no in {"", before.out_refund_no}:
        after = await become(work, before, learned)
    elif command.away and before.state in rules.WAITING and command.away != before.why:
        after = msgspec.structs.replace(before, why=command.away[:WHY_MAX])
        await refund_store.set_refund(work.db, after)
    if kept.tries == command.tries:
        rest = rules.compute_refund_rest(after.state, kept.tries)
        due_at = None if rest is None else command.at + rest
        await refund_store.set_refund_due(work.db, after.merchant_id, after.refund_id, due_at)
    return after


@single(permission=Permission.SYSTEM)
async def finish_check(work: Work, command: FinishCheck) -> None:
    """Write whether keys work; where the provider gave no answer they are tried again."""
    kept = await store.lock_gateway(work.db, command.merchant_id, command.gateway_id)
    if kept is None or kept.tries != command.tries or not kept.keys_sealed:
        return
    state, due_at = GatewayState.WORKING, None
    if command.away:
        state = GatewayState.CHECKING
        due_at = command.at + rules.compute_check_rest(1)
    elif command.why:
        state = GatewayState.REFUSED
    why = (command.why or command.away)[:WHY_MAX]
    one = kept.gateway
    await store.end_check(
        work.db, one.merchant_id, one.gateway_id, state.value, why, due_at, work.now
    )


async def _note_answered(
    work: Work, merchant_id: int, gateway_id: int, at: datetime, away: str
) -> None:
    """Leave a provider in peace that gave no answer, longer each time."""
    if not away:
        await store.note_back(work.db, merchant_id, gateway_id)
        return
    kept = (await store.find_gateways(work.db, merchant_id, [gateway_id])).get(int(gateway_id))
    if kept is not None:
        until = at + rules.compute_away(kept.failures)
        await store.note_away(work.db, merchant_id, gateway_id, until, away[:WHY_MAX])
