"""Keeps calls that failed for seven days, for whoever asks what became of them."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.tokens import store
from banyan.reach.tokens.rules import REQUESTS_KEPT
from banyan.reach.tokens.types import AskedRequest


class NoteRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A call of an account's program failed."""

    channel_id: ChannelId
    request: AskedRequest


class FindRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the call that I was told this `rid` of?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    rid: str


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def note_request(work: Work, command: NoteRequest) -> None:
    """Keep a call, and forget those of the account that were kept long enough."""
    await store.delete_requests(work.db, command.channel_id, work.now - REQUESTS_KEPT)
    await store.insert_request(work.db, command.channel_id, command.request)


@reading(permission=Permission.CHANNELS_READ)
async def find_request(work: Work, query: FindRequest) -> AskedRequest:
    """Return a call of the account's own.

    Raises NotFound `channels.not_found`, `tokens.no_such_request`; Refusal `tokens.request_old`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_request(work.db, channel.channel_id, query.rid)
    if found is None:
        raise NotFound("tokens.no_such_request")
    if found.asked_at < work.now - REQUESTS_KEPT:
        raise Refusal("tokens.request_old")
    return found
