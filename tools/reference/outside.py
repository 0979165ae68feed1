"""Pages about what callers and operators meet: addresses, failures, settings, commands."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import click
import typer.main

from banyan.app.cli import App
from banyan.app.settings import describe_settings
from banyan.base.errors import Failure, Invalid, NotFound, Refusal, Trouble
from banyan.doors.api import PAGES, ROUTES
from banyan.doors.cli import build_commands
from banyan.doors.http.problem import status_of
from banyan.doors.http.reasons import read_words
from banyan.doors.http.texts import read_texts
from banyan.doors.pages.tables import ROUTES as PAGE_ROUTES
from banyan.doors.sandbox.table import ROUTES as SANDBOX_ROUTES
from reference.prose import PACKAGE, page, sentence, table

_watching = {
    "/health/live": "200 while the process answers",
    "/health/ready": "200 when the database answers too",
    "/metrics": "figures for Prometheus",
}


def render_routes() -> str:
    """Every address of the API, the sandbox and the pages."""
    says = (
        "The API in full, with every field, is the OpenAPI document: `/v1/docs` on a running"
        " server, or `banyan openapi`. Writes take an `Idempotency-Key`; lists go on at"
        " `next_cursor`; failures are [problem details](failures.md). What the operations do:"
        " [operations](operations.md)."
    )
    api = [
        (f"`{one.method} {one.path}`", one.summary, one.operation.name, one.operation.permission)
        for one in ROUTES
    ]
    plain = [(f"`GET {path}`", "describes the API") for path in PAGES]
    plain += [(f"`GET {path}`", about) for path, about in _watching.items()]
    plain += [("`GET /problems/{code}`", "says what a problem is")]
    return page(
        "Addresses",
        says,
        ["## The API", "", *table(("address", "does", "operation", "needs"), api)],
        ["## Beside it", "", *table(("address", "does"), plain)],
        ["## The sandbox, with `--sandbox` only", "", *table(("address", "does"), list_sandbox())],
        ["## Pages", "", *table(("address", "shown by"), list_pages())],
    )


def list_sandbox() -> Iterator[tuple[str, str]]:
    """List the sandbox's calls."""
    for one in SANDBOX_ROUTES:
        yield f"`{one.method} {one.path}`", one.summary


def list_pages() -> Iterator[tuple[str, str]]:
    """List the addresses of pages with the package that shows them."""
    for one in PAGE_ROUTES:
        module = one.handle.__module__.removeprefix("banyan.doors.pages.")
        yield f"`{one.method} {one.path}`", f"{module.removesuffix('.routes')}"


_REASONS = (
    "The field `reason` of `request.invalid`, `request.unfit` and `request.malformed` is one of"
    " these; `bound` tells a limit."
)


def render_failures() -> str:
    """Every failure code with its status and texts."""
    says = (
        "Failures are three: *invalid* (mend your request), *refusal* (no), *trouble* (later)."
        " A stranger to something gets *not found*. Programs compare the `code`; the text is for"
        " people. `GET /problems/CODE` tells a running server's text. A status is what the API"
        " answers; failures that only the command line knows have an exit code there."
    )
    families = read_families()
    rows = []
    for code, texts in sorted(read_texts().items()):
        failure = families.get(code, Refusal)(code)
        status = 500 if code == "server.bug" else status_of(failure)
        family = "bug" if code == "server.bug" else failure.family.replace("_", " ")
        rows.append((f"`{code}`", family, str(status), texts["en"], texts["zh"]))
    reasons = [(f"`{one}`", said["en"], said["zh"]) for one, said in sorted(read_words().items())]
    return page(
        "Failures",
        says,
        table(("code", "family", "status", "English", "中文"), rows),
        ["## Reasons"],
        [_REASONS],
        table(("reason", "English", "中文"), reasons),
    )


def read_families() -> dict[str, type[Failure]]:
    """Find which kind of failure each code is raised as, where the code is written out."""
    kinds: dict[str, type[Failure]] = {
        one.__name__: one for one in (Invalid, NotFound, Refusal, Trouble)
    }
    found: dict[str, type[Failure]] = {"request.cut_off": Invalid}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            kind, code = kinds.get(node.func.id), node.args[0]
            if kind and isinstance(code, ast.Constant) and isinstance(code.value, str):
                found[code.value] = kind
    return found


def render_settings() -> str:
    """Every setting with its default."""
    says = (
        "Each is a variable of the environment; those of `banyan serve` are flags too, and a flag"
        " wins. A `BANYAN_` variable that is none of these is refused."
    )
    rows = [
        (f"`{one.variable}`", f"`{one.default}`" if one.default else "", one.says)
        for one in describe_settings()
    ]
    return page("Settings", says, table(("variable", "default", "does"), rows))


def render_commands() -> str:
    """The command line with every option."""
    says = (
        "`.venv/bin/banyan COMMAND --help` says the same. Exit codes: 0 done; 1 the answer is no;"
        " 2 the command, its input or a setting is wrong; 3 something is away."
    )
    parts = []
    for name, command in list_commands():
        about = "\n\n".join(" ".join(one.split()) for one in (command.help or "").split("\n\n"))
        rows = [option_row(one) for one in command.params if one.name != "help"]
        options = table(("option", "default", "does"), rows) if rows else []
        parts.append([f"## banyan {name}", "", about, "", *options])
    return page("Commands", says, *parts)


def list_commands() -> list[tuple[str, click.Command]]:
    """List the commands, those in groups by their whole name."""
    found: list[tuple[str, click.Command]] = []

    def walk(group: click.Group, prefix: str) -> None:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                walk(command, f"{prefix}{name} ")  # type: ignore[arg-type]
            else:
                found.append((prefix + name, command))

    walk(typer.main.get_command(build_commands(App())), "")  # type: ignore[arg-type]
    return found


def option_row(one: click.Parameter) -> Sequence[str]:
    """Describe one option or argument."""
    names = ", ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
    if one.param_type_name == "argument":
        names = f"`{(one.metavar or one.name or '').upper()}`"
    shown = getattr(one, "show_default", None)
    default = shown if isinstance(shown, str) else one.default
    if default in {None, False, ""} or callable(default):
        default = "required" if one.required else ""
    return names, str(default), sentence(getattr(one, "help", ""))
