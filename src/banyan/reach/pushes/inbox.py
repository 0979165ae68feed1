"""Tells people in their inbox that an account's server is out of order."""

from abc import ABC, abstractmethod

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.pushes.types import Push, Reply


class InboxTaker(ABC):
    """What every taker of replies does alike: the rest is for the room of conversations."""

    @abstractmethod
    async def take_reply(self, work: Work, channel: Channel, push: Push, reply: Reply) -> None:
        """Let the person of the push have the reply."""

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
