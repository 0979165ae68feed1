"""What accounts may not do for a while, and what makes people look at them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.penalties.give_penalty import (
    LIFT,
    GivePenalty,
    LiftPenalty,
    ListPenalties,
    Penalties,
    check_penalty,
    give_penalty,
    lift,
    lift_penalty,
    list_penalties,
)
from banyan.reach.penalties.invariants import INVARIANTS
from banyan.reach.penalties.suspect import (
    FOLLOWERS,
    TIMERS,
    ListSuspicions,
    SettleSuspicion,
    Suspicions,
    list_suspicions,
    settle_suspicion,
)
from banyan.reach.penalties.types import (
    Crowd,
    Penalty,
    PenaltyGiven,
    PenaltyId,
    PenaltyKind,
    PenaltyLifted,
    Sign,
    Suspicion,
    SuspicionId,
    SuspicionKind,
    SuspicionNoted,
    SuspicionState,
)

ROOM = Room(
    name="penalties",
    migrations=Path(__file__).parent / "migrations",
    operations=(give_penalty, lift_penalty, list_penalties, list_suspicions, settle_suspicion),
    events=(PenaltyGiven, PenaltyLifted, SuspicionNoted),
    followers=FOLLOWERS,
    timers={LIFT: lift, **TIMERS},
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "Crowd",
    "GivePenalty",
    "LiftPenalty",
    "ListPenalties",
    "ListSuspicions",
    "Penalties",
    "Penalty",
    "PenaltyGiven",
    "PenaltyId",
    "PenaltyKind",
    "PenaltyLifted",
    "SettleSuspicion",
    "Sign",
    "Suspicion",
    "SuspicionId",
    "SuspicionKind",
    "SuspicionNoted",
    "SuspicionState",
    "Suspicions",
    "check_penalty",
    "give_penalty",
    "lift_penalty",
    "list_penalties",
    "list_suspicions",
    "settle_suspicion",
)
