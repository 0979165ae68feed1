"""What servers of receivers are told: that they got something, or gave it back."""

import msgspec

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.charges import Charge
from banyan.pay.notifications import NewNotification, Protocol, note_notifications
from banyan.pay.split import store
from banyan.pay.split.types import Part, PartState, ReceiverKind, ShareReturn, Sharing

GIVEN = "split.given"
RETURNED = "split.returned"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver's server is told: the charge's number, the sharing, and its own part."""

    transaction_no: str
    sharing: Sharing
    part: Part


class GivenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver's server is told of what it gave back."""

    transaction_no: str
    sharing: Sharing
    part: Part
    share_return: ShareReturn


async def tell_given(work: Work, charge: Charge, sharing: Sharing) -> None:
    """Tell each merchant among the receivers, if it said where."""
    parts = [
        one
        for one in sharing.parts
        if one.kind is ReceiverKind.MERCHANT and one.state is PartState.DONE
    ]
    if not parts:
        return
    terms = await store.find_terms(work.db, sorted({int(one.receiver_id) for one in parts}))
    notes = [
        (
            0,
            _note(
                one,
                terms[int(one.receiver_id)].notify_url,
                GIVEN,
                Given(transaction_no=charge.transaction_no, sharing=sharing, part=one),
            ),
        )
        for one in parts
        if int(one.receiver_id) in terms and terms[int(one.receiver_id)].notify_url
    ]
    if notes:
        await note_notifications(work, notes)


async def tell_returned(
    work: Work, charge: Charge, sharing: Sharing, part: Part, made: ShareReturn
) -> None:
    """Tell the receiver that gave, if it said where."""
    terms = (await store.find_terms(work.db, [int(made.payer_id)])).get(int(made.payer_id))
    if terms is not None and terms.notify_url:
        told = GivenBack(
            transaction_no=charge.transaction_no, sharing=sharing, part=part, share_return=made
        )
        await note_notifications(work, [(0, _note(part, terms.notify_url, RETURNED, told))])


def _note(part: Part, url: str, kind: str, told: msgspec.Struct) -> NewNotification:
    return NewNotification(
        merchant_id=int(part.receiver_id),
        protocol=Protocol.WECHAT,
        kind=kind,
        subject_id=int(part.part_id),
        url=url,
        data=json.encode(told),
    )
