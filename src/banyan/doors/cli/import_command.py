"""`banyan import`: what other systems hold, brought into the books."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, said
from banyan.doors.cli.ports import Advance, History, Program

_labels = {
    "merchant_id": "merchant",
    "rows": "rows of the file",
    "amount": "they add up to",
    "orders": "orders",
    "orders_new": "  of them new",
    "lines": "lines",
    "sold": "sold",
    "sold_to_known": "  to known customers",
    "sold_to_unknown": "  to unknown ones",
    "refunds": "cancellations",
    "refunds_new": "  of them new",
    "returned": "given back",
    "rejected_rows": "rows rejected",
    "rounding": "rounding",
    "seconds": "seconds",
    "rows_per_s": "rows a second",
}


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""
    group = typer.Typer(
        name="import", help="Bring in what another system holds.", no_args_is_help=True
    )
    commands.add_typer(group)

    @group.command()
    def mappings() -> None:
        """List the mappings that are ready to use."""
        for name in program.list_mappings():
            out.print(name)

    @group.command()
    def orders(
        file: Annotated[
            Path, typer.Argument(help="CSV or Parquet: one row a line of an order.", exists=True)
        ],
        mapping: Annotated[
            str,
            typer.Option(help="A ready mapping, or a TOML file: which column holds what."),
        ] = "simple",
        merchant: Annotated[
            str, typer.Option(help="Whose orders they are: an id, or `new`.", metavar="ID|new")
        ] = "new",
        owner: Annotated[str, typer.Option(help="Phone of a new merchant's owner.")] = "",
        name: Annotated[str, typer.Option(help="Name of a new merchant.")] = "",
        store: Annotated[str, typer.Option(help="Name of the store for rows that name none.")] = "",
        rejects: Annotated[
            Path | None,
            typer.Option(help="Where bad rows go.", show_default="FILE.rejects.csv"),
        ] = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Only say what the file would come to.")
        ] = False,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON line last.")] = False,
        data: DataOption = None,
        database_url: DatabaseOption = None,
    ) -> None:
        """Replay order history through the books, at the times when it happened.

        Run it again after a crash, or with a file that has grown: what is there stays as it is,
        and nothing comes twice. Rows that can't be taken are written to a file with the reason.
        """
        history = History(
            path=file,
            mapping=mapping,
            merchant=merchant,
            owner=owner,
            name=name,
            store=store,
            rejects=rejects or _beside(file),
            is_dry_run=dry_run,
        )
        flags: dict[str, object] = {"data": data, "database_url": database_url}
        with _bars() as advance:
            report = run(program.import_orders(flags, history, advance))
        if json:
            typer.echo(msgspec.json.encode(report).decode())
        else:
            _show(report, history.rejects)


def _beside(file: Path) -> Path:
    """Where bad rows go: beside the file, or where we are if nobody may write there."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path()
    return folder / f"{file.name}.rejects.csv"


@contextmanager
def _bars() -> Iterator[Advance]:
    """A bar for each phase of the work, as it begins."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=said, disable=not said.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done)

        yield advance


def _show(report: dict[str, Any], rejects: Path) -> None:
    table = Table("", "", show_header=False)
    table.columns[1].justify = "right"
    for field, label in _labels.items():
        value = report[field]
        is_amount = field in {"amount", "returned"} or field.startswith("sold")
        shown = f"{value} {report['currency']}" if is_amount else str(value)
        table.add_row(label, shown)
    out.print(table)
    if not report["rejected"]:
        return
    table = Table("rejected for", "rows", "worth")
    for one in report["rejected"]:
        table.add_row(one["reason"], str(one["rows"]), one["amount"])
    out.print(table)
    out.print(f"Rejected rows, with the reason: {rejects}", markup=False)
