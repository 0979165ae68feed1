"""How remittances end: given, failed or cancelled; their merchant is told."""

from collections.abc import Sequence

import msgspec

from banyan.books.work import Work
from banyan.pay.remit import store
from banyan.pay.remit.money import hand_over, release
from banyan.pay.remit.store import Held
from banyan.pay.remit.telling import tell_ended
from banyan.pay.remit.types import Remittance, RemittanceEnded, RemittanceState, Remitted


async def end_remittances(
    work: Work, ones: Sequence[Held], state: RemittanceState, fail_reason: str = ""
) -> list[Remittance]:
    """Write the end of locked remittances of one merchant, and move their money."""
    ended = [
        msgspec.structs.replace(
            one.remittance, state=state, fail_reason=fail_reason, updated_at=work.now
        )
        for one in ones
    ]
    if not ended:
        return ended
    ends = [(one.remittance_id, state, fail_reason) for one in ended]
    await store.set_states(work.db, ended[0].merchant_id, ends, work.now)
    for held, one in zip(ones, ended, strict=True):
        if state is RemittanceState.DONE:
            hand_over(work, one, held.transfer_id)
            note_given(work, one, held.person_id)
        else:
            release(work, one, held.transfer_id)
            _note_kept(work, one, held.person_id)
    return ended


async def end_offer(
    work: Work, held: Held, state: RemittanceState, fail_reason: str = ""
) -> Remittance:
    """End what waited for a person's word."""
    (ended,) = await end_remittances(work, [held], state, fail_reason)
    work.cancel_later("remit.expire", ended.remittance_id)
    await tell_ended(work, ended)
    return ended


def note_given(work: Work, one: Remittance, person_id: int) -> None:
    """Record that money came to a person."""
    work.record(
        Remitted(
            merchant_id=one.merchant_id,
            person_id=person_id,
            channel_id=one.channel_id,
            subject_id=one.remittance_id,
            currency=one.currency,
            amount_fen=one.amount_fen,
            batch_id=one.batch_id,
        )
    )


def _note_kept(work: Work, one: Remittance, person_id: int) -> None:
    work.record(
        RemittanceEnded(
            merchant_id=one.merchant_id,
            person_id=person_id,
            channel_id=one.channel_id,
            subject_id=one.remittance_id,
            currency=one.currency,
            amount_fen=one.amount_fen,
            state=one.state,
            fail_reason=one.fail_reason,
        )
    )
