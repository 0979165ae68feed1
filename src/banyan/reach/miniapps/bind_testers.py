"""Who may open what of a mini program is not released yet."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.secret import new_token
from banyan.base.text import normal_phone
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.people import PersonId, find_people, find_phones
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app
from banyan.reach.miniapps.records import TesterRow
from banyan.reach.miniapps.types import TESTERS_MAX, OwnCommand, Tester

_userstr_length = 32

WeChatId = Annotated[str, msgspec.Meta(max_length=64)]
"""By what people know each other: here the phone number."""


class BindTester(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let this person try the mini program."""

    wechat_id: WeChatId


class UnbindTester(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let this person try the mini program no more: named by one or the other."""

    wechat_id: WeChatId = ""
    userstr: WeChatId = ""


class ListTesters(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may try the mini program?"""


class Testers(msgspec.Struct, frozen=True, kw_only=True):
    """All who may try a mini program."""

    items: list[Tester]


@single(permission=Permission.CHANNELS_WRITE)
async def bind_tester(work: Work, command: BindTester) -> Tester:
    """Add a tester.

    Raises NotFound `channels.not_found`, `miniapps.nobody_of_this_name`; Refusal
    `miniapps.too_many_testers`, `miniapps.tester_already`.
    """
    channel = await access_own_app(work, command)
    person_id = await _find_person(work, command.wechat_id)
    if not person_id:
        raise NotFound("miniapps.nobody_of_this_name")
    await store.lock_app(work.db, channel.channel_id)
    known = await store.list_testers(work.db, channel.channel_id, TESTERS_MAX)
    if len(known) >= TESTERS_MAX:
        raise Refusal("miniapps.too_many_testers", testers_max=TESTERS_MAX)
    row = TesterRow(person_id, new_token("")[-_userstr_length:], work.now)
    if not await store.insert_tester(work.db, channel.channel_id, row):
        raise Refusal("miniapps.tester_already")
    return (await _show(work, [row]))[0]


@single(permission=Permission.CHANNELS_WRITE)
async def unbind_tester(work: Work, command: UnbindTester) -> None:
    """Take a tester away. Raises NotFound `channels.not_found`, `miniapps.nobody_of_this_name`."""
    channel = await access_own_app(work, command)
    person_id = await _find_person(work, command.wechat_id)
    found = (person_id or command.userstr) and await store.delete_tester(
        work.db, channel.channel_id, person_id, command.userstr
    )
    if not found:
        raise NotFound("miniapps.nobody_of_this_name")


@reading(permission=Permission.CHANNELS_READ)
async def list_testers(work: Work, query: ListTesters) -> Testers:
    """Return all testers. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    return Testers(
        items=await _show(work, await store.list_testers(work.db, channel.channel_id, TESTERS_MAX))
    )


async def _find_person(work: Work, wechat_id: str) -> PersonId:
    """Whose phone number this is; 0 for nobody's."""
    try:
        phone = normal_phone(wechat_id)
    except Failure:
        return PersonId(0)
    return (await find_phones(work.db, [phone])).get(phone, PersonId(0))


async def _show(work: Work, rows: Sequence[TesterRow]) -> list[Tester]:
    people = await find_people(work.db, [one.person_id for one in rows])
    return [
        Tester(
            userstr=one.userstr,
            masked_phone=people[one.person_id].masked_phone or "",
            bound_at=one.bound_at,
        )
        for one in rows
    ]
