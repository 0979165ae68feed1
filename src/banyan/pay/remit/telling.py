"""What a merchant's server is told of remittances."""

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.notifications import NewNotification, Protocol, note_notification
from banyan.pay.remit.types import Batch, Remittance

ENDED = "remit.ended"
BATCH_ENDED = "remit.batch_ended"
_ladder = "transfer"


async def tell_ended(work: Work, one: Remittance) -> None:
    """Tell that a remittance has ended."""
    if one.notify_url:
        await note_notification(
            work,
            NewNotification(
                merchant_id=one.merchant_id,
                protocol=Protocol.WECHAT,
                kind=ENDED,
                subject_id=one.remittance_id,
                url=one.notify_url,
                data=json.encode(one),
                ladder=_ladder,
            ),
        )


async def tell_batch(work: Work, batch: Batch) -> None:
    """Tell that a batch has ended."""
    if batch.notify_url:
        await note_notification(
            work,
            NewNotification(
                merchant_id=batch.merchant_id,
                protocol=Protocol.WECHAT,
                kind=BATCH_ENDED,
                subject_id=batch.batch_id,
                url=batch.notify_url,
                data=json.encode(batch),
                ladder=_ladder,
            ),
        )
