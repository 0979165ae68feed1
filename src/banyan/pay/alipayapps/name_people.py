"""What apps know people by, and who is behind such a name."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import normal_phone
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId, find_people, find_phones
from banyan.pay.alipayapps import store
from banyan.pay.alipayapps.ports import PORTS
from banyan.pay.alipayapps.rules import render_number, render_open_id
from banyan.pay.alipayapps.types import AppId, Named

_number_bytes = 16
_open_id_bytes = 30
_tries_max = 5
_country = "+86"


class NamePeople(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does the app know these people by?"""

    app_id: AppId
    merchant_id: MerchantId
    """For whom the app acts."""
    person_ids: Annotated[list[PersonId], msgspec.Meta(max_length=100)]


class FindNamed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is behind one of these names? The first that is not empty counts."""

    app_id: AppId
    merchant_id: MerchantId
    number: str = ""
    open_id: str = ""
    logon_id: str = ""
    """A telephone number."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is; 0 for nobody."""

    person_id: PersonId


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def name_people(work: Work, command: NamePeople) -> list[Named]:
    """Return what an app knows people by; they have new names where they had none."""
    person_ids = sorted({int(one) for one in command.person_ids})
    return await give_names(work, command.app_id, command.merchant_id, person_ids)


async def give_names(
    work: Work, app_id: AppId, merchant_id: MerchantId, person_ids: Sequence[int]
) -> list[Named]:
    """Return what an app knows people by; who is nobody is left out."""
    people = await find_people(work.db, person_ids)
    known = sorted(int(one) for one in people)
    numbers = await _ensure_numbers(work, merchant_id, known)
    openids = await store.find_openids(work.db, app_id, known)
    fresh = {one: render_open_id(PORTS.draw(_open_id_bytes)) for one in known if one not in openids}
    if fresh:
        await store.insert_openids(work.db, app_id, fresh)
        openids = await store.find_openids(work.db, app_id, known)
    return [
        Named(
            person_id=one,
            number=numbers[one],
            open_id=openids[one],
            logon_id=people[PersonId(one)].masked_phone.removeprefix(_country),
        )
        for one in known
    ]


async def _ensure_numbers(
    work: Work, merchant_id: MerchantId, person_ids: Sequence[int]
) -> dict[int, str]:
    numbers = await store.find_buyers(work.db, merchant_id, person_ids)
    for _ in range(_tries_max):
        fresh = {
            one: render_number(PORTS.draw(_number_bytes))
            for one in person_ids
            if one not in numbers
        }
        if not fresh:
            break
        # Rarely another has the number already, or a rival gave one first: look, and try again.
        await store.insert_buyers(work.db, merchant_id, fresh)
        numbers = await store.find_buyers(work.db, merchant_id, person_ids)
    return numbers


@reading(permission=Permission.SYSTEM)
async def find_named(work: Work, query: FindNamed) -> Found:
    """Return who is behind a name."""
    person_id: int | None = None
    if query.number:
        person_id = await store.find_buyer(work.db, query.merchant_id, query.number)
    elif query.open_id:
        person_id = await store.find_openid(work.db, query.app_id, query.open_id)
    elif query.logon_id:
        person_id = await _find_by_phone(work, query.logon_id)
    return Found(person_id=PersonId(person_id or 0))


async def _find_by_phone(work: Work, typed: str) -> int | None:
    try:
        phone = normal_phone(typed)
    except Invalid:
        return None
    return (await find_phones(work.db, [phone])).get(phone)
