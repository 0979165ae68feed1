"""Notices sudden crowds of followers and repeated forced sharing, and lets people settle it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.journal import Fact, Follower
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.people import find_added
from banyan.reach.channels import ChannelId, access_channel, find_channels
from banyan.reach.moderation import Reason, count_refused
from banyan.reach.penalties import store
from banyan.reach.penalties.give_penalty import Days, GivePenalty, Words, punish
from banyan.reach.penalties.rules import CROWD_MIN, FRESH, KEPT, REFUSALS_MIN, decide_signs
from banyan.reach.penalties.types import (
    PenaltyKind,
    Sign,
    Suspicion,
    SuspicionId,
    SuspicionKind,
    SuspicionNoted,
    SuspicionState,
)

LOOKS = ("penalties.look", "penalties.look_odd")
"""By the hour: what happens in one never puts off the look at the one before."""
LOOK_AGAIN = "penalties.look_again"
_hour_s = 3_600
_memory = timedelta(days=30)
_at_once = 500
SUSPICIONS_MAX = 100


class ListSuspicions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom should people look at?"""


class Suspicions(msgspec.Struct, frozen=True, kw_only=True):
    """What people should look at, the oldest first."""

    items: list[Suspicion]


class SettleSuspicion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It is nothing; or punish the account for it."""

    channel_id: ChannelId
    suspicion_id: SuspicionId
    penalty: PenaltyKind | None = None
    days: Days | None = None
    note: Words = ""


@reading(permission=Permission.OPERATOR)
async def list_suspicions(work: Work, query: ListSuspicions) -> Suspicions:
    """Return what nobody has settled, with the names of the accounts."""
    del query
    found = await store.list_open(work.db, SUSPICIONS_MAX)
    ids = sorted({int(one.channel_id) for one in found})
    names = {int(key): one.name for key, one in (await find_channels(work.db, ids)).items()}
    return Suspicions(
        items=[
            msgspec.structs.replace(one, channel_name=names[int(one.channel_id)]) for one in found
        ]
    )


@single(permission=Permission.OPERATOR)
async def settle_suspicion(work: Work, command: SettleSuspicion) -> Suspicion:
    """Settle a suspicion, once; a penalty for it tells the same figures.

    Raises NotFound `penalties.no_such_suspicion`; Invalid `penalties.days_missing`.
    """
    if command.penalty is not None and command.days is None:
        raise Invalid("penalties.days_missing")
    is_punished = command.penalty is not None
    state = SuspicionState.PUNISHED if is_punished else SuspicionState.DISMISSED
    key = (command.channel_id, command.suspicion_id)
    settled = await store.set_settled(work.db, *key, state, work.now, work.actor.person_id)
    if settled is None:
        raise NotFound("penalties.no_such_suspicion")
    if command.penalty is not None and command.days is not None:
        given = GivePenalty(
            channel_id=command.channel_id,
            kind=command.penalty,
            days=command.days,
            reason=settled.kind.value,
            note=command.note,
        )
        await punish(work, given, settled.facts)
    return settled


async def on_follows(work: Work, facts: Sequence[Fact]) -> None:
    """Note who came and who went, and look at their accounts within the hour."""
    came = [one for one in facts if one.kind == "channels.followed"]
    added = await find_added(work.db, sorted({one.person_id for one in came}))
    follows = [
        (
            one.channel_id,
            one.person_id,
            one.at,
            one.person_id in added and one.at - added[one.person_id] < FRESH,
            bool(one.code_id),
        )
        for one in came
    ]
    await store.insert_follows(work.db, follows)
    gone = {
        (one.channel_id, one.person_id): one.at for one in facts if one.kind != "channels.followed"
    }
    await store.set_left(work.db, [(*key, at) for key, at in gone.items()])
    _look_later(work, facts)


async def on_refused(work: Work, facts: Sequence[Fact]) -> None:
    """Look at accounts that were refused something."""
    _look_later(work, facts)


def _look_later(work: Work, facts: Sequence[Fact]) -> None:
    """Look when the hour is over: later timers take the place of earlier ones of their kind."""
    hour = int(work.now.timestamp()) // _hour_s
    due_at = datetime.fromtimestamp((hour + 1) * _hour_s, UTC)
    for channel_id in {one.channel_id for one in facts}:
        work.later(LOOKS[hour % 2], channel_id, due_at)


async def look(work: Work, timer: Timer) -> None:
    """Note what is suspicious about an account by now."""
    channel_id = timer.subject
    crowd = await store.read_crowd(work.db, channel_id, work.now, work.now - KEPT)
    signs = decide_signs(crowd)
    if signs:
        figures = msgspec.structs.asdict(crowd)
        await _note(work, channel_id, SuspicionKind.BOUGHT_FOLLOWERS, signs, figures)
    if crowd.follows_count >= CROWD_MIN:
        # Those who leave soon are seen only later.
        work.later(LOOK_AGAIN, channel_id, work.now + timedelta(hours=6))
    since = work.now - _memory
    refusals = await count_refused(work.db, channel_id, Reason.INDUCEMENT, since)
    if refusals >= REFUSALS_MIN:
        figures = {"refusals_count": refusals}
        await _note(work, channel_id, SuspicionKind.FORCED_SHARING, [Sign.REPEATED], figures)


async def _note(
    work: Work, channel_id: int, kind: SuspicionKind, signs: list[Sign], figures: dict[str, int]
) -> None:
    channel = await access_channel(work.db, channel_id)
    noted = Suspicion(
        merchant_id=channel.merchant_id,
        channel_id=channel.channel_id,
        suspicion_id=SuspicionId(work.ids.next()),
        kind=kind,
        day=work.now.date(),
        facts=figures,
        signs=signs,
        state=SuspicionState.OPEN,
        noted_at=work.now,
    )
    if await store.note_suspicion(work.db, noted):
        work.record(
            SuspicionNoted(
                merchant_id=int(channel.merchant_id),
                channel_id=channel_id,
                subject_id=int(noted.suspicion_id),
                suspicion_kind=kind,
                signs=signs,
            )
        )


FOLLOWERS = (
    Follower(
        name="penalties.follows",
        kinds=("channels.followed", "channels.unfollowed"),
        handle=on_follows,
        batch_max=_at_once,
    ),
    Follower(name="penalties.refused", kinds=("moderation.decided",), handle=on_refused),
)

TIMERS = dict.fromkeys((*LOOKS, LOOK_AGAIN), look)
