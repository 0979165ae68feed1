"""Words by jieba's dictionary, which is read when the first text comes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba

_kept = re.compile(r"\w+")
_word_max = 64
"""Longer ones nobody types."""


def split_text(text: str) -> list[str]:
    """The words of a text, in order, and the words within long ones; folded, without marks."""
    return _fold(_load().cut_for_search(_normal(text)))


def split_query(text: str) -> list[str]:
    """The words that somebody searches for, each once."""
    return list(dict.fromkeys(split_text(text)))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _fold(words: list[str]) -> list[str]:
    return [one[:_word_max] for word in words for one in _kept.findall(word)]


@cache
def _load() -> Jieba:
    import rjieba  # noqa: PLC0415 - the dictionary is for those who search

    return rjieba.Jieba()
