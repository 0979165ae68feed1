"""Every call of WeChat's interface that programs may know, whether it is answered here or not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

WORDS = frozenset(
    {
        "bizwifi",
        "card",
        "cgi-bin",
        "customservice",
        "cv",
        "datacube",
        "device",
        "merchant",
        "publisher",
        "semantic",
        "shakearound",
        "sns",
        "wxa",
        "wxaapi",
    }
)
"""The first words of paths that are WeChat's alone."""
_pages = frozenset({"connect", "mp"})
"""The first words of what people see: the pages show it."""


class Group(msgspec.Struct, frozen=True):
    """Calls about one thing, each as `METHOD METHOD /path`."""

    title: str
    calls: list[str]

    @property
    def paths(self) -> dict[str, frozenset[str]]:
        """The paths with the methods that programs use."""
        return {call.split()[-1]: frozenset(call.split()[:-1]) for call in self.calls}


def _read() -> dict[str, Group]:
    text = Path(__file__).with_name("known.toml").read_text()
    return msgspec.convert(tomllib.loads(text), dict[str, Group])


KNOWN = _read()
"""By name, in the order in which they are told."""
METHODS: dict[str, frozenset[str]] = {
    path: methods for group in KNOWN.values() for path, methods in group.paths.items()
}
"""The methods with which programs call each path."""


def _first(path: str) -> str:
    return path[1:].partition("/")[0]


PATHS = frozenset(path for path in METHODS if _first(path) not in WORDS | _pages)
"""The paths that are WeChat's although their first word is not."""
