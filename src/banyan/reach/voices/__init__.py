"""What is said in sounds: heard for accounts' programs, and in what people say to accounts."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.voices.ask_hearing import (
    AskHearing,
    ReadHearing,
    ask_hearing,
    hear_talk,
    read_hearing,
)
from banyan.reach.voices.finish_hearing import (
    FinishHearing,
    TakeHearings,
    finish_hearing,
    take_hearings,
)
from banyan.reach.voices.ports import PORTS
from banyan.reach.voices.rules import SPOKEN
from banyan.reach.voices.types import BELL, Hearing, HearingState, Origin

ROOM = Room(
    name="voices",
    migrations=Path(__file__).parent / "migrations",
    operations=(ask_hearing, read_hearing, take_hearings, finish_hearing),
)

__all__ = (
    "BELL",
    "PORTS",
    "ROOM",
    "SPOKEN",
    "AskHearing",
    "FinishHearing",
    "Hearing",
    "HearingState",
    "Origin",
    "ReadHearing",
    "TakeHearings",
    "ask_hearing",
    "finish_hearing",
    "hear_talk",
    "read_hearing",
    "take_hearings",
)
