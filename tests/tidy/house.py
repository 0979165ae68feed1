"""What a house rule is, the files it looks at, and how a file knows its place in the house."""

import ast
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
SOURCE = PurePosixPath("src/banyan")
ROOM_LAYERS = frozenset({"books", "parties", "pay", "reach", "commerce", "trades"})
SIZE_MAX = 2_000_000
"""Larger files are pictures or data, which no rule reads."""


@dataclass(frozen=True)
class File:
    """One text file of the project, by its path from the root."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The last part of the path."""
        return PurePosixPath(self.path).name

    @property
    def is_python(self) -> bool:
        """Whether Python reads it, by its ending or its first line."""
        return self.path.endswith(".py") or self.text.startswith("#!/usr/bin/env python")

    @property
    def is_source(self) -> bool:
        """Whether it is part of the package."""
        return self.path.startswith(f"{SOURCE}/")

    @property
    def parts(self) -> tuple[str, ...]:
        """The path inside the package, e.g. ("commerce", "orders", "store.py")."""
        return PurePosixPath(self.path).relative_to(SOURCE).parts if self.is_source else ()

    @property
    def layer(self) -> str:
        """The package's first level, e.g. "commerce"; empty outside of one."""
        return self.parts[0] if len(self.parts) > 1 else ""

    @property
    def room(self) -> str:
        """The room that the file belongs to, e.g. "orders"; empty outside of one."""
        inside = self.layer in ROOM_LAYERS and len(self.parts) > len(("layer", "room"))
        return self.parts[1] if inside else ""

    @property
    def is_benchmark(self) -> bool:
        """Whether it only measures: against plain SQL, and in the words of others' tools."""
        return not {"benches", "benchmarks"}.isdisjoint(PurePosixPath(self.path).parts)

    @property
    def module(self) -> str:
        """The dotted name, e.g. "banyan.commerce.orders.store"."""
        dotted = ".".join(("banyan", *self.parts)).removesuffix(".py")
        return dotted.removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; empty if it is not Python."""
        return ast.parse(self.text if self.is_python else "", filename=self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the syntax tree, in no order that matters."""
        return tuple(ast.walk(self.tree))

    @property
    def docstring(self) -> str:
        """The text that the file opens with."""
        return ast.get_docstring(self.tree) or ""


@dataclass(frozen=True)
class Complaint:
    """What is wrong, where."""

    path: str
    line: int
    says: str

    @property
    def sentence(self) -> str:
        """The complaint as one line that editors can jump from."""
        return f"{self.path}:{self.line}: {self.says}"


@dataclass(frozen=True)
class Rule:
    """A rule of the house with examples: each bad one must be caught, each good one must pass."""

    name: str
    why: str
    check: Callable[[File], Iterable[Complaint]]
    bad: tuple[File, ...]
    good: tuple[File, ...] = ()


@cache
def project_files() -> tuple[File, ...]:
    """Every text file that is committed or about to be."""
    return tuple(read_files(ROOT))


def read_files(root: Path) -> Iterator[File]:
    """Read the text files under a folder, leaving out what git ignores and what others wrote."""
    for path in list_paths(root):
        file = root / path
        if "/vendor/" in path or not file.is_file() or file.stat().st_size > SIZE_MAX:
            continue
        content = file.read_bytes()
        if b"\0" not in content:
            yield File(path, content.decode("utf-8", errors="replace"))


def list_paths(root: Path) -> list[str]:
    """List committed and new files; without git (an unpacked archive) all that are not hidden."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        return sorted(path for path in listing.stdout.split("\0") if path)
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.startswith("."))


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in the code, with its line; not docstrings; gaps of f-strings become "?"."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        elif isinstance(child, ast.JoinedStr):
            yield child.lineno, joined(child)
        else:
            yield from strings(child)


def joined(text: ast.JoinedStr) -> str:
    """The text of an f-string with "?" in its gaps."""
    parts = (part.value if isinstance(part, ast.Constant) else "?" for part in text.values)
    return "".join(map(str, parts))


def line_of(text: str, offset: int) -> int:
    """The number of the line that holds a position."""
    return text.count("\n", 0, offset) + 1


@cache
def allowances(rule: str) -> dict[str, int]:
    """What `allowances.toml` lets pass: a number for each file or function."""
    entries = tomllib.loads((ROOT / "tests/tidy/allowances.toml").read_text())
    assert all(entry["reason"] for entry in entries.get(rule, {}).values())
    return {where: entry["limit"] for where, entry in entries.get(rule, {}).items()}
