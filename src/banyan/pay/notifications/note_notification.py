"""Notes what merchants' servers are to be told, in the transaction in which it happens."""

from collections.abc import Sequence

from banyan.books.work import Work
from banyan.pay.notifications import store
from banyan.pay.notifications.rules import LADDERS
from banyan.pay.notifications.types import BELL, NewNotification, NotificationId


async def note_notification(
    work: Work, one: NewNotification, index: int = 0
) -> NotificationId | None:
    """Have a merchant's server told once the caller's work commits; None without an address."""
    (noted,) = await note_notifications(work, [(index, one)])
    return noted


async def note_notifications(
    work: Work, notifications: Sequence[tuple[int, NewNotification]]
) -> list[NotificationId | None]:
    """Have merchants' servers told, in one statement; each stands beside the index of its call."""
    rows: list[store.NewRow] = []
    noted: list[NotificationId | None] = []
    for index, one in notifications:
        assert one.ladder in LADDERS, one.ladder
        notification_id = NotificationId(work.ids.next()) if one.url else None
        noted.append(notification_id)
        if notification_id is None:
            continue
        rows.append(
            store.NewRow(
                merchant_id=int(one.merchant_id),
                notification_id=int(notification_id),
                protocol=one.protocol.value,
                kind=one.kind,
                subject_id=int(one.subject_id),
                url=one.url,
                data=one.data,
                ladder=one.ladder,
                created_at=work.calls[index].at if work.calls else work.now,
            )
        )
    if rows:
        await store.insert_notifications(work.db, rows)
        work.ring(BELL)
    return noted
