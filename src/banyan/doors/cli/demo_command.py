"""`banyan demo`: a small town to walk around in."""

from __future__ import annotations

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, status
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def demo(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Plant the demo town: people, shops, codes and money.

        A town that is there already is left as it is.
        """
        with status() as report:
            run(program.demo({"data": data, "database_url": database_url}, report))
        out.print("The demo town is planted. Start it with: banyan serve")
