"""The sandbox plays people: they come, and look into inbox and wallet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import Phone
from banyan.books.office import Office
from banyan.books.work import SYSTEM, Actor
from banyan.doors.sandbox.calls import call, meet
from banyan.doors.sandbox.channel_calls import Appid, find_channel, read_appids
from banyan.doors.sandbox.faults import FaultyBank
from banyan.doors.sandbox.ports import Playground
from banyan.doors.sandbox.talk_calls import Heard, heard
from banyan.parties.people import EnrolPerson, Nickname, PersonId, enrol_person
from banyan.parties.sessions import OpenSession, open_session
from banyan.pay.paycodes import GiveCode, give_code
from banyan.pay.wallets import (
    BALANCE_MAX_FEN,
    TOP_UP_MAX_FEN,
    ReadWallet,
    TopUpWallet,
    read_wallet,
    top_up,
)
from banyan.reach.broadcasts import NOTICE as BROADCAST
from banyan.reach.broadcasts import FindMyBroadcasts, Spoken, find_my_broadcasts
from banyan.reach.notices import ListNotices, Notice, list_notices
from banyan.reach.talks import NOTICE, FindMyMessages, find_my_messages
from banyan.views.statements import ListWalletEntries, WalletEntry, list_wallet_entries

_inbox_max = 1_000
_page = 100


class AddPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody comes into being."""

    nickname: Nickname
    phone: Phone | None = None
    balance_fen: Annotated[int, msgspec.Meta(ge=0, le=BALANCE_MAX_FEN)] = 0


class AddedPerson(msgspec.Struct, frozen=True):
    """A person, and the token by which they sign in on the API and the pages."""

    person: PersonId
    token: str


class ReadInbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person opens their inbox, or the part of one official account."""

    person: PersonId
    appid: Appid | None = None


class InboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the person sees it."""

    msg_id: Id
    kind: str
    appid: str
    """The official account that says it; empty when Banyan itself does."""
    title: str
    body: str
    link: str
    fields: dict[str, str | int | bool]
    at: datetime
    is_read: bool
    message: Heard | None = None
    """What was said in full, of `talks.message`."""
    broadcast: Spoken | None = None
    """What was said in full, of `channels.message`."""


class Inbox(msgspec.Struct, frozen=True):
    """What arrived, newest last."""

    messages: list[InboxMessage]


