"""`banyan openapi`: the description of the API for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from banyan.base.errors import Invalid
from banyan.doors.cli.ports import Program


def add(commands: typer.Typer, program: Program) -> None:
    """Add the command."""

    @commands.command()
    def openapi(
        output: Annotated[
            Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")
        ] = None,
    ) -> None:
        """Print the OpenAPI 3.1 document of the API.

        A serving process shows it at /v1/openapi.json, and as a page at /v1/docs.
        """
        document = msgspec.json.format(msgspec.json.encode(program.read_openapi()), indent=2)
        if output is None:
            typer.echo(document.decode())
        else:
            try:
                output.write_bytes(document + b"\n")
            except OSError as error:
                why = str(error.strerror)
                raise Invalid("commands.unwritable", path=str(output), why=why) from None
