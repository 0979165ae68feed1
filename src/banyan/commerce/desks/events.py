"""What happened at cash desks."""

from datetime import datetime

from banyan.books.journal import Event


class DeskAsked(Event, frozen=True, kw_only=True, tag="desks.asked"):
    """Somebody at a cash desk said how much they pay; `subject_id` is the charge."""

    currency: str
    total_fen: int


class DeskPaid(Event, frozen=True, kw_only=True, tag="desks.paid"):
    """Somebody paid at a cash desk; `subject_id` is the charge."""

    currency: str
    total_fen: int
    method: str
    """`wallet`, `wechatpay` or `alipay`."""
    taken_at: datetime
    """When; the fact is recorded moments later."""


class DeskRefunded(Event, frozen=True, kw_only=True, tag="desks.refunded"):
    """Some of what a cash desk took went back; `subject_id` is the charge."""

    currency: str
    amount_fen: int
