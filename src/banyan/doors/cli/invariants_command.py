"""`banyan invariants`: whether every promise of every room holds."""

from __future__ import annotations

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, Exit, out, progress, run
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def invariants(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Check the invariants of all rooms: books balance, nothing is oversold, nothing is lost.

        Ends with 1 if one does not hold. A serving process checks them every 15 minutes by itself,
        less often where that takes long.
        """
        flags: dict[str, object] = {"data": data, "database_url": database_url}
        total = program.count_invariants()
        with progress(total, "invariants") as bar:

            def report(name: str) -> None:
                bar.update(bar.task_ids[0], description=name, advance=1)

            broken = run(program.check(flags, report))
        for one in broken:
            out.print(f"[bold red]{one.name}[/] {one.why}")
            for row in one.rows:
                out.print(f"    {row}", markup=False)
        out.print(f"{total} checked, {len(broken)} broken.")
        if broken:
            raise typer.Exit(Exit.FAILED)
