"""`banyan restore`: back to what a backup holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, status
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def restore(
        source: Annotated[
            Path, typer.Argument(metavar="FILE", help="The archive.", exists=True, dir_okay=False)
        ],
        force: Annotated[
            bool,
            typer.Option("--force", help="Replace a database that is in use: it is gone then."),
        ] = False,
        data: DataOption = None,
        database_url: DatabaseOption = None,
    ) -> None:
        """Put a backup into an empty database, and its files into the data folder.

        Stop the server first. A database in which there has been business is refused without
        --force. An older backup is brought up to date. If anything goes wrong, the database stays
        as it was.
        """
        flags: dict[str, object] = {"data": data, "database_url": database_url}
        with status() as report:
            files = run(program.restore(flags, source, report, is_forced=force))
        out.print(f"Restored: database and {files} files.")
        out.print(
            "The files of insight are no part of a backup: the server writes them again by itself,"
            " and `banyan insight export` does at once."
        )
