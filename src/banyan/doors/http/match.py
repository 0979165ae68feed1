"""Finds the line of a table that answers a method and a path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from banyan.base.errors import Invalid, NotFound

T = TypeVar("T")

_segments_max = 32


class _Node(Generic[T]):
    __slots__ = ("any", "exact", "methods")

    def __init__(self) -> None:
        self.exact: dict[str, _Node[T]] = {}
        self.any: _Node[T] | None = None
        """What follows whatever a `{name}` stands for."""
        self.methods: dict[str, T] = {}


class Matcher(Generic[T]):
    """A tree of path segments; an exact segment goes before a `{name}`."""

    def __init__(self, lines: Iterable[tuple[str, str, T]]) -> None:
        """Take (method, path, target) lines; two of the same shape are a mistake of ours."""
        self._root: _Node[T] = _Node()
        for method, path, target in lines:
            node = self._root
            for part in path.split("/")[1:]:
                if part.startswith("{"):
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.exact.setdefault(part, _Node())
            assert method not in node.methods, f"two routes answer {method} {path}"
            node.methods[method] = target

    def find(self, method: str, path: str) -> tuple[T, list[str]]:
        """The target and what its `{names}` stand for.

        Raises NotFound `request.not_found`, or Invalid `request.method_not_allowed` with the
        methods that are.
        """
        values: list[str] = []
        node = self._find_node(path, values)
        target = node.methods.get(method)
        if target is None:
            allow = self.list_methods(path)
            raise Invalid("request.method_not_allowed", method=method, allow=allow)
        return target, values

    def list_methods(self, path: str) -> list[str]:
        """What may be done at a path: what lines say, HEAD wherever GET, and OPTIONS.

        Raises NotFound `request.not_found`.
        """
        methods = {*self._find_node(path, []).methods, "OPTIONS"}
        return sorted(methods | {"HEAD"} if "GET" in methods else methods)

    def _find_node(self, path: str, values: list[str]) -> _Node[T]:
        parts = path.split("/")[1:]
        node = _walk(self._root, parts, 0, values) if len(parts) <= _segments_max else None
        if node is None:
            raise NotFound("request.not_found")
        return node


def _walk(node: _Node[T], parts: list[str], at: int, values: list[str]) -> _Node[T] | None:
    if at == len(parts):
        return node if node.methods else None
    part = parts[at]
    exact = node.exact.get(part)
    if exact is not None:
        found = _walk(exact, parts, at + 1, values)
        if found is not None:
            return found
    if node.any is None or not part:
        return None
    values.append(part)
    found = _walk(node.any, parts, at + 1, values)
    if found is None:
        values.pop()
    return found
