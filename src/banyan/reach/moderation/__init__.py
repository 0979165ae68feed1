"""Checks what accounts want others to see, and says why something may not be seen."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.moderation.ask_check import ask_check
from banyan.reach.moderation.finish_check import (
    FinishCheck,
    TakeChecks,
    TakenCheck,
    finish_check,
    take_checks,
)
from banyan.reach.moderation.hooks import HOOKS
from banyan.reach.moderation.invariants import INVARIANTS
from banyan.reach.moderation.judge_text import check_texts, judge_for, judge_text, refusal_of
from banyan.reach.moderation.ports import PORTS
from banyan.reach.moderation.rules import read_page
from banyan.reach.moderation.types import (
    Check,
    CheckDecided,
    CheckId,
    CheckState,
    Content,
    Evidence,
    Opinion,
    Reason,
    Subject,
    Verdict,
    Word,
)
from banyan.reach.moderation.words import (
    DeleteWord,
    ListWords,
    SetWord,
    Words,
    delete_word,
    list_words,
    set_word,
)

ROOM = Room(
    name="moderation",
    migrations=Path(__file__).parent / "migrations",
    operations=(take_checks, finish_check, list_words, set_word, delete_word),
    events=(CheckDecided,),
    invariants=INVARIANTS,
)

__all__ = (
    "HOOKS",
    "PORTS",
    "ROOM",
    "Check",
    "CheckDecided",
    "CheckId",
    "CheckState",
    "Content",
    "DeleteWord",
    "Evidence",
    "FinishCheck",
    "ListWords",
    "Opinion",
    "Reason",
    "SetWord",
    "Subject",
    "TakeChecks",
    "TakenCheck",
    "Verdict",
    "Word",
    "Words",
    "ask_check",
    "check_texts",
    "delete_word",
    "finish_check",
    "judge_for",
    "judge_text",
    "list_words",
    "read_page",
    "refusal_of",
    "set_word",
    "take_checks",
)
