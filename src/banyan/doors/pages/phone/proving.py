"""Asks for the pay password where a payment needs it, on whichever page it is made."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from banyan.base.errors import Failure
from banyan.base.json import encode
from banyan.base.secret import digest
from banyan.books.work import Operation
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.pay.passwords import ProvePassword, ReadPassword, prove_password, read_password
from banyan.pay.risk import PASSWORD_NEEDED

_FIELD = "pay_password"
C = TypeVar("C", bound=msgspec.Struct)
R = TypeVar("R")


class Asking(msgspec.Struct, frozen=True):
    """How a page asks for the pay password."""

    is_set: bool
    """Else the person must set one first."""
    error: str = ""
    locked_until: datetime | None = None
    """Until then no password is taken; a code sent to the phone unlocks it before."""


async def prove(ask: Ask, subject: str) -> str:
    """The proof for this subject, if the form brings the pay password; empty if it does not.

    Raises like `prove_password`.
    """
    password = ask.form.text(_FIELD)
    if not password:
        return ""
    command = fill(ProvePassword, password=password, subject=subject)
    return (await ask.run(prove_password, command)).token


async def run_proved(ask: Ask, operation: Operation[C, R], command: C, subject: str) -> R:
    """Run what has a field `proof`, with the proof that the form brings for this subject.

    The key of the form leaves the proof out, which is another each time: what was done already
    is refused by `answers.key_reused` then. Raises Failure.
    """
    key = f"{ask.form.key}.{digest(encode(command).decode()).hex()[:16]}" if ask.form.key else ""
    proved = msgspec.structs.replace(command, proof=await prove(ask, subject))
    return await ask.house.office.run(operation, proved, ask.actor, key=key)


async def find_asking(ask: Ask, failure: Failure) -> Asking | None:
    """How to ask for the pay password after this refusal; None where it is about something else."""
    is_about = failure.code.startswith("passwords.") or failure.code == PASSWORD_NEEDED
    is_malformed = isinstance(failure, Wrong) and "password" in failure.errors
    if not is_about and not is_malformed:
        return None
    state = await ask.run(read_password, ReadPassword())
    if failure.code in {PASSWORD_NEEDED, "passwords.not_set"}:
        return Asking(is_set=state.is_set, locked_until=state.locked_until)
    told = next(iter(ask.mistakes(failure).values()), "")
    return Asking(is_set=state.is_set, error=told, locked_until=state.locked_until)
