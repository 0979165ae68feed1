"""`banyan demo`: a small town to walk around in."""

from __future__ import annotations

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, said
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def demo(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Plant the demo town: people, shops, codes and money, and a month of their life.

        A town that is there already is left as it is. Start it with `banyan serve`.
        """
        with said.status("Planting the demo town …"):
            run(program.demo({"data": data, "database_url": database_url}, _tell))


def _tell(line: str) -> None:
    out.print(line, markup=False)
