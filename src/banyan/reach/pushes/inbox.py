"""Puts what an account's server answers into the person's inbox, until a room above does more."""

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.pushes.types import Push, Reply


class InboxTaker:
    """Passes replies on as notices."""

    async def take_reply(self, work: Work, channel: Channel, push: Push, reply: Reply) -> None:
        """Put the reply into the person's inbox."""
        first = reply.articles[0] if reply.articles else None
        notice = NewNotice(
            person_id=int(push.person_id),
            kind="channels.reply",
            at=work.now,
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            title=(first.title if first else reply.title) or channel.name,
            body=first.description if first else reply.content or reply.description,
            link=first.url if first else reply.music_url,
            fields={"reply_kind": reply.kind.value, "media_id": reply.media_id},
        )
        await send_notices(work, [notice])

    async def take_trouble(self, work: Work, channel: Channel, push: Push) -> None:
        """Put a line about it into the person's inbox."""
        notice = NewNotice(
            person_id=int(push.person_id),
            kind="channels.out_of_order",
            at=work.now,
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            fields={"channel_name": channel.name},
        )
        await send_notices(work, [notice])
