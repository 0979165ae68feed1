"""Notes that a provider tells what our keys do not open, or that they do again."""

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.pay.gateways import store


class NoteTold(msgspec.Struct, frozen=True, kw_only=True):
    """Command: the provider told something that is its own."""

    merchant_id: int
    gateway_id: int
    is_read: bool


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def note_told(work: Work, command: NoteTold) -> None:
    """Write since when a provider's notices are not read, for the merchant to mend its keys."""
    unread_at = None if command.is_read else work.now
    await store.note_told(work.db, command.merchant_id, command.gateway_id, unread_at)
