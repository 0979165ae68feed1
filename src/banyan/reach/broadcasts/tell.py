"""Tells an account's server what became of a message to many, in the transaction that ends it."""

from collections.abc import Mapping

from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.reach.broadcasts.rules import compute_counts
from banyan.reach.broadcasts.types import WANTED, CopyrightItem, DeliveryResult, Message
from banyan.reach.channels import Channel
from banyan.reach.pushes import PushKind, note_push

_sent = "send success"
_numbers = {
    DeliveryResult.ADVERTISING: 10001,
    DeliveryResult.POLITICS: 20001,
    DeliveryResult.PORNOGRAPHY: 20002,
    DeliveryResult.VULGAR: 20002,
    DeliveryResult.SOCIAL: 20004,
    DeliveryResult.CRIME: 20006,
    DeliveryResult.FRAUD: 20008,
    DeliveryResult.COPYRIGHT: 20013,
    DeliveryResult.OTHER: 21000,
    DeliveryResult.INDUCEMENT: 21000,
    DeliveryResult.MUTUAL_PROMOTION: 22000,
    DeliveryResult.UNCHECKED: 30001,
    DeliveryResult.NOT_SENDABLE: 30002,
    DeliveryResult.REPRINT: 30003,
    DeliveryResult.CONSENT_REFUSED: 40001,
    DeliveryResult.CONSENT_MISSING: 40002,
}
"""How programs know the reasons."""
_not_reprint, _reprint, _held = 1, 2, 3


async def tell_concluded(
    work: Work, channel: Channel, message: Message, results: Mapping[DeliveryResult, int]
) -> None:
    """Note the push of a message that has reached all it could."""
    total, sent, failed = compute_counts(results, WANTED)
    status = _sent if message.reason is None else f"err({_numbers[message.reason]})"
    fields = {
        "msg_id": message.number,
        "status": status,
        "total_count": total,
        "filter_count": sent + failed,
        "sent_count": sent,
        "error_count": failed,
        "copyright_check_result": _copyright(message),
        "article_url_result": _addresses(message),
    }
    await note_push(work, channel, NONE, "", PushKind.MASS_SENT, fields)


def _copyright(message: Message) -> dict[str, object]:
    items = [_item(one) for one in message.copyright]
    state = 0
    if message.content.articles:
        state = _not_reprint
        if any(one.original_url for one in message.copyright):
            state = _held if message.reason is not None else _reprint
    return {"count": len(items), "result_list": items, "check_state": state}


def _item(one: CopyrightItem) -> dict[str, object]:
    state = _not_reprint
    if one.original_url:
        state = _reprint if one.may_reprint else _held
    return {
        "article_idx": one.place,
        "user_declare_state": int(one.is_declared),
        "audit_state": state,
        "original_article_url": one.original_url,
        "original_article_type": 1 if one.original_url else 0,
        "can_reprint": one.may_reprint,
        "need_replace_content": bool(one.original_url),
        "need_show_reprint_source": bool(one.original_url),
    }


def _addresses(message: Message) -> dict[str, object]:
    items = [
        {"article_idx": place, "article_url": one.link}
        for place, one in enumerate(message.content.articles, 1)
        if one.link
    ]
    if message.reason is not None:
        items = []
    return {"count": len(items), "result_list": items}
