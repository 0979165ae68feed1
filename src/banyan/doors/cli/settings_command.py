"""`banyan settings`: what an operator can set."""

from __future__ import annotations

import typer
from rich.table import Table

from banyan.doors.cli.console import out
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def settings() -> None:
        """List every setting: environment variable, default, what it does."""
        table = Table("Variable", "Default", "What it does", show_lines=True)
        for variable, default, says in program.list_settings():
            table.add_row(variable, default, says)
        out.print(table, soft_wrap=False)
