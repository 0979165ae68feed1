"""`banyan figures`: what accounts and mini programs are told of their audience."""

from __future__ import annotations

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, run, said
from banyan.doors.cli.ports import Flags, Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the group."""
    group = typer.Typer(
        name="figures",
        help="Keep what accounts and mini programs are told of their audience.",
        no_args_is_help=True,
    )
    commands.add_typer(group)

    @group.callback()
    def keep_group() -> None:
        """Leave the group a group: it has one command only."""

    @group.command()
    def rebuild(data: DataOption = None, database_url: DatabaseOption = None) -> None:
        """Throw the figures away and compute them again from the journal."""
        flags: Flags = {"data": data, "database_url": database_url}
        run(_rebuild(program, flags))


async def _rebuild(program: Program, flags: Flags) -> None:
    from banyan.books.follow import enrol, follow_once
    from banyan.views.audience import ROOM, begin_again

    passed = 0
    async with program.open(flags) as house:
        await enrol(house.office, ROOM.followers)
        await begin_again(house.office)
        while step := await follow_once(house.office, ROOM.followers):
            passed += step
    said.print(f"{passed:,} facts read.")
