"""Has statements fetched: says which there should be, hands them out, and takes in what came."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.pay.gateways import (
    GatewayKind,
    Keys,
    StatementLine,
    find_keys,
    list_used,
)
from banyan.pay.tallies import store
from banyan.pay.tallies.book_fees import book_fees
from banyan.pay.tallies.rules import compute_days, decide_unready
from banyan.pay.tallies.types import Source, Statement, StatementState

_no_keys = "the keys of this account were removed"
_why_max = 300


class WantStatements(msgspec.Struct, frozen=True, kw_only=True):
    """Command: have those statements fetched that there should be by now."""


class TakeStatements(msgspec.Struct, frozen=True, kw_only=True):
    """Command: give me statements to fetch, and let nobody else have them until then.

    Both instants are of the real clock.
    """

    at: datetime
    until: datetime
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)]


class StatementErrand(msgspec.Struct, frozen=True, kw_only=True):
    """A statement to fetch."""

    merchant_id: int
    gateway_id: int
    kind: GatewayKind
    day: date
    tries: int
    keys: Keys


class StatementErrands(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    items: list[StatementErrand]


class FinishStatement(msgspec.Struct, frozen=True, kw_only=True):
    """Command: the provider gave this; or has none as yet; or gave no answer, and why."""

    merchant_id: int
    gateway_id: int
    day: date
    tries: int
    at: datetime
    lines: list[StatementLine] | None = None
    away: str = ""


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def want_statements(work: Work, command: WantStatements) -> None:
    """Have all statements asked for that there should be by now, each once."""
    del command
    wanted = []
    for used in await list_used(work.db):
        days = compute_days(work.now, used.first_at)
        if days is not None:
            gateway = used.gateway
            wanted.append(
                store.Wanted(
                    merchant_id=int(gateway.merchant_id),
                    gateway_id=int(gateway.gateway_id),
                    kind=gateway.kind,
                    since=days[0],
                    until=days[1],
                )
            )
    if wanted:
        await store.want_statements(work.db, wanted, work.now)


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_statements(work: Work, command: TakeStatements) -> StatementErrands:
    """Take statements to fetch; who is killed with them loses them at `until`."""
    taken = await store.take_statements(work.db, command.at, command.until, command.limit)
    named = {(int(one.statement.merchant_id), int(one.statement.gateway_id)) for one in taken}
    keys = await find_keys(work.db, named)
    errands = []
    for kept in taken:
        one = kept.statement
        found = keys.get((int(one.merchant_id), int(one.gateway_id)))
        if found is None:
            given_up = msgspec.structs.replace(
                one, state=_end(one.state, StatementState.FAILED), why=_no_keys
            )
            await store.set_statement(work.db, _keep(kept, given_up, None))
            continue
        errands.append(
            StatementErrand(
                merchant_id=int(one.merchant_id),
                gateway_id=int(one.gateway_id),
                kind=one.kind,
                day=one.day,
                tries=kept.tries,
                keys=found,
            )
        )
    return StatementErrands(items=errands)


@single(permission=Permission.SYSTEM)
async def finish_statement(work: Work, command: FinishStatement) -> None:
    """Take in what the provider gave, or ask it again later.

    What was known before stays until something else comes. Whoever lost the errand to another is
    too late, and changes nothing.
    """
    kept = await store.lock_statement(work.db, command.merchant_id, command.gateway_id, command.day)
    if kept is None or kept.due_at is None or kept.tries != command.tries:
        return
    if command.lines is not None:
        await take_in(work, kept, command.lines, Source.FETCHED)
        return
    state, rest = decide_unready(command.day, work.now, kept.tries, is_answer=not command.away)
    one = kept.statement
    after = msgspec.structs.replace(
        one, state=_end(one.state, state), why=command.away[:_why_max], changed_at=work.now
    )
    await store.set_statement(work.db, _keep(kept, after, command.at + rest if rest else None))


async def take_in(
    work: Work, kept: store.Kept, lines: Sequence[StatementLine], source: Source
) -> Statement:
    """Put a statement in place of what was known of its day, and book its fees."""
    after = msgspec.structs.replace(
        kept.statement,
        state=StatementState.READY,
        source=source,
        why="",
        line_count=len(lines),
        changed_at=work.now,
    )
    await store.set_lines(work.db, after, lines)
    kept = msgspec.structs.replace(kept, statement=after, due_at=None)
    await store.set_statement(work.db, kept)
    await book_fees(work, kept)
    return after


def _end(before: StatementState, after: StatementState) -> StatementState:
    """A statement that is there stays there, though another was asked for in vain."""
    return before if before is StatementState.READY else after


def _keep(kept: store.Kept, statement: Statement, due_at: datetime | None) -> store.Kept:
    return msgspec.structs.replace(kept, statement=statement, due_at=due_at)
