"""Adds people: by the phone they are reached at, or without one."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import Phone, normal_phone, plain
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import PersonId
from banyan.parties.people.rules import compute_avatar, compute_initial, compute_nickname
from banyan.parties.people.store import (
    find_phones,
    find_profile,
    insert_people,
    insert_phones,
    set_joined,
)
from banyan.parties.people.types import (
    Language,
    NewPerson,
    Nickname,
    PersonAdded,
    PersonJoined,
    Profile,
)


class EnrolPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a person by hand; one who already has that phone is returned as they are."""

    nickname: Nickname | None = None
    phone: Phone | None = None
    language: Language = Language.ZH


@single(permission=Permission.SYSTEM)
async def enrol_person(work: Work, command: EnrolPerson) -> Profile:
    """Return the person of that phone, added if there was none, or a new one without a phone.

    Raises Invalid `people.phone_malformed`.
    """
    new = NewPerson(
        phone=normal_phone(command.phone) if command.phone else None,
        nickname=command.nickname,
        language=command.language,
    )
    (person_id,) = await add_people(work, [new])
    profile = await find_profile(work.db, person_id)
    assert profile is not None
    return profile


async def add_people(work: Work, people: Sequence[NewPerson], index: int = 0) -> list[PersonId]:
    """Return an id for each, in order: of the person who has that phone already, or of a new one.

    Rivals that add the same phone at the same time get the same person. Phones must be in the form
    that `normal_phone` gives. Raises Invalid `people.phone_malformed`.
    """
    phones = sorted({one.phone for one in people if one.phone})
    if any(normal_phone(phone) != phone for phone in phones):
        raise Invalid("people.phone_malformed")
    known = await find_phones(work.db, phones)
    fresh = [phone for phone in phones if phone not in known]
    owners = {phone: PersonId(work.ids.next()) for phone in fresh}
    given = await insert_phones(work.db, owners) if owners else set()
    # A rival may have been faster with the rest; by now it has committed and can be seen.
    known |= await find_phones(work.db, fresh) if fresh else {}
    ids, added = [], []
    for one in people:
        person_id = known[one.phone] if one.phone else PersonId(work.ids.next())
        ids.append(person_id)
        if one.phone is None or one.phone in given:
            given.discard(one.phone or "")
            added.append(_profile(work, person_id, one))
    await _insert(work, added, index)
    return ids


async def add_phones(work: Work, phones: Sequence[str]) -> dict[str, PersonId]:
    """Return the person behind each phone, adding those whom nobody knew; see `add_people`."""
    unique = sorted(set(phones))
    ids = await add_people(work, [NewPerson(phone=phone) for phone in unique])
    return dict(zip(unique, ids, strict=True))


async def welcome_person(
    work: Work, person_id: PersonId, language: Language, *, at: datetime, index: int = 0
) -> bool:
    """Note that a person signed in; return whether it was for the first time.

    The first time, the language of the page becomes theirs and `people.joined` is recorded.
    """
    is_first = await set_joined(work.db, person_id, at, language)
    if is_first:
        work.record(PersonJoined(person_id=person_id, language=language.value), index)
    return is_first


async def _insert(work: Work, added: Sequence[Profile], index: int) -> None:
    if not added:
        return
    await insert_people(work.db, added)
    for one in added:
        work.record(PersonAdded(person_id=one.person_id, language=one.language.value), index)


def _profile(work: Work, person_id: PersonId, new: NewPerson) -> Profile:
    nickname = plain(new.nickname) if new.nickname else compute_nickname(person_id, new.language)
    return Profile(
        person_id=person_id,
        phone=new.phone,
        nickname=nickname,
        initial=compute_initial(nickname),
        language=new.language,
        avatar=compute_avatar(person_id),
        created_at=work.now,
    )
