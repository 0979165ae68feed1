"""Names who may take an account's cards before they have been looked through."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid, access_own, find_followers

TESTERS_MAX = 10


class SetTesters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let these people try our cards, and nobody else any more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Annotated[list[Openid], msgspec.Meta(max_length=TESTERS_MAX)]


@single(permission=Permission.COUPONS_WRITE)
async def set_testers(work: Work, command: SetTesters) -> None:
    """Have these testers.

    Raises NotFound `channels.not_found`, Refusal `cards.unknown_openid`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    known = await find_followers(work.db, channel.channel_id, command.openids)
    if any(one not in known for one in command.openids):
        raise Refusal("cards.unknown_openid")
    people = [person_id for person_id, _ in known.values()]
    await store.replace_testers(work.db, channel.channel_id, people)
