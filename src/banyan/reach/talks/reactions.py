"""What a person does besides talking: a follow, a tap, a scan or a payment opens a credit."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.ids import NONE
from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import (
    ButtonKind,
    Channel,
    ChannelUnfollowed,
    Happening,
    MenuTapped,
    ensure_openids,
    find_main,
)
from banyan.reach.pushes import has_server
from banyan.reach.talks import store
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import ACTED_LIFE, PAID_LIFE
from banyan.reach.talks.say import answer_by_rules


async def take_happening(work: Work, channel: Channel, happening: Happening) -> None:
    """Let an account write to who follows or taps, in the transaction in which they do.

    Who leaves needs no agent any more. Without a server, the account's rules answer the key of a
    tapped button as if it had been said.
    """
    talk = await store.lock_talk(work.db, channel.channel_id, happening.person_id, happening.openid)
    if isinstance(happening, ChannelUnfollowed):
        left = msgspec.structs.replace(talk, agent_id=0, attended_at=None, waits_since=None)
        await store.set_talk(work.db, left)
        return
    talk = after_act(talk, work.now)
    await store.set_talk(work.db, talk)
    is_click = isinstance(happening, MenuTapped) and happening.button_kind is ButtonKind.CLICK
    if not is_click or talk.agent_id or await has_server(work.db, channel.channel_id):
        return
    if not await is_blocked(work.db, channel.channel_id, talk.person_id):
        assert isinstance(happening, MenuTapped)
        await answer_by_rules(work, channel, talk, happening.key, NONE)


async def on_scans(work: Work, facts: Sequence[Fact]) -> None:
    """Let accounts write to those who scanned a code of theirs a moment ago."""
    for fact in facts:
        if work.now < fact.at + ACTED_LIFE:
            talk = await _lock(work, fact.channel_id, fact.person_id)
            await store.set_talk(work.db, after_act(talk, fact.at))


async def on_payments(work: Work, facts: Sequence[Fact]) -> None:
    """Let the main account of a shop write to those who paid there within two days."""
    paid: dict[int, dict[int, datetime]] = {}
    for fact in facts:
        if fact.person_id and work.now < fact.at + PAID_LIFE:
            people = paid.setdefault(fact.merchant_id, {})
            people[fact.person_id] = max(fact.at, people.get(fact.person_id, fact.at))
    for merchant_id, people in sorted(paid.items()):
        channel_id = await find_main(work.db, merchant_id)
        if channel_id is not None:
            openids = await ensure_openids(work, channel_id, list(people))
            await store.set_paid(work.db, int(channel_id), openids, people)


def after_act(talk: TalkRow, at: datetime) -> TalkRow:
    """Return a conversation after its person did something, unless they did more since."""
    if talk.acted_at is not None and talk.acted_at >= at:
        return talk
    return msgspec.structs.replace(talk, acted_at=at, acted_used=0)


async def _lock(work: Work, channel_id: int, person_id: int) -> TalkRow:
    openids = await ensure_openids(work, channel_id, [person_id])
    return await store.lock_talk(work.db, channel_id, person_id, openids[person_id])


FOLLOWERS = (
    Follower(name="talks.scans", kinds=("scenes.scanned",), handle=on_scans),
    Follower(name="talks.payments", kinds=("orders.paid",), handle=on_payments),
)