class AddMoney(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person puts money into their wallet."""

    person: PersonId
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=BALANCE_MAX_FEN)]


class Balance(msgspec.Struct, frozen=True):
    """What a person holds."""

    balance_fen: int


class OfPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person."""

    person: PersonId


class PaymentCode(msgspec.Struct, frozen=True):
    """What a person shows at a till."""

    auth_code: str


class PersonWallet(msgspec.Struct, frozen=True):
    """What a person holds, and what came and went, newest first."""

    balance_fen: int
    entries: list[WalletEntry]


@call
async def add_person(playground: Playground, command: AddPerson) -> AddedPerson:
    """Add a person, signed in, with money in their wallet; no fault of the bank is used up.

    Whoever has the phone already is that person. Raises Invalid `people.phone_malformed`.
    """
    enrol = EnrolPerson(nickname=command.nickname, phone=command.phone)
    profile = await playground.office.run(enrol_person, enrol, SYSTEM)
    opening = OpenSession(person_id=profile.person_id, device="sandbox")
    session = await playground.office.run(open_session, opening, SYSTEM)
    if command.balance_fen:
        money = AddMoney(person=profile.person_id, amount_fen=command.balance_fen)
        await _top_up(playground.office, playground, money)
    return AddedPerson(profile.person_id, session.token)


@call
async def read_inbox(playground: Playground, command: ReadInbox) -> Inbox:
    """List the newest thousand messages of a person, newest last, when nothing is under way.

    Raises NotFound `people.not_found`, `channels.not_found`.
    """
    actor = await meet(playground, command.person)
    await playground.settle()
    channel_id = None
    if command.appid is not None:
        channel_id = Id((await find_channel(playground, command.appid)).channel_id)
    notices: list[Notice] = []
    cursor = None
    while len(notices) < _inbox_max:
        query = ListNotices(channel_id=channel_id, limit=_page, cursor=cursor)
        page = await playground.office.run(list_notices, query, actor)
        notices += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    appids = await read_appids(playground, {one.channel_id for one in notices})
    said = await _read_said(playground, notices, actor)
    sent = await _read_broadcasts(playground, notices, actor)
    return Inbox([_message(one, appids, said, sent) for one in reversed(notices)])


@call
async def add_money(playground: Playground, command: AddMoney) -> Balance:
    """Put money of the test bank into a person's wallet, unless a fault of the bank waits.

    Beyond what one top-up may bring, the bank is asked more than once. Raises Trouble
    `sandbox.fault` (after `drop` the money has moved); NotFound `people.not_found`; Refusal
    `wallets.too_full`.
    """
    bank = FaultyBank(playground.office, playground.faults)
    return Balance(await _top_up(bank, playground, command))


@call
async def show_wallet(playground: Playground, command: OfPerson) -> PersonWallet:
    """Look into a person's wallet. Raises NotFound `people.not_found`."""
    actor = await meet(playground, command.person)
    wallet = await playground.office.run(read_wallet, ReadWallet(), actor)
    entries = await playground.office.run(
        list_wallet_entries, ListWalletEntries(limit=_page), actor
    )
    return PersonWallet(wallet.balance_fen, entries.items)


@call
async def show_payment_code(playground: Playground, command: OfPerson) -> PaymentCode:
    """Show the person's payment code of this minute; once it was taken, another.

    Raises NotFound `people.not_found`.
    """
    made = await playground.office.run(give_code, GiveCode(person_id=command.person), SYSTEM)
    return PaymentCode(made.code)


async def _top_up(bank: Office | FaultyBank, playground: Playground, command: AddMoney) -> int:
    actor = await meet(playground, command.person)
    left, balance = command.amount_fen, 0
    while left:
        part = min(left, TOP_UP_MAX_FEN)
        # With a key, as a careful program asks: a bank that repeats itself is heard once.
        key = f"sandbox-{playground.office.ids.next()}"
        done = await bank.run(top_up, TopUpWallet(amount_fen=part), actor, key=key)
        left, balance = left - part, done.balance_fen
    return balance


async def _read_said(
    playground: Playground, notices: Sequence[Notice], actor: Actor
) -> dict[str, Heard]:
    ids = [Id(int(one.fields["message_id"])) for one in notices if one.kind == NOTICE]
    said: dict[str, Heard] = {}
    for start in range(0, len(ids), _page):
        query = FindMyMessages(message_ids=ids[start : start + _page])
        found = (await playground.office.run(find_my_messages, query, actor)).items
        said |= {str(int(one.message_id)): heard(one) for one in found}
    return said


async def _read_broadcasts(
    playground: Playground, notices: Sequence[Notice], actor: Actor
) -> dict[str, Spoken]:
    ids = [Id(int(one.fields["message_id"])) for one in notices if one.kind == BROADCAST]
    sent: dict[str, Spoken] = {}
    for start in range(0, len(ids), _page):
        query = FindMyBroadcasts(message_ids=ids[start : start + _page])
        found = (await playground.office.run(find_my_broadcasts, query, actor)).items
        sent |= {str(int(one.message_id)): one.content for one in found}
    return sent


def _message(
    notice: Notice, appids: dict[Id, str], said: dict[str, Heard], sent: dict[str, Spoken]
) -> InboxMessage:
    message_id = str(notice.fields.get("message_id", ""))
    return InboxMessage(
        msg_id=Id(notice.notice_id),
        kind=notice.kind,
        appid=appids.get(notice.channel_id, ""),
        title=notice.title,
        body=notice.body,
        link=notice.link,
        fields=dict(notice.fields),
        at=notice.arrived_at,
        is_read=notice.is_read,
        message=said.get(message_id),
        broadcast=sent.get(message_id),
    )
