"""Gives money back through gateways: asked for in the transaction of what gives it back."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.ids import Id
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.gateways import rules
from banyan.pay.gateways.accounts import held_of, outside_of, returning_of
from banyan.pay.gateways.ports import LearnedRefund
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.types import (
    BELL,
    WHY_MAX,
    Attempt,
    GatewayAsked,
    GatewayRefund,
    GatewayRefunded,
    GatewayRefundId,
    GatewayRefundRefused,
    RefundState,
    TransferCode,
)

_reason_max = 80


class RefundWanted(msgspec.Struct, frozen=True, kw_only=True):
    """So much of what was paid for this goes back, for which refund, and for which command."""

    merchant_id: int
    subject_id: int
    amount_fen: int
    reason: str
    source_id: int
    index: int = 0


Begun = tuple[Attempt, int, str, int, int]
"""An attempt, how much of it goes back, why, for which refund, and for which command."""


async def ask_refunds(
    work: Work, subject: str, wanted: Sequence[RefundWanted]
) -> list[GatewayRefund | Failure]:
    """Have money go back that came through gateways, each subject once; one outcome each.

    It is the merchant's no longer from here on; the provider is asked after the commit.
    Fails with Refusal `gateways.exceeds_payment`.
    """
    amounts = {(one.merchant_id, one.subject_id): one.amount_fen for one in wanted}
    assert len(amounts) == len(wanted), "each subject once"
    found = await refund_store.add_refunded(work.db, subject, amounts)
    sound = [
        (found[one.merchant_id, one.subject_id], one)
        for one in wanted
        if (one.merchant_id, one.subject_id) in found
    ]
    begun = iter(
        await begin_refunds(
            work,
            [
                (attempt, one.amount_fen, one.reason, one.source_id, one.index)
                for attempt, one in sound
            ],
        )
    )
    return [
        next(begun)
        if (one.merchant_id, one.subject_id) in found
        else Refusal("gateways.exceeds_payment")
        for one in wanted
    ]


async def begin_refunds(work: Work, begun: Sequence[Begun]) -> list[GatewayRefund]:
    """Note refunds of locked attempts, whose sums their callers have noted."""
    refunds = [_new(work, *one[:4]) for one in begun]
    if refunds:
        await refund_store.insert_refunds(work.db, refunds)
    for one, (*_, index) in zip(refunds, begun, strict=True):
        send_off(work, one, index)
        work.ring(BELL)
        work.record(
            GatewayAsked(
                merchant_id=int(one.merchant_id), subject_id=int(one.refund_id), provider=one.kind
            ),
            index=index,
        )
    return refunds


async def become(work: Work, before: GatewayRefund, learned: LearnedRefund) -> GatewayRefund:
    """Write what a provider says of a locked refund, and move its money accordingly."""
    state = rules.decide_refund(before.state, learned.outcome)
    if learned.amount_fen not in {None, before.amount_fen}:
        # It speaks of other money than ours: a person must look, and nothing moves by it.
        why = f"amount_differs: {learned.amount_fen}"
        return await _write(work, before, before.state, why, learned.provider_no)
    is_done = state is RefundState.DONE and before.state is not RefundState.DONE
    after = await _write(work, before, state, learned.why, learned.provider_no, is_done=is_done)
    if after.state is before.state:
        return after
    if after.state is RefundState.DONE:
        _bring_back(work, after, was_kept=before.state in rules.REFUSED)
    elif after.state in rules.REFUSED and before.state in rules.WAITING:
        _keep(work, after)
    return after


def _new(
    work: Work, attempt: Attempt, amount_fen: int, reason: str, source_id: int
) -> GatewayRefund:
    refund_id = work.ids.next()
    return GatewayRefund(
        merchant_id=attempt.merchant_id,
        refund_id=GatewayRefundId(refund_id),
        attempt_id=attempt.attempt_id,
        gateway_id=attempt.gateway_id,
        kind=attempt.kind,
        source_id=Id(source_id),
        out_no=attempt.out_no,
        out_refund_no=str(int(refund_id)),
        currency=attempt.currency,
        amount_fen=amount_fen,
        reason=reason[:_reason_max],
        state=RefundState.ASKED,
        provider_no="",
        why="",
        asked_at=work.now,
        done_at=None,
    )


async def _write(
    work: Work,
    before: GatewayRefund,
    state: RefundState,
    why: str,
    provider_no: str,
    *,
    is_done: bool = False,
) -> GatewayRefund:
    after = msgspec.structs.replace(
        before,
        state=state,
        why=why[:WHY_MAX],
        provider_no=provider_no or before.provider_no,
        done_at=work.now if is_done else before.done_at,
    )
    if after != before:
        await refund_store.set_refund(work.db, after)
    if state not in rules.WAITING:
        await refund_store.set_refund_due(work.db, after.merchant_id, after.refund_id, None)
    return after


def send_off(work: Work, one: GatewayRefund, index: int) -> None:
    """The money is on its way back."""
    money = currency(one.currency)
    held = held_of(money, one.kind, one.merchant_id)
    returning = returning_of(money, one.kind, one.merchant_id)
    work.open_account(held)
    work.open_account(returning)
    work.move(
        book=money.number,
        debit=held.account_id,
        credit=returning.account_id,
        amount=one.amount_fen,
        code=TransferCode.RETURNING,
        cause=one.refund_id,
        index=index,
    )


def _bring_back(work: Work, one: GatewayRefund, *, was_kept: bool) -> None:
    """The provider has given it back; also where we had believed that it would not."""
    money = currency(one.currency)
    held = held_of(money, one.kind, one.merchant_id)
    returning = returning_of(money, one.kind, one.merchant_id)
    work.move(
        book=money.number,
        debit=(held if was_kept else returning).account_id,
        credit=outside_of(money, one.kind).account_id,
        amount=one.amount_fen,
        code=TransferCode.RETURNED,
        cause=one.refund_id,
    )
    work.record(
        GatewayRefunded(
            merchant_id=int(one.merchant_id),
            subject_id=int(one.refund_id),
            provider=one.kind,
            currency=one.currency,
            amount_fen=one.amount_fen,
        )
    )


def _keep(work: Work, one: GatewayRefund) -> None:
    """It does not go back: the provider still has it for the merchant, who must do something."""
    money = currency(one.currency)
    work.move(
        book=money.number,
        debit=returning_of(money, one.kind, one.merchant_id).account_id,
        credit=held_of(money, one.kind, one.merchant_id).account_id,
        amount=one.amount_fen,
        code=TransferCode.KEPT,
        cause=one.refund_id,
    )
    work.record(
        GatewayRefundRefused(
            merchant_id=int(one.merchant_id),
            subject_id=int(one.refund_id),
            provider=one.kind,
            currency=one.currency,
            amount_fen=one.amount_fen,
            why=one.why,
        )
    )
