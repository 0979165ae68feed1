"""Takes payment codes that tills have scanned: each once, and wrong ones are counted."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal, Trouble
from banyan.books.work import Call, Permission, Work, plural
from banyan.parties.ids import MerchantId, PersonId
from banyan.parties.sessions import find_open_sessions
from banyan.pay.paycodes import rules, store
from banyan.pay.paycodes.ports import PORTS
from banyan.pay.paycodes.types import Holder, PayCode

_used_step = timedelta(hours=1)
_nothing = "nothing"
Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class TakeCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this code was shown at my till, for this."""

    merchant_id: MerchantId
    code: PayCode
    subject: Subject
    """What is to be paid; the same code may be brought for it again."""


class LookAtCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: whose is this code, which was shown at my till?"""

    merchant_id: MerchantId
    code: PayCode


@plural(permission=Permission.ORDERS_TAKE, batch_max=128)
async def take_codes(work: Work, calls: Sequence[Call[TakeCode]]) -> Sequence[Holder | Failure]:
    """Take each code for the first who brings it, and say whose it is; asked again for the same.

    For the rooms that then take the money, in a transaction of their own: a code is used up
    whatever becomes of that. When it was first taken is for them to look at: who showed it may
    be gone. Who it stands for is not for the till to know.

    Fails with NotFound `paycodes.not_found`; Refusal `paycodes.expired`, `paycodes.used`; Trouble
    `paycodes.too_many_wrong`.
    """
    hour_at = work.now.replace(minute=0, second=0, microsecond=0)
    known = await _Known.read(work, calls, hour_at)
    outcomes: list[Holder | Failure] = [known.decide(call) for call in calls]
    fresh = {
        call.command.code: (known.number_of(call), _taking(call, work.now))
        for call, outcome in reversed(list(zip(calls, outcomes, strict=True)))
        if isinstance(outcome, Holder)
    }
    if fresh:
        numbers = {number for number, _ in fresh.values()}
        await store.insert_takings(work.db, fresh)
        await store.delete_takings(work.db, numbers, work.now - rules.KEPT)
        await store.set_used(work.db, numbers, work.now, work.now - _used_step)
        whose = await store.find_takings(work.db, numbers, fresh.keys())
        for place, call in enumerate(calls):
            taking = whose.get(call.command.code)
            is_others = taking is None or not _is_for(taking, call)
            if isinstance(outcomes[place], Holder) and is_others:
                outcomes[place] = Refusal("paycodes.used")
    await _count_misses(work, calls, outcomes, hour_at)
    return outcomes


@plural(permission=Permission.ORDERS_TAKE, batch_max=128)
async def look_at_codes(
    work: Work, calls: Sequence[Call[LookAtCode]]
) -> Sequence[Holder | Failure]:
    """Say whose each code is and leave it good; wrong ones are counted as those taken are.

    Fails like `take_codes`.
    """
    hour_at = work.now.replace(minute=0, second=0, microsecond=0)
    taking = [
        Call(
            command=TakeCode(
                merchant_id=call.command.merchant_id, code=call.command.code, subject=_nothing
            ),
            actor=call.actor,
            at=call.at,
            index=call.index,
        )
        for call in calls
    ]
    known = await _Known.read(work, taking, hour_at)
    outcomes = [known.decide(call) for call in taking]
    await _count_misses(work, taking, outcomes, hour_at)
    return outcomes


async def _count_misses(
    work: Work,
    calls: Sequence[Call[TakeCode]],
    outcomes: Sequence[Holder | Failure],
    hour_at: datetime,
) -> None:
    wrong = Counter(
        int(call.command.merchant_id)
        for call, outcome in zip(calls, outcomes, strict=True)
        if isinstance(outcome, NotFound)
    )
    if wrong:
        await store.add_misses(work.db, wrong, hour_at)


def _taking(call: Call[TakeCode], at: datetime) -> store.Taking:
    command = call.command
    return store.Taking(command.code, int(command.merchant_id), command.subject, at)


def _is_for(taking: store.Taking, call: Call[TakeCode]) -> bool:
    return taking.is_for(int(call.command.merchant_id), call.command.subject)


class _Known(msgspec.Struct, frozen=True):
    """What a batch of codes must know."""

    seeds: dict[int, store.SeedRow]
    sessions: frozenset[int]
    takings: dict[str, store.Taking]
    misses: dict[int, int]

    @classmethod
    async def read(cls, work: Work, calls: Sequence[Call[TakeCode]], hour_at: datetime) -> "_Known":
        numbers = {cls.number_of(call) for call in calls}
        seeds = await store.find_seeds(work.db, numbers)
        asked = {one.session_id for one in seeds.values()} - {0}
        sessions = await find_open_sessions(work.db, asked, work.now) if asked else frozenset()
        codes = {call.command.code for call in calls}
        merchants = {int(call.command.merchant_id) for call in calls}
        return cls(
            seeds=seeds,
            sessions=sessions | {0},
            takings=await store.find_takings(work.db, numbers, codes),
            misses=await store.count_misses(work.db, merchants, hour_at),
        )

    @staticmethod
    def number_of(call: Call[TakeCode]) -> int:
        return rules.read_seed_number(call.command.code)

    def decide(self, call: Call[TakeCode]) -> Holder | Failure:
        command = call.command
        if self.misses.get(int(command.merchant_id), 0) >= rules.MISSES_MAX:
            return Trouble("paycodes.too_many_wrong")
        seed = self.seeds.get(self.number_of(call))
        if seed is None or seed.session_id not in self.sessions:
            return NotFound("paycodes.not_found")
        taking = self.takings.get(command.code)
        if taking is None:
            number, at = seed.seed_number, call.at
            secret = PORTS.open(number, seed.sealed)
            failure = rules.decide_unreadable(number, secret, command.code, at)
        else:
            failure = None if _is_for(taking, call) else Refusal("paycodes.used")
        if failure is not None:
            return failure
        return Holder(
            person_id=PersonId(seed.person_id),
            session_id=seed.session_id,
            taken_at=taking.taken_at if taking else call.at,
        )
