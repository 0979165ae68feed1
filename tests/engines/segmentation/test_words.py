"""Texts are split into words that people search for."""

from __future__ import annotations

import pytest

from banyan.engines.segmentation import split_query, split_text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("明前龙井到店了", ["明前", "龙井", "到", "店", "了"]),
        ("Green TEA", ["green", "tea"]),
        ("ＡＢＣ１２", ["abc12"]),
        ("", []),
        ("!?。 \n", []),
    ],
)
def test_words_are_found(text: str, words: list[str]) -> None:
    assert split_text(text) == words


def test_words_within_words_are_found_too() -> None:
    assert {"中国", "科学", "科学院", "中国科学院"} <= set(split_text("中国科学院"))


def test_somebody_searches_for_each_word_once() -> None:
    assert split_query("茶 茶 茶") == ["茶"]
