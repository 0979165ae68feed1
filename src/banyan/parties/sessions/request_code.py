"""Sends a one-time code to a phone: sealed at once, delivered after the commit."""

import msgspec

from banyan.base.ids import NONE
from banyan.base.seal import Seal
from banyan.base.secret import new_digits
from banyan.base.text import Phone, normal_phone
from banyan.books.work import Permission, Work, single
from banyan.parties.people import Language
from banyan.parties.sessions.limits import (
    ADDRESS_LIMITS,
    CODE_DIGITS,
    CODE_LIFE,
    CODE_TRIES_MAX,
    PERSON_LIMITS,
    PHONE_LIMITS,
)
from banyan.parties.sessions.ports import PORTS
from banyan.parties.sessions.rules import WaitingCode, check_asked
from banyan.parties.sessions.store import count_asks, put_code
from banyan.parties.sessions.types import Address, CodeId, CodeOnItsWay, CodeRequested

FORGET_CODE = "sessions.forget_code"


class RequestCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a code to this phone, to sign in with."""

    phone: Phone
    language: Language = Language.ZH
    address: Address = ""


class Letter(msgspec.Struct, frozen=True):
    """What lies sealed in the database until the code is sent."""

    phone: str
    code: str


@single(permission=Permission.PUBLIC)
async def request_code(work: Work, command: RequestCode) -> CodeOnItsWay:
    """Make a code that works once, for five minutes, instead of any earlier one for this phone.

    Neither the code nor the phone can be read from the database, the journal or the answer. The
    answer does not tell whether anybody has this phone.
    Raises Invalid `people.phone_malformed`, AskedTooOften.
    """
    seal = PORTS.seal
    phone = normal_phone(command.phone)
    phone_digest = seal.digest("phone", phone)
    await _check_limits(work, seal, phone_digest, command.address)
    code_id = CodeId(work.ids.next())
    code = new_digits(CODE_DIGITS)
    waiting = WaitingCode(
        code_id=code_id,
        code_digest=digest_code(seal, code_id, code),
        tries_left=CODE_TRIES_MAX,
        expires_at=work.now + CODE_LIFE,
    )
    letter = msgspec.json.encode(Letter(phone, code)).decode()
    await put_code(
        work.db,
        phone_digest,
        waiting,
        sealed=seal.close(letter, str(code_id)),
        requested_at=work.now,
    )
    work.later(FORGET_CODE, code_id, waiting.expires_at)
    work.record(CodeRequested(subject_id=code_id, language=command.language.value))
    return CodeOnItsWay(
        expires_at=waiting.expires_at,
        resend_after_s=PHONE_LIMITS[0].period_s,
    )


def digest_code(seal: Seal, code_id: int, code: str) -> bytes:
    """What is stored of a code: keyed, and bound to the one request it belongs to."""
    return seal.digest("code", str(code_id), code)


def open_letter(seal: Seal, code_id: int, sealed: bytes) -> Letter:
    """The phone and the code of a request."""
    return msgspec.json.decode(seal.open(sealed, str(code_id)), type=Letter)


async def _check_limits(work: Work, seal: Seal, phone_digest: bytes, address: str) -> None:
    asks = [(phone_digest, limit) for limit in PHONE_LIMITS]
    if address:
        asks += [(seal.digest("address", address), limit) for limit in ADDRESS_LIMITS]
    if work.actor.person_id != NONE:
        person = seal.digest("person", str(work.actor.person_id))
        asks += [(person, limit) for limit in PERSON_LIMITS]
    check_asked(await count_asks(work.db, asks, work.now), work.now)
