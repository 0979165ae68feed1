"""Pages about what rooms hold: operations, events, tables, invariants, roles, limits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from banyan.app.benches import BENCHES
from banyan.app.invariants import list_invariants
from banyan.app.registry import ROOMS
from banyan.books.journal.types import Event
from banyan.books.work import MERCHANT_PERMISSIONS, Operation, Permission, Plural, Reading
from banyan.doors.papers import goods_files, posters
from banyan.parties.staff import ROLE_PERMISSIONS, Role
from reference.prose import (
    PACKAGE,
    ROOT,
    attribute_texts,
    opening,
    page,
    sentence,
    table,
    texts_below,
    type_name,
)

DOCS = ROOT / "docs"
_MARK = "<!-- made from the code by make docs -->\n"
_shelves = (
    ("tutorial", "Tutorial"),
    ("how-to", "How to"),
    ("explanation", "Explanation"),
    ("reference", "Reference"),
    ("decisions", "Decisions"),
)


def render_index() -> str:
    """The hand-written beginning of the index, and below its mark every page by its title."""
    written, mark, _ = (DOCS / "index.md").read_text().partition(_MARK)
    lines = []
    for folder, title in _shelves:
        lines += ["", f"## {title}", ""]
        for file in sorted((DOCS / folder).glob("*.md")):
            heading = file.read_text().split("\n", 1)[0].removeprefix("# ")
            lines.append(f"- [{heading}]({folder}/{file.name})")
    return written + mark + "\n".join(lines) + "\n"


def render_map() -> str:
    """The hand-written beginning of the map, and below its mark each package's sentence."""
    written, mark, _ = (DOCS / "explanation" / "map.md").read_text().partition(_MARK)
    lines = []
    for folder in list_packages(PACKAGE):
        depth = len(folder.relative_to(PACKAGE).parts) - 1
        lines.append(f"{'  ' * depth}- `{folder.name}`: {opening(folder / '__init__.py')}")
    return written + mark + "\n" + "\n".join(lines) + "\n"


def list_packages(folder: Path, levels: int = 2) -> Iterator[Path]:
    """List packages and the packages in them, each before its own."""
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        yield inner
        if levels > 1:
            yield from list_packages(inner, levels - 1)


def render_operations() -> str:
    """Every operation with its permission, its command and what it promises."""
    says = (
        "Everything that Banyan does. *Single* operations run alone in their transaction, *plural*"
        " ones serve many callers in one, *readings* change nothing. The Office checks the"
        " permission before an operation runs."
    )
    parts: list[list[str]] = []
    for operation in list_operations():
        kind = {Plural: "plural", Reading: "reading"}.get(type(operation), "single")
        heads = [f"## {operation.name}", ""]
        heads.append(f"{kind} · needs `{operation.permission.value}`")
        parts.append([*heads, "", tidy(operation.__doc__), "", *list_fields(operation)])
    return page("Operations", says, *parts)


def list_operations() -> list[Operation[Any, Any]]:
    """List the operations of every room, and those that doors share."""
    found = [one for room in ROOMS for one in room.operations]
    for module in (goods_files, posters):
        mine = [one for one in vars(module).values() if isinstance(one, Operation)]
        found += [one for one in mine if one.__module__ == module.__name__]
    return found


def list_fields(operation: Operation[Any, Any]) -> list[str]:
    """List what the command of an operation holds, and what the answer is."""
    command = operation.command_type
    said = attribute_texts(command)
    rows = [
        (f"`{one.name}`", type_name(one.type), default_of(one), said.get(one.name, ""))
        for one in msgspec.structs.fields(command)
    ]
    answer = f"`{command.__name__}` → `{type_name(operation.result_type)}`"
    return [answer, "", *table(("field", "type", "default", "says"), rows)] if rows else [answer]


def default_of(one: msgspec.structs.FieldInfo) -> str:
    """Write the default of a field; nothing for one that must be given."""
    if one.default is msgspec.NODEFAULT:
        return "" if one.default_factory is msgspec.NODEFAULT else "empty"
    return "null" if one.default is None else f"`{one.default}`"


def tidy(text: str | None) -> str:
    """Take the indentation out of a docstring, and keep its paragraphs."""
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


def render_events() -> str:
    """Every fact that the journal can hold."""
    says = (
        "What the journal can hold, by room. Every fact also has the columns `merchant_id`,"
        " `person_id`, `store_id`, `code_id`, `channel_id` and `subject_id` (0 where there is"
        " none), who acted, and when."
    )
    common = set(Event.__struct_fields__)
    parts = []
    for kind in list_events():
        said = attribute_texts(kind)
        rows = [
            (f"`{one.name}`", type_name(one.type), said.get(one.name, ""))
            for one in msgspec.structs.fields(kind)
            if one.name not in common
        ]
        tag = kind.__struct_config__.tag
        parts.append([f"## {tag}", "", tidy(kind.__doc__), ""])
        parts[-1] += table(("field", "type", "says"), rows) if rows else []
    return page("Events", says, *parts)


def list_events() -> list[type[Event]]:
    """List every kind of event, by tag; what several have in common is none itself."""
    found = list(Event.__subclasses__())
    for one in found:
        found += [kind for kind in one.__subclasses__() if kind not in found]
    ours = [one for one in found if one.__module__.startswith("banyan.")]
    tagged = [one for one in ours if one.__struct_config__.tag != one.__name__]
    return sorted(tagged, key=lambda one: str(one.__struct_config__.tag))


