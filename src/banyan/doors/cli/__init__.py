"""The operator's commands: `banyan --help` lists them, each lives in a file of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from banyan.base.errors import Failure
from banyan.doors.cli import (
    backup_command,
    bench_command,
    demo_command,
    figures_command,
    import_command,
    insight_command,
    invariants_command,
    migrate_command,
    openapi_command,
    restore_command,
    serve_command,
    settings_command,
)
from banyan.doors.cli.console import explain
from banyan.doors.cli.ports import Program

__all__ = ("Program", "run_commands")

_commands = (
    serve_command,
    demo_command,
    migrate_command,
    invariants_command,
    import_command,
    insight_command,
    figures_command,
    bench_command,
    openapi_command,
    settings_command,
    backup_command,
    restore_command,
)
"""In the order of the help."""

_ends = """\
Exit codes: 0 done; 1 the answer is no (a check failed, something was refused);
2 the command, its input or a setting is wrong; 3 something is away (no database, no free port).
"""


def build_commands(program: Program) -> typer.Typer:
    """The command line over the app."""
    commands = typer.Typer(
        name="banyan",
        help="Joins the online and the offline world of a place.",
        epilog=_ends,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for one in _commands:
        one.add(commands, program)
    return commands


def run_commands(program: Program, arguments: Sequence[str] | None = None) -> None:
    """Run a command, by default the one that this process was started with.

    Ends with SystemExit and the command's exit code.
    """
    commands = build_commands(program)
    try:
        commands(None if arguments is None else list(arguments), prog_name="banyan")
    except Failure as failure:
        sys.exit(explain(failure))
