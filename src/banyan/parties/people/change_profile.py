"""Changes what a person says about themself."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import plain
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import PersonId
from banyan.parties.people.rules import compute_initial
from banyan.parties.people.store import lock_person, set_profile
from banyan.parties.people.types import Avatar, Language, Nickname, Profile, ProfileChanged


class ChangeProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change some of one's own profile; what is left out stays."""

    nickname: Nickname | None = None
    language: Language | None = None
    avatar: Avatar | None = None


@single(permission=Permission.PERSON)
async def change_profile(work: Work, command: ChangeProfile) -> Profile:
    """Return the profile as it is afterwards; a change to what is there already records nothing.

    Raises NotFound `people.not_found` if the person was erased meanwhile.
    """
    old = await lock_person(work.db, PersonId(work.actor.person_id))
    if old is None:
        raise NotFound("people.not_found")
    new = decide_profile(old, command)
    fields = [
        name for name in command.__struct_fields__ if getattr(old, name) != getattr(new, name)
    ]
    if fields:
        await set_profile(work.db, new)
        work.record(ProfileChanged(person_id=old.person_id, fields=fields))
    return new


def decide_profile(old: Profile, command: ChangeProfile) -> Profile:
    """The profile with what the command names changed."""
    nickname = plain(command.nickname) if command.nickname else old.nickname
    return msgspec.structs.replace(
        old,
        nickname=nickname,
        initial=compute_initial(nickname),
        language=command.language or old.language,
        avatar=command.avatar or old.avatar,
    )
