"""Sets, changes and resets pay passwords; hashing is done between the transactions."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Steps, Work, single, stepped
from banyan.parties.people import PersonId, find_people, find_phone_of
from banyan.parties.sessions import ConfirmPhone, confirm_phone
from banyan.parties.sessions.types import OneTimeCode
from banyan.pay.passwords import store
from banyan.pay.passwords.ports import PORTS
from banyan.pay.passwords.prove_password import try_password
from banyan.pay.passwords.rules import check_password
from banyan.pay.passwords.types import Password, PasswordSet


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This be my pay password; I hold my phone, as the code sent to it shows."""

    code: OneTimeCode
    password: Password


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This be my pay password instead of the one I have."""

    old_password: Password
    password: Password


class GivePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a person this pay password."""

    person_id: PersonId
    password: Password


class CheckNew(msgspec.Struct, frozen=True, kw_only=True):
    """May this be a pay password of mine?"""

    password: Password


class PutHash(msgspec.Struct, frozen=True, kw_only=True):
    """Keep this of a person's new password."""

    person_id: int
    hash: str
    old_hash: str = ""
    """Only if this is what is kept of the one before."""


@stepped(permission=Permission.PERSON)
async def reset_password(steps: Steps, command: ResetPassword) -> None:
    """Set the first pay password, or one instead of a forgotten one, which ends a lock-out.

    Raises Invalid `passwords.too_easy`, WrongCode, CodeExpired; Trouble `passwords.no_key`.
    """
    await steps.run(check_new, CheckNew(password=command.password))
    await steps.run(confirm_phone, ConfirmPhone(code=command.code))
    person_id = steps.actor.person_id
    kept = await PORTS.hash(person_id, command.password)
    await steps.run(put_hash, PutHash(person_id=person_id, hash=kept))


@stepped(permission=Permission.PERSON)
async def change_password(steps: Steps, command: ChangePassword) -> None:
    """Set a pay password instead of the one that is given with it.

    Raises Invalid `passwords.too_easy`; Refusal `passwords.not_set`, `passwords.wrong`,
    `passwords.locked`, `passwords.changed_meanwhile`; Trouble `passwords.no_key`.
    """
    await steps.run(check_new, CheckNew(password=command.password))
    old_hash = await try_password(steps, command.old_password)
    person_id = steps.actor.person_id
    kept = await PORTS.hash(person_id, command.password)
    await steps.run(put_hash, PutHash(person_id=person_id, hash=kept, old_hash=old_hash))


@stepped(permission=Permission.SYSTEM)
async def give_password(steps: Steps, command: GivePassword) -> None:
    """Set a pay password without asking: for demo and sandbox. Raises `people.not_found`."""
    kept = await PORTS.hash(command.person_id, command.password)
    await steps.run(put_hash, PutHash(person_id=command.person_id, hash=kept))


@single(permission=Permission.PERSON)
async def check_new(work: Work, command: CheckNew) -> None:
    """Raise Invalid `passwords.too_easy` for one that thieves try first."""
    person_id = work.actor.person_id
    phone = await find_phone_of(work.db, PersonId(person_id))
    check_password(command.password, phone or "")


@single(permission=Permission.PERSON, is_answer_kept=False)
async def put_hash(work: Work, command: PutHash) -> None:
    """Keep a new hash. Raises NotFound `people.not_found`, `passwords.changed_meanwhile`."""
    person_id = command.person_id
    if work.actor.kind == "system":
        if person_id not in await find_people(work.db, [person_id]):
            raise NotFound("people.not_found")
    else:
        assert person_id == work.actor.person_id
    if command.old_hash:
        found = await store.lock_password(work.db, person_id)
        if found is None or found[0] != command.old_hash:
            raise Refusal("passwords.changed_meanwhile")
    is_first = await store.put_password(work.db, person_id, command.hash, work.now)
    work.record(PasswordSet(person_id=person_id, is_first=is_first))
