"""Puts notices into people's inboxes."""

from collections.abc import Sequence

from banyan.books.work import Work
from banyan.reach.notices import store
from banyan.reach.notices.types import NewNotice, NoticeId


async def send_notices(work: Work, notices: Sequence[NewNotice]) -> list[NoticeId]:
    """Put each notice into its person's inbox, in the caller's transaction; return their ids."""
    named = {NoticeId(work.ids.next()): one for one in notices}
    if named:
        await store.insert_notices(work.db, named)
    return list(named)
