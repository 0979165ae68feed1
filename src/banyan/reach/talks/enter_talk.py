"""A person comes to a mini program's conversation."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import ChannelId, ChannelKind, access_speaker
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.talks import store
from banyan.reach.talks.reactions import after_act
from banyan.reach.talks.say import lock_own_talk
from banyan.reach.talks.types import TalkEntered


class EnterTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I want to talk with this mini program's people."""

    channel_id: ChannelId
    session_from: Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINE)] = ""
    """From where in it, as its page says."""


@single(permission=Permission.PERSON)
async def enter_talk(work: Work, command: EnterTalk) -> None:
    """Let the mini program know; it may write two messages within a minute.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_speaker(work.db, command.channel_id)
    if channel.kind is not ChannelKind.MINIAPP:
        raise NotFound("channels.not_found")
    talk = await lock_own_talk(work, channel)
    await store.set_talk(work.db, after_act(talk, work.now))
    fields = {"session_from": command.session_from}
    await note_push(work, channel, talk.person_id, talk.openid, PushKind.ENTERED_SESSION, fields)
    work.record(
        TalkEntered(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            openid=talk.openid,
            session_from=command.session_from,
        )
    )
