"""Has a signed-in person show once more that they hold their phone."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure
from banyan.books.work import Call, Permission, Work, plural
from banyan.parties.people import find_phones_of
from banyan.parties.sessions.limits import SIGN_IN_BATCH_MAX
from banyan.parties.sessions.ports import PORTS
from banyan.parties.sessions.request_code import digest_code
from banyan.parties.sessions.rules import decide_try
from banyan.parties.sessions.store import delete_codes, lock_codes, set_tries
from banyan.parties.sessions.types import CodeExpired, OneTimeCode, WrongCode


class ConfirmPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This is the code that was sent to my phone just now."""

    code: OneTimeCode


@plural(permission=Permission.PERSON, batch_max=SIGN_IN_BATCH_MAX)
async def confirm_phone(
    work: Work, calls: Sequence[Call[ConfirmPhone]]
) -> Sequence[Failure | None]:
    """Use up the code of the caller's own phone.

    It is plural so that a wrong try is counted although it is refused, as in `sign_in`.
    Outcomes: WrongCode, CodeExpired.
    """
    seal = PORTS.seal
    phones = await find_phones_of(work.db, sorted({call.actor.person_id for call in calls}))
    digests = {person_id: seal.digest("phone", phone) for person_id, phone in phones.items()}
    waiting = await lock_codes(work.db, sorted(digests.values()))
    tries: dict[bytes, int] = {}
    used: set[bytes] = set()
    outcomes: list[Failure | None] = []
    for call in calls:
        key = digests.get(call.actor.person_id, b"")
        code = waiting.get(key)
        given = digest_code(seal, code.code_id if code else 0, call.command.code)
        refusal = CodeExpired() if key in used else decide_try(code, given, call.at)
        if isinstance(refusal, WrongCode):
            assert code is not None
            tries[key] = code.tries_left - 1
            waiting[key] = msgspec.structs.replace(code, tries_left=tries[key])
        if refusal is None:
            used.add(key)
        outcomes.append(refusal)
    await set_tries(work.db, {key: left for key, left in tries.items() if key not in used})
    await delete_codes(work.db, sorted(used))
    return outcomes
