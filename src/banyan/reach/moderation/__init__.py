"""Checks what accounts want others to see, and says why something may not be seen."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.moderation.ask_check import ask_check
from banyan.reach.moderation.decide_check import (
    AppealCheck,
    DecideCheck,
    ListChecks,
    ListWaiting,
    ReadWaiting,
    appeal_check,
    decide_check,
    list_checks,
    list_waiting,
    read_waiting,
)
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
from banyan.reach.moderation.media_asks import (
    KIND as PICTURE,
)
from banyan.reach.moderation.media_asks import (
    Asked,
    AskPicture,
    Judged,
    JudgeTexts,
    ask_picture,
    fetch_picture,
    judge_texts,
    suggest,
    tell_of_picture,
)
from banyan.reach.moderation.ports import PORTS
from banyan.reach.moderation.refuse_afterwards import refuse_afterwards
from banyan.reach.moderation.rules import read_page
from banyan.reach.moderation.store import count_refused
from banyan.reach.moderation.types import (
    PICTURES_MAX,
    UNREAD,
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
    DeletePlatformWord,
    DeleteWord,
    ListPlatformWords,
    ListWords,
    SetPlatformWord,
    SetWord,
    Words,
    delete_platform_word,
    delete_word,
    list_platform_words,
    list_words,
    set_platform_word,
    set_word,
)

HOOKS.connect(PICTURE, tell_of_picture)

ROOM = Room(
    name="moderation",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        take_checks,
        finish_check,
        judge_texts,
        ask_picture,
        list_words,
        set_word,
        delete_word,
        list_waiting,
        read_waiting,
        decide_check,
        appeal_check,
        list_checks,
        list_platform_words,
        set_platform_word,
        delete_platform_word,
    ),
    events=(CheckDecided,),
    invariants=INVARIANTS,
)

__all__ = (
    "HOOKS",
    "PICTURE",
    "PICTURES_MAX",
    "PORTS",
    "ROOM",
    "UNREAD",
    "AppealCheck",
    "AskPicture",
    "Asked",
    "Check",
    "CheckDecided",
    "CheckId",
    "CheckState",
    "Content",
    "DecideCheck",
    "DeletePlatformWord",
    "DeleteWord",
    "Evidence",
    "FinishCheck",
    "JudgeTexts",
    "Judged",
    "ListChecks",
    "ListPlatformWords",
    "ListWaiting",
    "ListWords",
    "Opinion",
    "ReadWaiting",
    "Reason",
    "SetPlatformWord",
    "SetWord",
    "Subject",
    "TakeChecks",
    "TakenCheck",
    "Verdict",
    "Word",
    "Words",
    "appeal_check",
    "ask_check",
    "ask_picture",
    "check_texts",
    "count_refused",
    "decide_check",
    "delete_platform_word",
    "delete_word",
    "fetch_picture",
    "finish_check",
    "judge_for",
    "judge_text",
    "judge_texts",
    "list_checks",
    "list_platform_words",
    "list_waiting",
    "list_words",
    "read_page",
    "read_waiting",
    "refusal_of",
    "refuse_afterwards",
    "set_platform_word",
    "set_word",
    "suggest",
    "take_checks",
    "tell_of_picture",
)
