"""`banyan backup`: everything that is worth keeping, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out, run, status
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def backup(
        target: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write.")],
        data: DataOption = None,
        database_url: DatabaseOption = None,
    ) -> None:
        """Write database, files and key into one archive, while business goes on.

        Keep it as safe as the server itself: it holds everything, the key included.
        """
        flags: dict[str, object] = {"data": data, "database_url": database_url}
        with status() as report:
            files = run(program.backup(flags, target, report))
        size_mb = target.stat().st_size / 1_000_000
        out.print(f"{target}: database and {files} files, {size_mb:.1f} MB", markup=False)
