"""Imports order history: reads a file, opens what it needs, and replays it through the books."""

from __future__ import annotations

import csv
import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from banyan.app.importing.merchant import Wish, find_merchant
from banyan.app.importing.open_target import Found, open_target
from banyan.app.importing.plan import Planner
from banyan.app.importing.rejects import check_writable, write_rejects
from banyan.app.importing.replay import Replay, Sums
from banyan.app.importing.report import ImportReport, compute_report
from banyan.app.importing.rows import Reader, to_us
from banyan.app.importing.store import Limits, Reject, Spool
from banyan.base.clock import Clock
from banyan.base.limits import AMOUNT_MAX, QUANTITY_MAX
from banyan.base.money import Currency, currency
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.commerce.imports import ReadBrought, read_brought
from banyan.wire.sheets.cells import MILLION
from banyan.wire.sheets.mapping import Mapping, find_headings
from banyan.wire.sheets.stream import Sheet, open_sheet

Progress = Callable[[str, int, int | None], None]
"""Hears what is being done, how many rows of it are done, and of how many if that is known."""


@dataclass(frozen=True, kw_only=True)
class OrdersFile:
    """A file of order history, and where its bad rows go."""

    path: Path
    mapping: Mapping
    rejects: Path


async def import_orders(
    office: Office, file: OrdersFile, wish: Wish, progress: Progress
) -> ImportReport:
    """Bring the file's orders and refunds into the books at their times, each once.

    Killed at any moment it has left nothing half done, and when run again goes on where it was.
    Rows that can't be taken go to `file.rejects` with the reason. Raises Invalid and NotFound as
    `open_sheet`, `find_headings` and `find_merchant` do.
    """
    began = time.perf_counter()
    sheet = _open(file)
    merchant = await find_merchant(office, wish, file.mapping)
    money = currency(merchant.currency)
    now = office.clock.now()
    with _spooled(sheet, file, money, now, progress) as spool, _calm():
        found = Found(spool.list_stores(), spool.list_goods())
        opened = await open_target(office, merchant, wish, file.mapping, found)
        total, _ = spool.sum_rows()
        replay = Replay(office, spool, opened.target, _counter(progress, total))
        await replay.run(Planner(money.exponent, opened.refused_goods).plan(spool.replay()))
        query = ReadBrought(merchant_id=merchant.merchant_id, source_id=opened.target.source_id)
        brought = await office.run(read_brought, query, SYSTEM)
        write_rejects(sheet, spool.list_rejects(), file.rejects)
        return compute_report(
            replay.sums,
            spool.sum_rejects(),
            money=money,
            merchant_id=merchant.merchant_id,
            brought=brought,
            seconds=time.perf_counter() - began,
        )


def try_import(file: OrdersFile, progress: Progress) -> ImportReport:
    """Say what the file would come to, without any books; its bad rows are written all the same.

    Raises Invalid as `open_sheet` and `find_headings` do.
    """
    began = time.perf_counter()
    sheet = _open(file)
    money = currency(file.mapping.currency)
    with _spooled(sheet, file, money, Clock().now(), progress) as spool:
        sums = Sums()
        rejects: list[Reject] = []
        for planned in Planner(money.exponent, {}).plan(spool.replay()):
            if isinstance(planned, Reject):
                rejects.append(planned)
            else:
                sums.add(planned)
        spool.add_rejects(rejects)
        write_rejects(sheet, spool.list_rejects(), file.rejects)
        return compute_report(
            sums,
            spool.sum_rejects(),
            money=money,
            merchant_id=0,
            brought=None,
            seconds=time.perf_counter() - began,
        )


def _open(file: OrdersFile) -> Sheet:
    check_writable(file.rejects)
    mapping = file.mapping
    return open_sheet(file.path, encoding=mapping.encoding, delimiter=mapping.delimiter)


@contextmanager
def _spooled(
    sheet: Sheet, file: OrdersFile, money: Currency, now: datetime, progress: Progress
) -> Iterator[Spool]:
    """The rows of a file, judged one by one; what belongs together is looked at later."""
    headings = find_headings(file.mapping.columns, sheet.names)
    reader = Reader(file.mapping, headings)
    limits = Limits(
        now_us=to_us(now),
        currency=money.code,
        takes_free=file.mapping.rules.free_lines == "accept",
        quantity_max=QUANTITY_MAX,
        amount_max_e6=AMOUNT_MAX * MILLION // 10**money.exponent,
    )
    with (
        tempfile.TemporaryDirectory(prefix="banyan-import-") as folder,
        closing(Spool(Path(folder))) as spool,
    ):
        done = 0
        wanted = list(dict.fromkeys(headings.values()))
        for batch in sheet.read(wanted):
            spool.add_rows(reader.read(batch), limits)
            done += len(batch.numbers)
            progress("Reading", done, sheet.row_count)
        spool.add_rejects(list(_torn(sheet, headings["order"])))
        yield spool


def _torn(sheet: Sheet, order: str) -> Iterator[Reject]:
    """Rows with too many or too few cells; their order, as far as it can be told, is broken."""
    place = sheet.names.index(order)
    for row_no, text in sheet.torn.items():
        cells = next(csv.reader([text], delimiter=sheet.delimiter), [])
        number = cells[place].strip() if place < len(cells) else ""
        yield Reject(row_no, "cells_miscounted", 0, number)


def _counter(progress: Progress, total: int) -> Callable[[int], None]:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        progress("Replaying", done, total)

    return advance


@contextmanager
def _calm() -> Iterator[None]:
    """Let the collector of garbage look less often: a batch is many objects, and no cycles."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
