"""Has a merchant's server told something only so that its programmers see that they hear it."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import END
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.notifications.note_notification import note_notification
from banyan.pay.notifications.read_notifications import read_telling
from banyan.pay.notifications.types import NewNotification, Notification, Protocol

TRIED = "notifications.tried"
"""The kind of what is told only to try it."""
NotifyUrl = Annotated[str, msgspec.Meta(pattern=rf"^https?://[^\s#]+{END}", max_length=256)]
"""Where a merchant's server is told."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What is told."""

    message: str


class TryNotification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell the merchant's server this."""

    merchant_id: MerchantId
    url: NotifyUrl
    message: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)] = "Banyan"
    protocol: Protocol = Protocol.WECHAT


@single(permission=Permission.FINANCE_WRITE, is_answer_kept=False)
async def try_notification(work: Work, command: TryNotification) -> Notification:
    """Tell a message to a server, on the ladder of payments.

    Raises Invalid `notifications.not_tried` for a protocol that has no such thing.
    """
    if command.protocol is not Protocol.WECHAT:
        raise Invalid("notifications.not_tried", protocol=command.protocol.value)
    noted = await note_notification(
        work,
        NewNotification(
            merchant_id=int(command.merchant_id),
            protocol=command.protocol,
            kind=TRIED,
            subject_id=0,
            url=command.url,
            data=msgspec.json.encode(Trial(message=command.message)),
        ),
    )
    assert noted is not None
    return (await read_telling(work, int(command.merchant_id), int(noted))).notification
