"""Turning noted events into numbered facts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from banyan.base import json
from banyan.base.db import Connection
from banyan.books.journal import store
from banyan.books.journal.types import LANES, kind_of

if TYPE_CHECKING:
    from banyan.books.work import Noted

_GOLDEN = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: spreads consecutive ids over the lanes
_MASK = (1 << 64) - 1
_SHIFT = 64 - (LANES - 1).bit_length()


def lane_of(merchant_id: int, person_id: int) -> int:
    """The lane of a fact: by its merchant, or else by its person."""
    return ((merchant_id or person_id) * _GOLDEN & _MASK) >> _SHIFT


async def record_facts(db: Connection, noted: Sequence["Noted"]) -> None:
    """Append the events; the last statement before the commit, as it holds their lanes."""
    counts: dict[int, int] = {}
    facts = []
    for one in noted:
        event, actor = one.event, one.actor
        lane = lane_of(event.merchant_id, event.person_id)
        place = counts[lane] = counts.get(lane, 0) + 1
        facts.append(
            store.NewFact(
                lane,
                place,
                kind_of(event),
                one.at,
                actor.kind,
                int(actor.actor_id),
                int(event.merchant_id),
                int(event.person_id),
                int(event.store_id),
                int(event.code_id),
                int(event.channel_id),
                int(event.subject_id),
            )
        )
    await store.append(db, facts, [json.encode(one.event) for one in noted])
