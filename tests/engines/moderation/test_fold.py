"""Texts are read as people read them, whatever they are dressed up as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.engines.moderation import fold

_hidden = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u0301\u20dd\u202e"
_gaps = " 　.·-_*~|/,，、❤★\t" + _hidden


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("ＶＸ１２３", "vx123"),
        ("加 微 信", "加微信"),
        ("加.微-信", "加微信"),
        ("加\u200b微\u2060信", "加微信"),
        ("Fuсk", "fuck"),  # a Cyrillic letter
        ("①③⑧", "138"),
        ("çà", "ca"),
        ("收益12.5%", "收益12.5%"),
        ("你好。。。再见", "你好\n再见"),
        ("", ""),
    ],
)
def test_dress_comes_off(dressed: str, plain: str) -> None:
    assert fold(dressed).text == plain


@given(st.text(max_size=300))
def test_every_character_came_from_somewhere(text: str) -> None:
    folded = fold(text)
    assert len(folded.places) == len(folded.text)
    assert folded.places == sorted(folded.places)
    assert all(0 <= place < len(text) for place in folded.places)


@given(st.text(alphabet="加微信日赚茶abcvx", min_size=1, max_size=40), st.data())
def test_gaps_that_nobody_reads_change_nothing(word: str, data: st.DataObject) -> None:
    dressed = "".join(one + data.draw(st.text(alphabet=_gaps, max_size=3)) for one in word)
    assert fold(dressed).text == fold(word).text


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text.strip("\n") == once.strip("\n")
