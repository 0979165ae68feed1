"""Codes, sessions, the actors that sessions stand for, and the facts about them."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import NONE, Id
from banyan.base.text import OptionalName
from banyan.books.journal import Event
from banyan.books.work import Actor
from banyan.parties.ids import PersonId


class CodeId(Id):
    """One one-time code that was asked for."""


class SessionId(Id):
    """One device that is signed in."""


OneTimeCode = Annotated[str, msgspec.Meta(min_length=6, max_length=6, pattern=r"^[0-9]{6}$(?!\n)")]
Device = OptionalName
"""What a person recognises a device by, such as "Chrome on Android"."""
Address = Annotated[str, msgspec.Meta(max_length=64)]
"""Where a request came from. A fact that the door fills in, never the caller."""
UserAgent = Annotated[str, msgspec.Meta(max_length=200)]
"""What a browser calls itself. A fact that the door fills in, never the caller."""


class PersonActor(Actor, frozen=True, kw_only=True):
    """A person on one of their devices."""

    session_id: int = NONE
    is_seen_stale: bool = False
    """Whether "last seen" is so old that the door should run `mark_seen`."""


def session_of(actor: Actor) -> int:
    """On which of a person's devices this is; 0 for programs and for Banyan itself."""
    return int(actor.session_id) if isinstance(actor, PersonActor) else 0


class CodeOnItsWay(msgspec.Struct, frozen=True, kw_only=True):
    """A code was sent; the same answer whether anybody is known by that phone or not."""

    expires_at: datetime
    resend_after_s: int
    """Seconds until another one may be asked for."""


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A device is signed in. The token is shown this once: only its digest is kept."""

    token: str
    session_id: SessionId
    person_id: PersonId
    is_first: bool
    """Whether this person had never signed in before."""
    expires_at: datetime


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in device, as its person sees it."""

    session_id: SessionId
    device: str
    is_current: bool
    signed_in_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class SignedOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many sessions were ended."""

    count: int


class WrongCode(Refusal):
    """That is not the code; so many tries are left."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("sessions.wrong_code", tries_left=tries_left)


class CodeExpired(Refusal):
    """No code is waiting for this phone: too old, used, or tried too often. Ask for a new one."""

    def __init__(self) -> None:
        super().__init__("sessions.code_expired")


class AskedTooOften(Refusal):
    """Codes were asked for too often; in so many seconds it may be tried again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("sessions.asked_too_often", retry_after_s=retry_after_s)


class CodeRequested(Event, frozen=True, kw_only=True, tag="sessions.code_requested"):
    """Somebody asked for a code, `subject_id`. Neither it nor the phone is in the journal."""

    language: str
    """The language to write to them in."""


class CodeUndelivered(Event, frozen=True, kw_only=True, tag="sessions.code_undelivered"):
    """A code, `subject_id`, could not be sent; its owner asks for another."""

    reason: str
    """The stable code of the failure."""


class PersonSignedIn(Event, frozen=True, kw_only=True, tag="sessions.signed_in"):
    """A person signed in on a device; `subject_id` is the session."""

    is_first: bool
    """Whether it was their first time."""


class PersonSignedOut(Event, frozen=True, kw_only=True, tag="sessions.signed_out"):
    """A person ended one of their sessions, `subject_id`; from that device or another."""
