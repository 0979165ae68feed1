"""Passes on what an account's server answers: into the conversation, or on to the staff."""

from typing_extensions import override

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Work
from banyan.reach.channels import Channel, ChannelKind
from banyan.reach.moderation import check_texts
from banyan.reach.platforms import OptionName, read_option_of
from banyan.reach.pushes import Push, Reply, ReplyKind
from banyan.reach.pushes.inbox import InboxTaker
from banyan.reach.talks import store
from banyan.reach.talks.agents import access_agent
from banyan.reach.talks.attend import let_wait, take
from banyan.reach.talks.converse import add_answer
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import check_content, list_texts
from banyan.reach.talks.types import Article, Content, ContentKind, Origin


class TalkTaker(InboxTaker):
    """Lets a person have what the account's server answers to what they said or did."""

    @override
    async def take_reply(self, work: Work, channel: Channel, push: Push, reply: Reply) -> None:
        """Add the answer to the conversation; a transfer lets the person wait for an agent.

        The server of a mini program can do nothing but transfer.
        """
        talk = await store.lock_talk(work.db, channel.channel_id, int(push.person_id), push.openid)
        if reply.kind is ReplyKind.TRANSFER:
            await _transfer(work, channel, talk, reply.kf_account)
            return
        if channel.kind is ChannelKind.MINIAPP:
            return  # all else its program says by itself
        content = content_of(reply)
        try:
            check_content(content, is_said=False)
            await check_texts(work, channel, list_texts(content))
        except (Invalid, Refusal):
            await self.take_trouble(work, channel, push)
            return
        answers_id = int(push.fields.get("msg_id") or push.push_id)
        await add_answer(work, channel, talk, content, Origin.REPLY, answers_id=answers_id)


def content_of(reply: Reply) -> Content:
    """Return what a server answers as a message."""
    return Content(
        kind=ContentKind(reply.kind.value),
        text=reply.content,
        media_id=reply.media_id,
        thumb_media_id=reply.thumb_media_id,
        title=reply.title,
        description=reply.description,
        url=reply.music_url,
        hq_url=reply.hq_music_url,
        articles=[
            Article(
                title=one.title,
                description=one.description,
                url=one.url,
                picture_url=one.pic_url,
            )
            for one in reply.articles
        ],
    )


async def _transfer(work: Work, channel: Channel, talk: TalkRow, handle: str) -> None:
    if not await read_option_of(work.db, channel.channel_id, OptionName.CUSTOMER_SERVICE):
        return
    if handle:
        try:
            agent = await access_agent(work.db, channel, handle)
            await take(work, channel, talk, agent)
        except (NotFound, Refusal):
            await let_wait(work, channel, talk)
    else:
        await let_wait(work, channel, talk)
