"""Gives a device what it makes payment codes from, and makes codes for those that cannot."""

import base64

import msgspec

from banyan.base.errors import NotFound, Refusal, Trouble
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.people import PersonId, find_people
from banyan.parties.sessions import session_of
from banyan.pay.paycodes import rules, store
from banyan.pay.paycodes.ports import PORTS
from banyan.pay.paycodes.types import Seed, ShownCode

_draws_max = 8
_seeds_max = 100


class SowSeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let this device make payment codes."""


class ShowCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which payment code does this device show now?"""


class GiveCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a payment code for a person without a device."""

    person_id: PersonId


@single(permission=Permission.PERSON, is_answer_kept=False)
async def sow_seed(work: Work, command: SowSeed) -> Seed:  # noqa: ARG001 - asks for nothing
    """Return what this device makes codes from; asked again it is the same.

    It is good for as long as the device is signed in. Raises Refusal `paycodes.no_device`.
    """
    session_id = _session_of(work)
    person_id = work.actor.person_id
    await store.delete_idle(work.db, person_id, work.now - rules.IDLE)
    known = await store.list_seeds_of(work.db, person_id, session_id, 1)
    if known:
        number, secret = known[0].seed_number, PORTS.open(known[0].seed_number, known[0].sealed)
    else:
        number, secret = await _sow(work, person_id, session_id)
    return Seed(seed_number=number, secret=base64.b64encode(secret).decode(), now=work.now)


@reading(permission=Permission.PERSON)
async def show_code(work: Work, query: ShowCode) -> ShownCode:  # noqa: ARG001 - asks for nothing
    """Return a code of this minute that was not taken.

    Raises NotFound `paycodes.no_seed`; Refusal `paycodes.no_device`, `paycodes.all_taken`.
    """
    known = await store.list_seeds_of(work.db, work.actor.person_id, _session_of(work), 1)
    if not known:
        raise NotFound("paycodes.no_seed")
    found = await _find_fresh(work, known[0])
    if found is None:
        raise Refusal("paycodes.all_taken")
    return found


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def give_code(work: Work, command: GiveCode) -> ShownCode:
    """Return a code that was not taken, as often as it is asked for: for the sandbox.

    Raises NotFound `people.not_found`.
    """
    person_id = int(command.person_id)
    if person_id not in await find_people(work.db, [person_id]):
        raise NotFound("people.not_found")
    for one in await store.list_seeds_of(work.db, person_id, 0, _seeds_max):
        found = await _find_fresh(work, one)
        if found is not None:
            return found
    number, secret = await _sow(work, person_id, 0)
    code = rules.compute_code(number, secret, work.now, 0)
    return ShownCode(code=code, changes_at=rules.compute_change(work.now))


def _session_of(work: Work) -> int:
    session_id = session_of(work.actor)
    if not session_id:
        raise Refusal("paycodes.no_device")
    return session_id


async def _find_fresh(work: Work, seed: store.SeedRow) -> ShownCode | None:
    number = seed.seed_number
    codes = rules.list_codes(number, PORTS.open(number, seed.sealed), work.now)
    code = rules.find_fresh(codes, await store.find_takings(work.db, [number], codes))
    if code is None:
        return None
    changes_at = rules.compute_change(work.now)
    return ShownCode(code=code, changes_at=changes_at, turn=codes.index(code))


async def _sow(work: Work, person_id: int, session_id: int) -> tuple[int, bytes]:
    for _ in range(_draws_max):
        number, secret = PORTS.draw()
        seed = store.SeedRow(number, person_id, session_id, PORTS.close(number, secret))
        if await store.insert_seed(work.db, seed, work.now):
            return number, secret
    raise Trouble("paycodes.no_number")
