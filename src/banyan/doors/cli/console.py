"""What commands share: their options, how they speak, and how they end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

from banyan.base.errors import Failure, Invalid, Trouble
from banyan.doors.cli.ports import Report
from banyan.doors.http.texts import find_text, list_named

T = TypeVar("T")

out = Console(soft_wrap=True, highlight=False)
"""Results go to standard output, so that they can be piped."""
said = Console(stderr=True, soft_wrap=True, highlight=False)
"""What is being done, and what went wrong, goes to standard error."""

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of files, keys and the embedded PostgreSQL server.",
        show_default="BANYAN_DATA, else ./data",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="A PostgreSQL server of your own, 16 or later, instead of the embedded one."
        " BANYAN_DATABASE_URL does not show in the process list, as a password here would.",
        show_default="BANYAN_DATABASE_URL",
    ),
]


class Exit(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    FAILED = 1
    """The answer is no: a check failed, or what was asked is refused."""
    USAGE = 2
    """The command, its input, a flag or a setting is wrong: call it differently."""
    TROUBLE = 3
    """Something that is needed is away: no database, no disk, no free port."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of asynchronous work."""
    return asyncio.run(work)


def explain(failure: Failure) -> Exit:
    """Tell in a line why a command was not done; return the code to end with.

    What the failure knows beyond its text, which may be meant for strangers, follows below.
    """
    language = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"
    text = find_text(failure.code, language, failure.fields)
    told = "" if text == failure.code else f" {escape(text.strip())}"
    said.print(f"[bold red]{failure.code}[/]{told}")
    for name in sorted(failure.fields.keys() - list_named(failure.code)):
        said.print(f"  {name}: {failure.fields[name]}", markup=False)
    match failure:
        case Invalid():
            return Exit.USAGE
        case Trouble():
            return Exit.TROUBLE
        case _:
            return Exit.FAILED


@contextmanager
def status() -> Iterator[Report]:
    """A line that says what is being done now."""
    with said.status("Starting …") as line:
        yield line.update


@contextmanager
def progress(total: int, unit: str) -> Iterator[Progress]:
    """A bar over a known number of things; `advance` it with the id 0."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        Elapsed(),
    )
    with Progress(*columns, console=said, disable=not said.is_terminal) as bar:
        bar.add_task("", total=total)
        yield bar
