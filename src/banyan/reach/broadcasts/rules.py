"""Which messages make sense, what holds one back, and how fast it goes."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid
from banyan.reach.broadcasts.types import (
    PICTURES_MAX,
    SPEEDS,
    Content,
    ContentKind,
    DeliveryResult,
    Message,
    MessageState,
)
from banyan.reach.channels import check_link

CONSENT_LIFE = timedelta(minutes=30)
"""How long the account's owner has for an answer."""
MARK_LIFE = timedelta(hours=24)
"""How long a program's mark stands for a message."""
RETRY_AFTER = timedelta(minutes=1)
"""How long a program waits before it tries again what was refused."""
AHEAD_MAX = timedelta(days=90)
"""How far ahead a message may be set."""
_of_media = frozenset({ContentKind.VOICE, ContentKind.VIDEO, ContentKind.NEWS})


def check_content(content: Content) -> None:
    """Accept what can be shown.

    Raises Invalid `broadcasts.title_missing`, `broadcasts.text_missing`,
    `broadcasts.media_missing`, `broadcasts.card_missing`, `channels.link_malformed`.
    """
    kind = content.kind
    if kind is ContentKind.NOTE:
        if not content.title.strip():
            raise Invalid("broadcasts.title_missing")
        if content.link:
            check_link(content.link)
    elif kind is ContentKind.TEXT:
        if not content.body.strip():
            raise Invalid("broadcasts.text_missing")
    elif kind is ContentKind.CARD:
        if not content.card_id:
            raise Invalid("broadcasts.card_missing")
    else:
        most = 1 if kind in _of_media else PICTURES_MAX
        if not 1 <= len(content.media_ids) <= most or not all(content.media_ids):
            raise Invalid("broadcasts.media_missing", media_max=most)


def check_time(send_at: datetime | None, now: datetime) -> datetime | None:
    """Return when it is to go, None for now. Raises Invalid `broadcasts.time_too_far`."""
    if send_at is None or send_at <= now:
        return None
    if send_at - now > AHEAD_MAX:
        raise Invalid("broadcasts.time_too_far", days_max=AHEAD_MAX.days)
    return send_at


def compute_day(at: datetime, time_zone: str) -> date:
    """Return the day of an instant where the merchant is: quotas run by it."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def may_begin(message: Message, now: datetime) -> bool:
    """Whether nothing holds a message back any more."""
    return (
        message.state is MessageState.WAITING
        and message.is_checked
        and message.asked_at is None
        and (message.send_at is None or message.send_at <= now)
    )


def compute_due(begun_at: datetime, speed: int, sent_count: int) -> datetime:
    """Return when the next part may go at the account's speed; the first one has no limit."""
    if speed == 0:
        return begun_at
    return begun_at + timedelta(minutes=1) * sent_count / SPEEDS[speed]


def compute_counts(
    results: Mapping[DeliveryResult, int], wanted: Collection[DeliveryResult]
) -> tuple[int, int, int]:
    """Return how many recipients there are, how many were reached, and how many in vain."""
    sent = results.get(DeliveryResult.DELIVERED, 0)
    failed = sum(results.get(one, 0) for one in wanted)
    return sum(results.values()), sent, failed
