"""How many transfers a second out of one hot account, each asked for by a caller of its own?"""

import asyncio
import time
from typing import Any

import asyncpg

from banyan.app.benches.bench import Bench, Figures
from banyan.app.benches.ledger_post import open_funded
from banyan.base.db import connect, open_pool
from banyan.books.actor import SYSTEM
from banyan.books.ledger import AccountId, TransferId
from banyan.books.ledger.post_transfers import PostTransfer, post_transfers
from banyan.books.office import Office

_BOOK = 156
_CALLERS = 2_000
_RIVALS = 64

_CREATE_ROW = """
create table hot (id int primary key, balance bigint not null check (balance >= 0))
"""
_FILL_ROW = "insert into hot values (1, 1000000000000)"
_TAKE = "update hot set balance = balance - 1 where id = 1 returning balance"


async def run(bench: Bench) -> Figures:
    """2,000 callers drain one account, beside 64 clients that update one row, a commit each."""
    seconds = bench.size(small=1, large=10)
    async with bench.office("ledger-hot") as office:
        hot, *others = await open_funded(office, bench.size(small=50, large=1_000))
        moved, elapsed = await _drain(office, hot, others, seconds)
    bench.report(f"{moved:,} transfers in {elapsed:.1f} s; now one-row updates")
    tps = await _update_one_row(bench, seconds)
    return Figures(
        name="ledger-hot",
        ours=round(moved / elapsed, 1),
        yardstick=round(tps, 1),
        unit="transfers/s over one-row update transactions/s of 64 clients",
        target=20.0,
        details={"transfers": moved, "callers": _CALLERS},
    )


async def _drain(
    office: Office, hot: AccountId, others: list[AccountId], seconds: int
) -> tuple[int, float]:
    start = time.perf_counter()
    moved = 0

    async def caller(number: int) -> None:
        nonlocal moved
        credit = others[number % len(others)]
        while time.perf_counter() - start < seconds:
            command = PostTransfer(
                transfer_id=TransferId(office.ids.next()),
                book=_BOOK,
                debit=hot,
                credit=credit,
                amount=1,
                code=1,
            )
            await office.run(post_transfers, command, SYSTEM)
            moved += 1

    await asyncio.gather(*(caller(number) for number in range(_CALLERS)))
    return moved, time.perf_counter() - start


async def _update_one_row(bench: Bench, seconds: int) -> float:
    async with bench.database("hot_row") as dsn:
        control = await connect(dsn)
        await control.execute(f"set search_path = public; {_CREATE_ROW}; {_FILL_ROW}")
        await control.close()
        pool: asyncpg.Pool[Any] = await open_pool(dsn, size_min=_RIVALS, size_max=_RIVALS)
        start = time.perf_counter()
        done = 0

        async def client() -> None:
            nonlocal done
            async with pool.acquire() as db:
                await db.execute("set search_path = public")
                take = await db.prepare(_TAKE)
                while time.perf_counter() - start < seconds:
                    await take.fetchval()
                    done += 1

        await asyncio.gather(*(client() for _ in range(_RIVALS)))
        elapsed = time.perf_counter() - start
        await pool.close()
    return done / elapsed
