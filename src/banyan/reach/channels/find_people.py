"""Tells doors who stands behind openids, and how accounts are called on the wire."""

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import PersonId
from banyan.reach.channels import store
from banyan.reach.channels.access import access_by_appid
from banyan.reach.channels.follow import ensure_openids
from banyan.reach.channels.types import Channel, ChannelId


class FindPeople(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who stands behind these openids of the account of that appid?"""

    appid: Annotated[str, msgspec.Meta(max_length=32)]
    openids: Annotated[list[str], msgspec.Meta(max_length=1_000)] = []


class FoundPeople(msgspec.Struct, frozen=True, kw_only=True):
    """The account, and those whom it knows by openid."""

    channel: Channel
    people: dict[str, Id]


class ListAppids(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How are these accounts called on the wire?"""

    channel_ids: Annotated[list[ChannelId], msgspec.Meta(max_length=1_000)]


class Appids(msgspec.Struct, frozen=True, kw_only=True):
    """Appids by account."""

    items: dict[int, str]


class ListAppidOpenids(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does the account of that appid call these people?"""

    appid: Annotated[str, msgspec.Meta(max_length=32)]
    person_ids: Annotated[list[PersonId], msgspec.Meta(max_length=1_000)]


class AppidOpenids(msgspec.Struct, frozen=True, kw_only=True):
    """Openids by person."""

    items: dict[int, str]


@reading(permission=Permission.SYSTEM)
async def list_appid_openids(work: Work, query: ListAppidOpenids) -> AppidOpenids:
    """Return what an account knows people by; those whom it never met are left out.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_by_appid(work.db, query.appid)
    return AppidOpenids(
        items=await store.find_openids(work.db, channel.channel_id, query.person_ids)
    )


class KnowPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does an account know this person by?"""

    channel_id: ChannelId
    person_id: PersonId


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an account knows a person by."""

    openid: str


@reading(permission=Permission.SYSTEM)
async def find_people(work: Work, query: FindPeople) -> FoundPeople:
    """Return an account and the people behind its openids. Raises NotFound `channels.not_found`."""
    channel = await access_by_appid(work.db, query.appid)
    found = await store.find_recipients(work.db, channel.channel_id, query.openids)
    return FoundPeople(
        channel=channel, people={openid: Id(person_id) for openid, (person_id, _) in found.items()}
    )


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def know_person(work: Work, command: KnowPerson) -> Known:
    """Return what an account knows a person by, from now on if it did not before."""
    person_id = int(command.person_id)
    found = await ensure_openids(work, command.channel_id, [person_id])
    return Known(openid=found[person_id])


@reading(permission=Permission.SYSTEM)
async def list_appids(work: Work, query: ListAppids) -> Appids:
    """Return how accounts are called on the wire; those that there are not are left out."""
    found = await store.find_channels(work.db, query.channel_ids)
    return Appids(items={int(one): channel.appid for one, channel in found.items()})
