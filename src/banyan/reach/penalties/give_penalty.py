"""Gives penalties, which end by themselves, and holds accounts to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import LINES
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_channel, access_own
from banyan.reach.penalties import store
from banyan.reach.penalties.types import (
    Penalty,
    PenaltyGiven,
    PenaltyId,
    PenaltyKind,
    PenaltyLifted,
)

LIFT = "penalties.lift"
DAYS_MAX = 365
SHOWN_MAX = 100
_codes = {
    PenaltyKind.SENDING_STOPPED: "penalties.sending_stopped",
    PenaltyKind.API_LIMITED: "penalties.api_limited",
}
Days = Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)]
Words = Annotated[str, msgspec.Meta(max_length=500, pattern=LINES)]


class GivePenalty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an account not do something for some days."""

    channel_id: ChannelId
    kind: PenaltyKind
    days: Days
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z_]+$(?!\n)")]
    note: Words = ""


class LiftPenalty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an account do it again."""

    channel_id: ChannelId
    penalty_id: PenaltyId


class ListPenalties(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which penalties has my account?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class Penalties(msgspec.Struct, frozen=True, kw_only=True):
    """Penalties of an account, the newest first."""

    items: list[Penalty]


@single(permission=Permission.OPERATOR)
async def give_penalty(work: Work, command: GivePenalty) -> Penalty:
    """Give a penalty. Raises NotFound `channels.not_found`."""
    return await punish(work, command, {})


async def punish(work: Work, command: GivePenalty, facts: Mapping[str, int]) -> Penalty:
    """Give a penalty for what the figures say; a timer lifts it. Raises as `give_penalty`."""
    channel = await access_channel(work.db, command.channel_id)
    given = Penalty(
        merchant_id=channel.merchant_id,
        channel_id=channel.channel_id,
        penalty_id=PenaltyId(work.ids.next()),
        kind=command.kind,
        reason=command.reason,
        facts=dict(facts),
        note=command.note,
        begins_at=work.now,
        ends_at=work.now + timedelta(days=command.days),
    )
    await store.insert_penalty(work.db, given, work.actor.person_id)
    channel_key = str(int(channel.channel_id)).encode()
    work.later(LIFT, int(given.penalty_id), given.ends_at, channel_key)
    work.record(
        PenaltyGiven(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(given.penalty_id),
            penalty_kind=given.kind,
            reason=given.reason,
            ends_at=given.ends_at,
        )
    )
    return given


@single(permission=Permission.OPERATOR)
async def lift_penalty(work: Work, command: LiftPenalty) -> Penalty:
    """End a penalty before its time. Raises NotFound `penalties.not_found`."""
    lifted = await store.set_lifted(work.db, command.channel_id, command.penalty_id, work.now)
    if lifted is None:
        raise NotFound("penalties.not_found")
    work.cancel_later(LIFT, int(lifted.penalty_id))
    _record(work, lifted, is_early=True)
    return lifted


@reading(permission=Permission.CHANNELS_READ)
async def list_penalties(work: Work, query: ListPenalties) -> Penalties:
    """Return an account's penalties. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.list_penalties(work.db, int(channel.channel_id), SHOWN_MAX)
    return Penalties(items=found)


async def check_penalty(work: Work, channel_id: int, kind: PenaltyKind) -> None:
    """Accept what an account does unless a penalty forbids it.

    Raises Refusal `penalties.sending_stopped`, `penalties.api_limited` with `until`.
    """
    found = await store.find_running(work.db, channel_id, kind, work.now)
    if found is not None:
        raise Refusal(_codes[kind], until=found.ends_at.isoformat(), why=found.reason)


async def lift(work: Work, timer: Timer) -> None:
    """End a penalty whose time is over."""
    lifted = await store.set_lifted(work.db, int(timer.data), timer.subject, work.now)
    if lifted is not None:
        _record(work, lifted, is_early=False)


def _record(work: Work, lifted: Penalty, *, is_early: bool) -> None:
    work.record(
        PenaltyLifted(
            merchant_id=int(lifted.merchant_id),
            channel_id=int(lifted.channel_id),
            subject_id=int(lifted.penalty_id),
            penalty_kind=lifted.kind,
            is_early=is_early,
        )
    )
