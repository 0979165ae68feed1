"""Every call of WeChat Pay's interfaces that programs may know, whether it is answered or not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.doors.http.match import Matcher

WORDS = frozenset({"v3", "payscore", "secapi", "mmpaymkttransfers", "mmpaysptrans"})
"""The first words of paths that are WeChat Pay's alone."""


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
_calls = tuple(
    (method, path)
    for group in KNOWN.values()
    for path, methods in group.paths.items()
    for method in methods
)
_matcher = Matcher((method, path, path) for method, path in _calls)
PATHS = frozenset(path for _, path in _calls if path[1:].partition("/")[0] not in WORDS)
"""The paths that are WeChat Pay's although their first word is not."""


def is_known(path: str) -> bool:
    """Whether WeChat Pay has anything at a path."""
    try:
        _matcher.list_methods(path)
    except (NotFound, Invalid):
        return False
    return True
