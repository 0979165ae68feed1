"""What a refusal leaves behind: nothing that only a search for garbage could find."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec
import pytest

from banyan.base.errors import Failure, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.books.ledger import Account, AccountFlag
from banyan.books.office import Office
from banyan.books.work import Call, Permission, Work, plural, reading, single

POOR = Account(156, 21, 2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
RICH = Account(156, 22, 2)


class Ask(msgspec.Struct, frozen=True):
    """Ask for what is refused."""

    how: str = ""


@single(permission=Permission.SYSTEM)
async def refuse(_work: Work, _command: Ask) -> int:
    """Raise."""
    raise Refusal("test.refused")


@single(permission=Permission.SYSTEM)
async def give_back(_work: Work, _command: Ask) -> int | Failure:
    """Return a refusal: what was written stays."""
    return Refusal("test.refused")


@reading(permission=Permission.SYSTEM)
async def look(_work: Work, _command: Ask) -> int:
    """Find nothing."""
    raise Refusal("test.refused")


def _recall(command: Ask, _actor: Actor) -> Failure | None:
    return Refusal("test.refused") if command.how == "recalled" else None


@plural(permission=Permission.SYSTEM, batch_max=8, recall=_recall)
async def refuse_many(work: Work, calls: Sequence[Call[Ask]]) -> Sequence[int | Failure]:
    """Refuse some, and have the ledger refuse others; some are outrun before."""
    work.open_account(RICH)
    if calls[0].command.how == "outrun" and not work.is_outrun:
        await work.db.execute(_collide)
    outcomes: list[int | Failure] = []
    for call in calls:
        if call.command.how == "broke":
            work.move(
                book=156,
                debit=work.open_account(POOR),
                credit=RICH.account_id,
                amount=1,
                code=1,
                cause=0,
                index=call.index,
                refusal="test.refused",
            )
        outcomes.append(1 if call.command.how == "broke" else Refusal("test.refused"))
    return outcomes


_collide = "do $$ begin raise unique_violation; end $$"


@pytest.fixture
def no_search() -> Iterator[None]:
    """Nothing is found but by counting who still refers to it."""
    gc.disable()
    yield
    gc.enable()


_ways: dict[str, Callable[[Office], Awaitable[object]]] = {
    "raised": lambda office: office.run(refuse, Ask(), SYSTEM),
    "returned": lambda office: office.run(give_back, Ask(), SYSTEM),
    "reading": lambda office: office.run(look, Ask(), SYSTEM),
    "recalled": lambda office: office.run(refuse_many, Ask("recalled"), SYSTEM),
    "rule": lambda office: office.run(refuse_many, Ask("rule"), SYSTEM),
    "outrun": lambda office: office.run(refuse_many, Ask("outrun"), SYSTEM),
    "ledger": lambda office: office.run(refuse_many, Ask("broke"), SYSTEM),
    "key": lambda office: office.run(refuse, Ask(), SYSTEM, key="one"),
}


@pytest.mark.usefixtures("no_search")
@pytest.mark.parametrize("way", _ways)
async def test_a_refusal_is_gone_when_it_has_been_told(office: Office, way: str) -> None:
    """Its frames hold it, and it them: then it stays till somebody searches, and many are slow."""
    told: list[tuple[str, weakref.ref[Refusal]]] = []
    try:
        await _ways[way](office)
    except Refusal as refusal:
        told.append((refusal.code, weakref.ref(refusal)))
    await asyncio.sleep(0)  # the loop itself holds what it wakes us with
    assert [(code, held()) for code, held in told] == [("test.refused", None)]
