"""Looks whether a pay password is right: each try is counted before it is looked at."""

import msgspec

from banyan.base.errors import Refusal
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Steps, Work, reading, single, stepped
from banyan.pay.passwords import store
from banyan.pay.passwords.ports import PORTS
from banyan.pay.passwords.rules import (
    PROOF_LIFE,
    TRIES_MAX,
    Standing,
    compute_wait,
    count_try,
    tries_left,
)
from banyan.pay.passwords.types import Password, PasswordState, Proof, Stored, Subject

_prefix = "pp"


class ProvePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This is my pay password; I give it for this."""

    password: Password
    subject: Subject


class ReadPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does my pay password stand?"""


class BeginTry(msgspec.Struct, frozen=True, kw_only=True):
    """Count a try."""


class EndTry(msgspec.Struct, frozen=True, kw_only=True):
    """The password was right."""

    hash: str
    subject: str = ""


@stepped(permission=Permission.PERSON)
async def prove_password(steps: Steps, command: ProvePassword) -> Proof:
    """Return a proof that the one who asks gave their password for this: one use, five minutes.

    After five wrong tries, rivals' included, it is locked for three hours; each further time twice
    as long, up to a day.

    Raises Refusal `passwords.not_set`, `passwords.wrong`, `passwords.locked`,
    `passwords.changed_meanwhile`; Trouble `passwords.no_key`.
    """
    right = await try_password(steps, command.password)
    proof = await steps.run(end_try, EndTry(hash=right, subject=command.subject))
    assert proof is not None
    return proof


async def try_password(steps: Steps, password: str) -> str:
    """Return the hash of the password, which is right. Raises as `prove_password` does."""
    kept = await steps.run(begin_try, BeginTry())
    if not await PORTS.is_right(kept.hash, steps.actor.person_id, password):
        if kept.wait_minutes:
            raise Refusal("passwords.locked", wait_minutes=kept.wait_minutes)
        raise Refusal("passwords.wrong", tries_left=kept.tries_left)
    return kept.hash


@single(permission=Permission.PERSON, is_answer_kept=False)
async def begin_try(work: Work, command: BeginTry) -> Stored:  # noqa: ARG001 - asks for nothing
    """Count a try as if it were wrong. Raises `passwords.not_set`, `passwords.locked`."""
    person_id = work.actor.person_id
    found = await store.lock_password(work.db, person_id)
    if found is None:
        raise Refusal("passwords.not_set")
    after = count_try(found[1], work.now)
    await store.set_standing(work.db, person_id, after)
    return Stored(
        hash=found[0],
        tries_left=tries_left(after, work.now),
        wait_minutes=compute_wait(after.locked_until, work.now),
    )


@single(permission=Permission.PERSON, is_answer_kept=False)
async def end_try(work: Work, command: EndTry) -> Proof | None:
    """Take the try back, it was right; with a subject give a proof of it.

    Raises Refusal `passwords.changed_meanwhile`.
    """
    person_id = work.actor.person_id
    found = await store.lock_password(work.db, person_id)
    if found is None or found[0] != command.hash:
        raise Refusal("passwords.changed_meanwhile")
    await store.set_standing(work.db, person_id, Standing())
    if not command.subject:
        return None
    token = new_token(_prefix)
    expires_at = work.now + PROOF_LIFE
    await store.delete_proofs(work.db, person_id, work.now)
    await store.insert_proof(work.db, person_id, digest(token), command.subject, expires_at)
    return Proof(token=token, expires_at=expires_at)


@reading(permission=Permission.PERSON)
async def read_password(work: Work, query: ReadPassword) -> PasswordState:  # noqa: ARG001 - asks for nothing
    """Tell whether there is a pay password, and whether it is locked."""
    found = await store.find_password(work.db, work.actor.person_id)
    if found is None:
        return PasswordState(is_set=False, tries_left=TRIES_MAX)
    standing = found[1]
    left = tries_left(standing, work.now)
    return PasswordState(
        is_set=True, tries_left=left, locked_until=None if left else standing.locked_until
    )
