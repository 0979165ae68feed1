"""What facts, refusals and looks-up of orders have in common."""

from typing import TypedDict

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.pay.scores import store
from banyan.pay.scores.types import ScoreOrder


class FactFields(TypedDict):
    """What every fact about an order says."""

    merchant_id: int
    person_id: int
    channel_id: int
    subject_id: int
    out_no: str


def fact_of(order: ScoreOrder) -> FactFields:
    """What every fact about this order says."""
    return {
        "merchant_id": int(order.merchant_id),
        "person_id": int(order.person_id),
        "channel_id": int(order.channel_id),
        "subject_id": int(order.order_id),
        "out_no": order.out_no,
    }


async def lock_of_scheme(work: Work, merchant_id: int, scheme_id: int, out_no: str) -> ScoreOrder:
    """Lock a merchant's order of that number. Raises NotFound `scores.not_found`."""
    order = await store.find_order(work.db, merchant_id, out_no, is_locked=True)
    if order is None or order.scheme_id != scheme_id:
        raise NotFound("scores.not_found")
    return order


def merchant_key(order: ScoreOrder) -> bytes:
    """What a timer of an order must know to find it."""
    return str(int(order.merchant_id)).encode()
