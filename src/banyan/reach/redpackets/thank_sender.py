"""Lets who took a share say a word of thanks."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import TRIMMED
from banyan.books.work import Permission, Work, single
from banyan.parties.people import PersonId, find_people
from banyan.reach.redpackets import store
from banyan.reach.redpackets.notify import tell_thanked
from banyan.reach.redpackets.types import WISH_MAX, PacketThanked, Token

Thanks = Annotated[str, msgspec.Meta(min_length=1, max_length=WISH_MAX, pattern=TRIMMED)]


class ThankSender(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say a word of thanks for one's share."""

    token: Token
    thanks: Thanks


@single(permission=Permission.PERSON)
async def thank_sender(work: Work, command: ThankSender) -> None:
    """Put a word beside the share of the one who asks, once, and let the sender know.

    Raises NotFound `redpackets.not_found`, Refusal `redpackets.nothing_to_thank_for` (no share, or
    thanked before).
    """
    packet = await store.find_by_token(work.db, command.token)
    if packet is None:
        raise NotFound("redpackets.not_found")
    person_id = PersonId(work.actor.person_id)
    if not await store.set_thanks(work.db, packet.packet_id, person_id, command.thanks):
        raise Refusal("redpackets.nothing_to_thank_for")
    person = (await find_people(work.db, [person_id]))[person_id]
    await tell_thanked(work, packet, name=person.nickname, thanks=command.thanks)
    work.record(
        PacketThanked(
            person_id=packet.person_id,
            merchant_id=packet.merchant_id,
            subject_id=packet.packet_id,
            thanks=command.thanks,
            thanked_by=person_id,
            name=person.nickname,
            token=packet.token,
        )
    )
