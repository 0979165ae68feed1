"""Signs a person in on a device by the code that was sent to their phone."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.base.secret import digest, new_token
from banyan.base.text import Phone, normal_phone
from banyan.books.work import Call, Permission, Work, plural, single
from banyan.parties.ids import PersonId
from banyan.parties.people import Language, NewPerson, add_people, find_people, welcome_person
from banyan.parties.sessions.limits import SESSION_LIFE, SESSIONS_MAX, SIGN_IN_BATCH_MAX
from banyan.parties.sessions.ports import PORTS
from banyan.parties.sessions.request_code import digest_code
from banyan.parties.sessions.rules import WaitingCode, compute_device, decide_try
from banyan.parties.sessions.store import (
    delete_codes,
    delete_oldest,
    insert_session,
    lock_codes,
    set_tries,
)
from banyan.parties.sessions.types import (
    Device,
    NewSession,
    OneTimeCode,
    PersonSignedIn,
    Session,
    SessionId,
    UserAgent,
    WrongCode,
)

TOKEN_PREFIX = "bs"  # noqa: S105 - says of a token that it is a session's, not a key's
EXPIRE_SESSION = "sessions.expire_session"


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign in with the code that was sent to this phone; whoever is new is signed up by it."""

    phone: Phone
    code: OneTimeCode
    language: Language = Language.ZH
    device: Device = ""
    user_agent: UserAgent = ""


class OpenSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign a person in without a code."""

    person_id: PersonId
    language: Language = Language.ZH
    device: Device = ""


@plural(permission=Permission.PUBLIC, batch_max=SIGN_IN_BATCH_MAX, is_answer_kept=False)
async def sign_in(work: Work, calls: Sequence[Call[SignIn]]) -> Sequence[NewSession | Failure]:
    """Sign each caller in who has the code of their phone, and add the person if nobody knew them.

    It is plural so that a wrong try, which is refused, is counted all the same: a single
    operation that raises leaves nothing behind.
    Outcomes: Invalid `people.phone_malformed`, WrongCode, CodeExpired.
    """
    phones = [_phone(call.command) for call in calls]
    seal = PORTS.seal
    digests = {one: seal.digest("phone", one) for one in phones if isinstance(one, str)}
    waiting = await lock_codes(work.db, sorted(digests.values()))
    tries: dict[bytes, int] = {}
    used: set[bytes] = set()
    outcomes: list[NewSession | Failure] = []
    for call, phone in zip(calls, phones, strict=True):
        if isinstance(phone, Invalid):
            outcomes.append(phone)
            continue
        key = digests[phone]
        refusal = _try(waiting.get(key), call)
        if isinstance(refusal, WrongCode):
            tries[key] = waiting[key].tries_left - 1
            waiting[key] = msgspec.structs.replace(waiting[key], tries_left=tries[key])
        if refusal is None:
            del waiting[key]
            used.add(key)
        outcomes.append(refusal or await _sign_in(work, call, phone))
    await set_tries(work.db, {key: left for key, left in tries.items() if key not in used})
    await delete_codes(work.db, sorted(used))
    return outcomes


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def open_session(work: Work, command: OpenSession) -> NewSession:
    """Sign in without a code: for demo and sandbox. Raises NotFound `people.not_found`."""
    if command.person_id not in await find_people(work.db, [command.person_id]):
        raise NotFound("people.not_found")
    call = Call(command, work.actor, work.now)
    return await _open(work, call, command.person_id, device=command.device)


def _phone(command: SignIn) -> str | Invalid:
    try:
        return normal_phone(command.phone)
    except Invalid as invalid:
        return invalid


def _try(waiting: WaitingCode | None, call: Call[SignIn]) -> Failure | None:
    code_id = waiting.code_id if waiting else 0
    return decide_try(waiting, digest_code(PORTS.seal, code_id, call.command.code), call.at)


async def _sign_in(work: Work, call: Call[SignIn], phone: str) -> NewSession:
    command = call.command
    new = NewPerson(phone=phone, language=command.language)
    (person_id,) = await add_people(work, [new], index=call.index)
    device = compute_device(command.device, command.user_agent)
    return await _open(work, call, person_id, device=device)


async def _open(
    work: Work, call: Call[SignIn] | Call[OpenSession], person_id: PersonId, *, device: str
) -> NewSession:
    is_first = await welcome_person(
        work, person_id, call.command.language, at=call.at, index=call.index
    )
    token = new_token(TOKEN_PREFIX)
    session = Session(
        session_id=SessionId(work.ids.next()),
        device=device,
        is_current=True,
        signed_in_at=call.at,
        last_seen_at=call.at,
        expires_at=call.at + SESSION_LIFE,
    )
    await insert_session(work.db, person_id, session, digest(token))
    for ended in await delete_oldest(work.db, person_id, SESSIONS_MAX):
        work.cancel_later(EXPIRE_SESSION, ended)
    work.later(EXPIRE_SESSION, session.session_id, session.expires_at)
    work.record(
        PersonSignedIn(person_id=person_id, subject_id=session.session_id, is_first=is_first),
        index=call.index,
    )
    return NewSession(
        token=token,
        session_id=session.session_id,
        person_id=person_id,
        is_first=is_first,
        expires_at=session.expires_at,
    )
