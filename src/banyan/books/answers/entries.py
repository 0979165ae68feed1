"""Idempotency keys within a batch: who was answered before, who asks twice, what is kept."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from banyan.base import json
from banyan.base.db import Connection
from banyan.base.errors import Invalid, Refusal
from banyan.books.actor import Actor
from banyan.books.answers.store import Answer, find_answers
from banyan.books.work import Operation

UNANSWERED: Final = object()
"""Stands for an outcome that is not there yet; None may well be an answer."""


class Entry(msgspec.Struct, gc=False):
    """One caller in the Office: what is asked, by whom, under which idempotency key."""

    command: Any
    actor: Actor
    at: datetime | None
    key: str = ""
    digest: bytes = b""


def new_entry(
    operation: Operation[Any, Any], command: object, actor: Actor, at: datetime | None, key: str
) -> Entry:
    """A caller's entry; the digest tells the same command under a key from another."""
    if not key:
        return Entry(command, actor, at)
    digest = hashlib.sha256(operation.name.encode() + b" " + json.encode(command)).digest()
    return Entry(command, actor, at, key, digest)


async def find_answered(
    db: Connection, operation: Operation[Any, Any], entries: list[Entry], outcomes: list[Any]
) -> None:
    """Fill in the outcomes of those that were answered before; the others stay as they are."""
    names = {(one.actor.actor_id, one.key) for one in entries if one.key}
    if not names:
        return
    known = await find_answers(db, sorted(names))
    for place, one in enumerate(entries):
        answer = known.get((one.actor.actor_id, one.key)) if one.key else None
        if answer is None:
            continue
        if answer.request_digest != one.digest:
            outcomes[place] = Invalid("answers.key_reused", key=one.key)
        elif not answer.answer:
            outcomes[place] = Refusal("answers.not_repeated", key=one.key)
        else:
            outcomes[place] = json.decode(answer.answer, operation.result_type)


def list_fresh(entries: list[Entry], outcomes: list[Any]) -> list[int]:
    """The entries that are to be carried out.

    Of several with one key only the first is; the others get a copy of its outcome.
    """
    leaders = {(one.actor.actor_id, one.key): one for one in reversed(entries) if one.key}
    return [
        place
        for place, one in enumerate(entries)
        if outcomes[place] is UNANSWERED
        and (not one.key or leaders[one.actor.actor_id, one.key] is one)
    ]


def new_answers(
    operation: Operation[Any, Any], entries: Sequence[Entry], results: Sequence[Any]
) -> list[Answer]:
    """The replies to keep: those of commands that carry a key and were not refused."""
    return [
        Answer(
            one.actor.actor_id,
            one.key,
            operation.name,
            one.digest,
            json.encode(result) if operation.is_answer_kept else b"",
        )
        for one, result in zip(entries, results, strict=True)
        if one.key and not isinstance(result, BaseException)
    ]


def copy_to_twins(entries: list[Entry], outcomes: list[Any]) -> None:
    """Give the entries that share a key with an earlier one of the batch its outcome."""
    first: dict[tuple[int, str], int] = {}
    for place, one in enumerate(entries):
        if not one.key:
            continue
        leader = first.setdefault((one.actor.actor_id, one.key), place)
        if leader != place and outcomes[place] is UNANSWERED:
            same = entries[leader].digest == one.digest
            outcomes[place] = (
                outcomes[leader] if same else Invalid("answers.key_reused", key=one.key)
            )
