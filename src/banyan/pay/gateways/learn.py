"""Takes in what a provider says, whoever heard it: a notice, the poller, or a statement."""

from enum import StrEnum

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.money import currency
from banyan.books.work import Permission, Steps, Work, single, stepped
from banyan.pay.gateways import rules, store
from banyan.pay.gateways.accounts import held_of, outside_of
from banyan.pay.gateways.hooks import HOOKS
from banyan.pay.gateways.ports import Learned, LearnedRefund
from banyan.pay.gateways.refunds import become, begin_refunds
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.rules import Verdict
from banyan.pay.gateways.types import (
    BELL,
    WHY_MAX,
    Attempt,
    AttemptState,
    GatewayAsked,
    GatewayDisputed,
    GatewayKind,
    GatewayPaid,
    GatewayRefund,
    GatewayStrayed,
    TransferCode,
)

_stray_reason = "paid twice or too late"


class Source(StrEnum):
    """Who heard what a provider says. Stored: never renamed."""

    NOTICE = "notice"
    ASKED = "asked"
    STATEMENT = "statement"


class LearnPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Command: a provider says this of an attempt."""

    merchant_id: int
    out_no: str
    learned: Learned
    source: Source
    gateway_id: int = 0
    """Whose account told it; 0 when we asked that of the attempt."""
    is_for_nothing: bool = False
    """What it is for could not be counted as paid: its money goes back."""


class LearnRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Command: a provider says this of money that goes back."""

    merchant_id: int
    out_no: str
    kind: GatewayKind
    learned: LearnedRefund
    gateway_id: int = 0
    """Whose account told it; 0 when we asked that of the attempt."""


@stepped(permission=Permission.SYSTEM)
async def learn_payment(steps: Steps, command: LearnPayment) -> Attempt:
    """Count what a provider says of a payment, once, however often and in whatever order it comes.

    If the books refuse what it is for (which nothing should, once it may be paid), its money is
    counted all the same, and goes back. Raises NotFound `gateways.not_found`.
    """
    try:
        return await steps.run(count_payment, command)
    except NotFound:
        raise
    except Refusal:
        given_up = msgspec.structs.replace(command, is_for_nothing=True)
        return await steps.run(count_payment, given_up)


@single(permission=Permission.SYSTEM)
async def count_payment(work: Work, command: LearnPayment) -> Attempt:
    """Count what a provider says of a payment; see `learn_payment`.

    In one transaction: the money, and what it is for as paid. Where that is paid or over already,
    the money goes back by itself. Raises NotFound `gateways.not_found`.
    """
    kept = await store.lock_out_no(work.db, command.merchant_id, command.out_no)
    # A merchant's former account may still speak, of what was asked of it: not of anything else.
    if kept is None or command.gateway_id not in {0, int(kept.attempt.gateway_id)}:
        raise NotFound("gateways.not_found")
    attempt = kept.attempt
    verdict, why = rules.decide_heard(attempt, command.learned)
    match verdict:
        case Verdict.COUNT:
            return await _count(work, attempt, command)
        case Verdict.CLOSE:
            # Whoever asked for it looks once more; if they fall, its next turn does.
            return await _write(work, attempt, AttemptState.CLOSED)
        case Verdict.DISPUTE:
            return await _dispute(work, attempt, why)
        case Verdict.NOTHING:
            return attempt


@single(permission=Permission.SYSTEM)
async def learn_refund(work: Work, command: LearnRefund) -> GatewayRefund | None:
    """Count what a provider says of money that goes back; None if we asked for no such refund.

    If we do not even know of the payment, the provider is asked about that at once.
    """
    kept = await refund_store.lock_out_refund_no(
        work.db, command.merchant_id, command.learned.out_refund_no
    )
    if kept is None or kept.refund.out_no != command.out_no:
        if await store.ask_soon(work.db, command.merchant_id, command.out_no):
            work.ring(BELL)
            work.record(GatewayAsked(merchant_id=command.merchant_id, provider=command.kind))
        return None
    if command.gateway_id not in {0, int(kept.refund.gateway_id)}:
        return None
    return await become(work, kept.refund, command.learned)


async def _count(work: Work, attempt: Attempt, command: LearnPayment) -> Attempt:
    paid_at = rules.decide_paid_at(attempt, command.learned, work.now)
    paid = msgspec.structs.replace(
        attempt,
        state=AttemptState.PAID,
        provider_no=command.learned.provider_no,
        learned_from=command.source.value,
        why="",
        paid_at=paid_at,
    )
    is_for_it = not command.is_for_nothing and await HOOKS.take_paid(work, paid)
    if not is_for_it:
        paid = msgspec.structs.replace(paid, state=AttemptState.STRAY)
    await store.set_attempt(work.db, paid)
    await store.set_due(work.db, paid.merchant_id, paid.attempt_id, None)
    _note_money(work, paid)
    if is_for_it:
        _record_paid(work, paid)
        key = (int(paid.merchant_id), int(paid.subject_id))
        await store.end_attempts(work.db, paid.subject, [key], paid.attempt_id)
        return paid
    return await _send_back(work, paid)


async def _send_back(work: Work, stray: Attempt) -> Attempt:
    """Have the provider give back what came for nothing."""
    await begin_refunds(work, [(stray, stray.amount_fen, _stray_reason, 0, 0)])
    after = msgspec.structs.replace(stray, refunded_fen=stray.amount_fen)
    await store.set_attempt(work.db, after)
    work.record(
        GatewayStrayed(
            merchant_id=int(stray.merchant_id),
            person_id=int(stray.person_id),
            subject_id=int(stray.attempt_id),
            provider=stray.kind,
            currency=stray.currency,
            amount_fen=stray.amount_fen,
        )
    )
    return after


async def _dispute(work: Work, attempt: Attempt, why: str) -> Attempt:
    """Note that the provider tells of something else; what was counted stays counted."""
    state = attempt.state if attempt.state in rules.COUNTED else AttemptState.DISPUTED
    after = await _write(work, attempt, state, why)
    await store.set_due(work.db, after.merchant_id, after.attempt_id, None)
    work.record(
        GatewayDisputed(
            merchant_id=int(attempt.merchant_id),
            person_id=int(attempt.person_id),
            subject_id=int(attempt.attempt_id),
            provider=attempt.kind,
            why=after.why,
        )
    )
    return after


async def _write(work: Work, attempt: Attempt, state: AttemptState, why: str = "") -> Attempt:
    after = msgspec.structs.replace(attempt, state=state, why=why[:WHY_MAX])
    await store.set_attempt(work.db, after)
    return after


def _note_money(work: Work, paid: Attempt) -> None:
    money = currency(paid.currency)
    outside = outside_of(money, paid.kind)
    held = held_of(money, paid.kind, paid.merchant_id)
    work.open_account(outside)
    work.open_account(held)
    work.move(
        book=money.number,
        debit=outside.account_id,
        credit=held.account_id,
        amount=paid.amount_fen,
        code=TransferCode.PAID,
        cause=paid.attempt_id,
    )


def _record_paid(work: Work, paid: Attempt) -> None:
    work.record(
        GatewayPaid(
            merchant_id=int(paid.merchant_id),
            person_id=int(paid.person_id),
            subject_id=int(paid.attempt_id),
            provider=paid.kind,
            subject=paid.subject,
            paid_subject_id=int(paid.subject_id),
            currency=paid.currency,
            amount_fen=paid.amount_fen,
        )
    )
