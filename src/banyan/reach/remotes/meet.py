"""Makes whoever follows an account at WeChat a person here, known by the same openid."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.people import NewPerson, add_people
from banyan.reach.channels import Openid, adopt_openids
from banyan.reach.remotes import store


class MeetRemote(msgspec.Struct, frozen=True, kw_only=True):
    """WeChat tells us of somebody with this openid."""

    channel_id: int
    openid: Openid


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is here."""

    person_id: int


@single(permission=Permission.SYSTEM)
async def meet_remote(work: Work, command: MeetRemote) -> Met:
    """Return the person of an openid there, added if nobody knew them.

    Raises NotFound `remotes.not_connected`.
    """
    known = await store.find_people(work.db, command.channel_id, [command.openid])
    if not known:
        known = await meet(work, command.channel_id, {command.openid: ""})
    return Met(person_id=known[command.openid])


async def meet(work: Work, channel_id: int, nicknames: Mapping[str, str]) -> dict[str, int]:
    """Return the people behind openids (with what WeChat calls them), adding whom nobody knew.

    Raises NotFound `remotes.not_connected`.
    """
    # Rivals wait: a person who came twice at once would otherwise be two.
    if await store.lock_account(work.db, channel_id) is None:
        raise NotFound("remotes.not_connected")
    known = await store.find_people(work.db, channel_id, nicknames)
    fresh = [openid for openid in nicknames if openid not in known]
    added = await _add(work, channel_id, fresh, nicknames)
    return known | added


async def _add(
    work: Work, channel_id: int, openids: Sequence[str], nicknames: Mapping[str, str]
) -> dict[str, int]:
    if not openids:
        return {}
    new = [NewPerson(nickname=nicknames[one] or None) for one in openids]
    ids = await add_people(work, new)
    people = {openid: int(person_id) for openid, person_id in zip(openids, ids, strict=True)}
    await adopt_openids(work, channel_id, people)
    await store.insert_people(work.db, channel_id, people, work.now)
    return people