_created = re.compile(
    r"((?:^--[^\n]*\n)*)^create table ([a-z_.]+) \((.*?)^\)", re.MULTILINE | re.DOTALL
)
_altered = re.compile(r"^alter table ([a-z_.]+)\s+([^;]+);", re.MULTILINE)
_dropped = re.compile(r"^drop table ([a-z_.]+);", re.MULTILINE)
_not_a_column = ("constraint ", "primary key", "unique ", "check ", "foreign key", "exclude ")


def render_schema() -> str:
    """Every table with its columns, as the migrations make them."""
    says = (
        "Tables as the migrations make them, one schema a room. Ids are `bigint`, money is in minor"
        " units, instants are UTC."
    )
    parts = []
    for name, (why, columns) in read_tables().items():
        rows = [(f"`{column}`", kind) for column, kind in columns]
        parts.append(
            [f"## {name}", "", *([why, ""] if why else []), *table(("column", "is"), rows)]
        )
    return page("Schema", says, *parts)


def read_tables() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Read each table of the migrations: the comment above it, and its columns."""
    tables: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for room in ROOMS:
        for file in sorted(room.migrations.glob("*.sql")):
            text = file.read_text()
            for comment, name, body in _created.findall(text):
                why = " ".join(line.strip("- ") for line in comment.splitlines())
                tables[name] = (why, [one.split(" ", 1) for one in list_columns(body)])
            for name, changes in _altered.findall(text):
                alter_table(tables, name, changes)
            for name in _dropped.findall(text):
                del tables[name]
    return tables


def alter_table(
    tables: dict[str, tuple[str, list[tuple[str, str]]]], name: str, changes: str
) -> None:
    """Add the columns that a statement adds, take away those that it drops; or move the table."""
    if moved := re.fullmatch(r"set schema (\w+)", changes):
        tables[f"{moved[1]}.{name.partition('.')[2]}"] = tables.pop(name)
        return
    for change in list_columns(changes):
        if change.startswith("add column "):
            column, _, kind = change.removeprefix("add column ").partition(" ")
            tables[name][1].append((column, kind))
        for gone in re.findall(r"\bdrop column (\w+)", change):
            tables[name][1][:] = [one for one in tables[name][1] if one[0] != gone]


def list_columns(body: str) -> Iterator[str]:
    """List the column definitions among what stands between a table's brackets."""
    depth, item = 0, ""
    for line in re.sub(r"--[^\n]*", "", body).splitlines():
        item = f"{item} {line.strip()}".strip()
        depth += line.count("(") - line.count(")")
        if depth == 0 and (item.endswith(",") or not item):
            yield from [item.rstrip(",")] if item and not item.startswith(_not_a_column) else []
            item = ""
    if item and not item.startswith(_not_a_column):
        yield item


def render_invariants() -> str:
    """What must hold at any moment, by room."""
    says = (
        "Queries that must return no rows. `banyan invariants` checks them, a serving process does"
        " every 15 minutes, less often where that takes long, and the tests do after each journey."
    )
    rows = [(f"`{one.name}`", one.why) for one in list_invariants(ROOMS)]
    return page("Invariants", says, table(("name", "promise"), rows))


def render_roles() -> str:
    """Who may do what for a merchant."""
    says = "What a merchant's staff and API keys may do. A role may be limited to some stores."
    texts = attribute_texts(Role)
    about = table(("role", "is for"), [(f"`{role.value}`", texts[role.name]) for role in Role])
    rows = [
        (
            f"`{one.value}`",
            *("●" if one in ROLE_PERMISSIONS[role] else "" for role in Role),
        )
        for one in Permission
        if one in MERCHANT_PERMISSIONS
    ]
    matrix = table(("permission", *(role.value for role in Role)), rows)
    apart = [
        (f"`{one.value}`", attribute_texts(Permission)[one.name])
        for one in Permission
        if one not in MERCHANT_PERMISSIONS
    ]
    return page(
        "Permissions and roles", says, about, matrix, table(("not granted by anybody", "is"), apart)
    )


def render_limits() -> str:
    """Every bound that the code names."""
    says = (
        "Nothing in Banyan grows without a bound. These are the ones that others use, or that say"
        " something of themselves."
    )
    return page("Limits", says, table(("limit", "value", "in", "says"), list_limits()))


def list_limits() -> Iterator[tuple[str, str, str, str]]:
    """Find constants named `..._max` with a plain number, file by file."""
    for file in sorted(PACKAGE.rglob("*.py")):
        body = ast.parse(file.read_text()).body
        texts = dict(texts_below(body))
        for one in body:
            if not isinstance(one, ast.Assign) or not isinstance(one.targets[0], ast.Name):
                continue
            name = one.targets[0].id
            is_public = not name.startswith("_") or texts[name]
            if is_public and name.lower().endswith("_max") and is_number(one.value):
                value = ast.unparse(one.value).replace("_", "")
                yield f"`{name}`", value, str(file.relative_to(PACKAGE)), texts[name]


def is_number(value: ast.expr) -> bool:
    """Whether an expression is made of numbers alone."""
    parts = (ast.Constant, ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop)
    return all(isinstance(one, parts) for one in ast.walk(value))


def render_benches() -> str:
    """Each benchmark with its question."""
    says = (
        "`banyan bench NAME` measures at full size, `--small` in seconds, `--json` ends with one"
        " line of JSON. `ratio` is ours over the yardstick of the same run. How to measure:"
        " [measure](../how-to/measure.md)."
    )
    rows = []
    for name, module in BENCHES.items():
        file = PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py")
        tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
        runs = [one for one in tree.body if getattr(one, "name", "") == "run"]
        how = sentence(ast.get_docstring(runs[0])) if runs else ""  # type: ignore[arg-type]
        asks = opening(file) if file.exists() else "not there yet"
        rows.append((f"`{name}`", asks, how))
    return page("Benchmarks", says, table(("name", "question", "how"), rows))
