"""Words by jieba's dictionary, which is read when the first text comes."""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from functools import cache
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Protocol

_kept = re.compile(r"\w+")
_loading = Lock()
_word_max = 64
"""Longer ones nobody types."""


class _Tokenizer(Protocol):
    def lcut(self, sentence: str) -> list[str]:
        """The words of a text, one after the other."""

    def lcut_for_search(self, sentence: str) -> list[str]:
        """The words of a text, and the words within them."""


def split_text(text: str) -> list[str]:
    """The words of a text, in order, and the words within long ones; folded, without marks."""
    return _fold(_load().lcut_for_search(_normal(text)))


def split_query(text: str) -> list[str]:
    """The words that somebody searches for, each once."""
    return list(dict.fromkeys(_fold(_load().lcut_for_search(_normal(text)))))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _fold(words: list[str]) -> list[str]:
    return [one[:_word_max] for word in words for one in _kept.findall(word)]


def _load() -> _Tokenizer:
    with _loading:
        return _open()


@cache
def _open() -> _Tokenizer:
    with warnings.catch_warnings():
        # It was written for older Pythons, and says so when it is compiled.
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - a second, and forty megabytes, for those who search

        jieba.setLogLevel(logging.ERROR)
        tokenizer = jieba.Tokenizer()
        with TemporaryDirectory() as folder:
            # What it keeps beside others' files is read back without asking who wrote it.
            tokenizer.tmp_dir = folder
            tokenizer.initialize()
    loaded: _Tokenizer = tokenizer
    return loaded
