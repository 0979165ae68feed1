"""How many transfers a second between 100,000 accounts, through the ledger's public operation?"""

import asyncio
import random
import time

from banyan.app.benches.bench import Bench, Figures
from banyan.books.actor import SYSTEM
from banyan.books.ledger import Account, AccountFlag, AccountId, TransferId, account_id
from banyan.books.ledger.open_accounts import OpenAccounts, open_accounts
from banyan.books.ledger.post_transfers import PostTransfer, post_transfers
from banyan.books.office import Office

_BOOK = 156
_HOLDER, _SOURCE = 1, 2
_CALL_SIZE = 2_500
_CALLERS = 2
_SEED = 20_261_122


async def run(bench: Bench) -> Figures:
    """Random transfers in calls of 2,500 by two callers, beside pgbench's TPC-B on this server."""
    count = bench.size(small=500, large=100_000)
    seconds = bench.size(small=1, large=10)
    async with bench.office("ledger-post") as office:
        accounts = await open_funded(office, count)
        bench.report(f"{count:,} accounts opened")
        moved, elapsed = await _post(office, accounts, seconds)
    bench.report(f"{moved:,} transfers in {elapsed:.1f} s; now pgbench")
    tps = await bench.pgbench_tps()
    return Figures(
        name="ledger-post",
        ours=round(moved / elapsed, 1),
        yardstick=tps,
        unit="transfers/s over pgbench TPC-B tps",
        target=10.0,
        details={"transfers": moved, "accounts": count},
    )


async def open_funded(office: Office, count: int) -> list[AccountId]:
    """Open accounts that cannot be overdrawn and give each a million."""
    source = Account(_BOOK, 0, _SOURCE)
    await office.run(open_accounts, OpenAccounts([source]), SYSTEM)
    holders = [
        Account(_BOOK, owner, _HOLDER, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
        for owner in range(1, count + 1)
    ]
    for start in range(0, count, _CALL_SIZE):
        some = holders[start : start + _CALL_SIZE]
        await office.run(open_accounts, OpenAccounts(some), SYSTEM)
        grants = [
            PostTransfer(
                transfer_id=TransferId(office.ids.next()),
                book=_BOOK,
                debit=source.account_id,
                credit=one.account_id,
                amount=1_000_000,
                code=1,
            )
            for one in some
        ]
        await office.run_many(post_transfers, grants, SYSTEM)
    async with office.pool.acquire() as db:
        await db.execute("vacuum analyze ledger.accounts")
        await db.execute("checkpoint")
    return [account_id(_BOOK, one.owner, _HOLDER) for one in holders]


async def _post(office: Office, accounts: list[AccountId], seconds: int) -> tuple[int, float]:
    chance = random.Random(_SEED)  # noqa: S311 - the same transfers in every run
    start = time.perf_counter()
    moved = 0

    async def caller() -> None:
        nonlocal moved
        while time.perf_counter() - start < seconds:
            commands = []
            for _ in range(_CALL_SIZE):
                debit, credit = chance.sample(accounts, 2)
                commands.append(
                    PostTransfer(
                        transfer_id=TransferId(office.ids.next()),
                        book=_BOOK,
                        debit=debit,
                        credit=credit,
                        amount=5,
                        code=1,
                    )
                )
            outcomes = await office.run_many(post_transfers, commands, SYSTEM)
            refused = [one for one in outcomes if isinstance(one, Exception)]
            assert not refused, refused[:3]
            moved += len(outcomes)

    await asyncio.gather(*(caller() for _ in range(_CALLERS)))
    return moved, time.perf_counter() - start
