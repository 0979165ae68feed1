"""Gives devices what accounts' servers answer to them, and leaves all other answers to others."""

from banyan.base.errors import Failure
from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.devices.access import lock_device
from banyan.reach.devices.exchange import leave_message
from banyan.reach.devices.rules import check_content
from banyan.reach.devices.types import CONTENT_MAX
from banyan.reach.devices.watch import show_connected
from banyan.reach.pushes import DEVICE_REPLIES, DEVICES, Push, Reply, ReplyKind, ReplyTaker


class DeviceTaker:
    """Takes what is for devices; `taker` takes what is for people."""

    def __init__(self, taker: ReplyTaker) -> None:
        self._taker = taker

    async def take_reply(self, work: Work, channel: Channel, push: Push, reply: Reply) -> None:
        """Leave the answer for the device, or show its state; one for nobody is dropped."""
        if reply.kind not in DEVICE_REPLIES:
            await self._taker.take_reply(work, channel, push, reply)
            return
        device_id = reply.device_id or str(push.fields.get("device_id", ""))
        try:
            if reply.kind is ReplyKind.DEVICE_STATUS:
                person_id = int(push.person_id)
                await show_connected(work, channel, device_id, person_id, on=reply.is_connected)
            elif reply.content and len(reply.content) <= CONTENT_MAX:
                check_content(reply.content)
                device = await lock_device(work.db, channel.channel_id, device_id)
                await leave_message(work, channel, device, push.openid, reply.content)
        except Failure:
            return

    async def take_trouble(self, work: Work, channel: Channel, push: Push) -> None:
        """Tell people about their own messages only."""
        if push.kind not in DEVICES:
            await self._taker.take_trouble(work, channel, push)
