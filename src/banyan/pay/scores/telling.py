"""Tells merchants' servers what became of orders and mandates, in the transaction of it."""

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.notifications import NewNotification, Protocol, note_notification
from banyan.pay.scores.types import Mandate, ScoreOrder


async def tell_order(work: Work, order: ScoreOrder, kind: str) -> None:
    """Tell the merchant's server of an order as it is now."""
    await note_notification(
        work,
        NewNotification(
            merchant_id=order.merchant_id,
            protocol=Protocol.WECHAT,
            kind=kind,
            subject_id=order.order_id,
            url=order.terms.notify_url,
            data=json.encode(order),
        ),
    )


async def tell_mandate(work: Work, mandate: Mandate, kind: str) -> None:
    """Tell the merchant's server that somebody gave a mandate, or ended it."""
    await note_notification(
        work,
        NewNotification(
            merchant_id=mandate.merchant_id,
            protocol=Protocol.WECHAT,
            kind=kind,
            subject_id=mandate.mandate_id,
            url=mandate.notify_url,
            data=json.encode(mandate),
        ),
    )
