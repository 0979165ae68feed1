"""What accounts write is shown without anything that could run, lead astray or break the page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from banyan.doors.pages.phone.article.clean import clean_html

HERE = "https://banyan.example"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("<p>你好</p>", "<p>你好</p>"),
        ("<div>a</div>", "<p>a</p>"),
        ("<p onclick='x()'>a", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style>b", "b"),
        ("<svg><a href='https://x'>t</a></svg>b", "b"),
        ("<a href='javascript:x()'>a</a>", "<a>a</a>"),
        ("<img src='https://evil.example/x.png'>", ""),
        ("<img src='/files/a.png' onerror=x>", '<img src="/files/a.png" alt="" loading="lazy">'),
        (f"<img data-src='{HERE}/files/a.png'>", '<img src="/files/a.png" alt="" loading="lazy">'),
        ("</p></body><b>x", "<b>x</b>"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<form><input name=x>y</form>", "y"),
    ],
)
def test_only_text_and_structure_stays(given_text: str, shown: str) -> None:
    assert clean_html(given_text, HERE) == shown


def test_a_link_leads_out_without_saying_from_where() -> None:
    shown = clean_html('<a href="https://x.example/?a=1&b=&quot;2">x</a>', HERE)
    assert 'href="https://x.example/?a=1&amp;b=&quot;2"' in shown
    assert "noreferrer" in shown


@given(st.text(st.sampled_from("<>/\"'= abipscrtonmg&;:!-"), max_size=200))
def test_whatever_is_written_every_element_is_closed(text: str) -> None:
    opened: list[str] = []

    class Checker(HTMLParser):
        @override
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in {"script", "style", "iframe", "form", "input"}
            assert not [name for name, _ in attrs if name.startswith("on")]
            if tag not in {"br", "hr", "img"}:
                opened.append(tag)

        @override
        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    checker = Checker()
    checker.feed(clean_html(text, HERE))
    checker.close()
    assert opened == []
