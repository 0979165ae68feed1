"""`banyan serve`: everything in one process, or in several."""

from __future__ import annotations

from typing import Annotated

import typer

from banyan.doors.cli.console import DatabaseOption, DataOption, out
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def serve(
        *,
        host: Annotated[
            str | None, typer.Option(help="Address to listen at.", show_default="127.0.0.1")
        ] = None,
        port: Annotated[
            int | None, typer.Option(help="Port to listen at.", show_default="8000")
        ] = None,
        data: DataOption = None,
        database_url: DatabaseOption = None,
        workers: Annotated[
            int | None, typer.Option(help="Processes that serve.", show_default="1")
        ] = None,
        sandbox: Annotated[
            bool | None,
            typer.Option("--sandbox", help="Mount /sandbox, which plays people and moves time."),
        ] = None,
        sandbox_token: Annotated[
            str | None,
            typer.Option(
                help="What sandbox calls must bear; required beyond the"
                " loopback address. BANYAN_SANDBOX_TOKEN does not show in the process list."
            ),
        ] = None,
        speech_models: Annotated[
            str | None,
            typer.Option(help="Folder of models of further languages in which voices are heard."),
        ] = None,
        demo: Annotated[
            bool | None,
            typer.Option("--demo", help="Plant the demo town first, unless it is there."),
        ] = None,
    ) -> None:
        """Serve the phone app, the console, the cashier and the API.

        The database is brought up to date first. Every flag is also a setting of the environment;
        `banyan settings` lists them all. Stop with Ctrl-C or SIGTERM: calls under way are finished.
        """
        flags: dict[str, object] = {
            "host": host,
            "port": port,
            "data": data,
            "database_url": database_url,
            "workers": workers,
            "sandbox": sandbox,
            "sandbox_token": sandbox_token,
            "speech_models": speech_models,
            "demo": demo,
        }
        program.serve(flags, out.print)
