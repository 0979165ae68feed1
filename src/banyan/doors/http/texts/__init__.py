"""What failures say to people, in Chinese and English: one TOML file a room, a table a fact."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from babel import Locale

from banyan.base.errors import FieldValue
from banyan.base.money import CNY
from banyan.doors.http.money import format_money
from banyan.doors.http.reasons import word_reason


class CatalogueError(ValueError):
    """A file of texts lacks a language or holds something else than texts."""


@cache
def read_texts() -> Mapping[str, Mapping[str, str]]:
    """Every failure code with its text by language. Raises CatalogueError for a faulty file."""
    texts: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for fact, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(text, dict) or set(text) != {"en", "zh"}:
                raise CatalogueError(f"{path.name}: [{fact}] must have `en` and `zh`")
            texts[f"{path.stem}.{fact}"] = text
    return texts


def find_text(code: str, language: str, fields: Mapping[str, FieldValue]) -> str:
    """The text of a failure with its `{fields}` filled in; the bare code when there is none.

    What ends in `_fen` shows as money: of the `currency` beside it, or yuan.
    """
    template = read_texts().get(code, {}).get(language)
    if template is None:
        return code
    shown = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in fields.items()
    }
    money = str(fields.get("currency") or CNY.code)
    shown |= {
        name: format_money(Locale.parse(language), value, money)
        for name, value in fields.items()
        if name.endswith("_fen") and isinstance(value, int)
    }
    if "reason" in fields:
        shown["why"] = word_reason(language, shown)
    return template.format_map(_Blanks(shown))


def list_named(code: str) -> frozenset[str]:
    """The fields that the text of a failure tells; none if it has no text."""
    template = read_texts().get(code, {}).get("en", "")
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


class _Blanks(dict[str, FieldValue]):
    """Fields of a text; one that this failure does not carry shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"
