"""A person lets an official account know where they are."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.reach.channels import ChannelId, access_account
from banyan.reach.platforms import OptionName, read_option_of
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.talks.say import lock_own_talk
from banyan.reach.talks.types import TalkLocated


class ReportPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I am here, give or take so many metres."""

    channel_id: ChannelId
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    precision: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 0.0


@single(permission=Permission.PERSON)
async def report_place(work: Work, command: ReportPlace) -> None:
    """Tell the account's server where the person who asks is; it is kept nowhere else.

    Nobody is told where the account's option says so.

    Raises NotFound `channels.not_found`; Refusal `channels.not_following`.
    """
    channel = await access_account(work.db, command.channel_id)
    talk = await lock_own_talk(work, channel)
    if not await read_option_of(work.db, channel.channel_id, OptionName.LOCATION_REPORT):
        return
    fields = {
        "latitude": f"{command.latitude:.6f}",
        "longitude": f"{command.longitude:.6f}",
        "precision": f"{command.precision:.6f}",
    }
    await note_push(work, channel, talk.person_id, talk.openid, PushKind.LOCATED, fields)
    work.record(
        TalkLocated(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            openid=talk.openid,
        )
    )
