"""`banyan migrate`: the tables as this version wants them."""

from __future__ import annotations

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, status
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def migrate(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Bring the database up to date.

        `serve` does the same at its start. Each file is applied whole or not at all, and never
        twice, whoever else tries at the same time.
        """
        with status() as report:
            report("Migrating")
            applied = run(program.migrate({"data": data, "database_url": database_url}))
        for name in applied:
            out.print(name, markup=False)
        out.print(f"{len(applied)} applied." if applied else "Up to date.")
