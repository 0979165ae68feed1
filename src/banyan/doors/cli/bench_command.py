"""`banyan bench`: how fast this machine is, each figure beside a yardstick of the same run."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from banyan.doors.cli.console import out, run, status
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def bench(
        name: Annotated[
            str | None,
            typer.Argument(
                help="Which benchmark; without a name they are listed with what they ask."
            ),
        ] = None,
        json: Annotated[bool, typer.Option("--json", help="Print one JSON line last.")] = False,
        small: Annotated[
            bool,
            typer.Option("--small", help="Only prove that it works; the figures mean nothing."),
        ] = False,
    ) -> None:
        """Measure on a database server of its own, with fsync on."""
        if name is None:
            listed = Table.grid(padding=(0, 2))
            for known, asks in program.list_benches().items():
                listed.add_row(known, asks)
            out.print(listed)
            return
        with status() as report:
            figures = run(program.bench(name, report, is_small=small))
        details = figures.pop("details", {})
        if not json:
            table = Table("", "", show_header=False)
            for key, value in (figures | details).items():
                table.add_row(key, f"{value:,}" if isinstance(value, int | float) else str(value))
            out.print(table)
            return
        typer.echo(msgspec.json.encode({**figures, **details}).decode())
