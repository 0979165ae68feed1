"""What accounts write is shown without anything that could run, lead astray or break the page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from banyan.doors.pages.html import clean

HERE = "https://banyan.example"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("<p>你好</p>", "<p>你好</p>"),
        ("<section>a</section>", "<section>a</section>"),
        ("<p onclick='x()'>a", "<p>a</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style>b", "b"),
        ("<svg><a href='https://x'>t</a></svg>b", "b"),
        ("<math><mi><script>x</script></mi></math>b", "b"),
        ("<svg><style><img src=x onerror=x></style></svg>b", '<img loading="lazy">b'),
        ("<noscript><p title='</noscript><img src=x onerror=x>", '<img loading="lazy">'),
        ("<iframe src='https://x'>t</iframe>b", "b"),
        ("<img src='/files/a.png' onerror=x>", '<img src="/files/a.png" loading="lazy">'),
        (f"<img data-src='{HERE}/files/a.png'>", '<img src="/files/a.png" loading="lazy">'),
        ("<p class='ql-align-center x' style='color:red'>m", '<p class="ql-align-center">m</p>'),
        ("</body><b>x", "<b>x</b>"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<form><input name=x>y</form>", "y"),
        ("<base href='https://x'><meta http-equiv=refresh><link rel=stylesheet href=x>a", "a"),
    ],
)
def test_only_text_and_structure_stays(given_text: str, shown: str) -> None:
    assert clean(given_text, HERE) == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x()",
        " java\nscript:x()",
        "&#106;avascript:x()",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example/x",
        "/wallet",
        "",
    ],
)
def test_only_addresses_of_the_web_are_linked(address: str) -> None:
    assert "href" not in clean(f'<a href="{address}">a</a>', HERE)


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/x.png",
        "data:image/svg+xml,<svg onload=x>",
        "javascript:x",
        "/files/../wallet",
        "/files//evil.example",
        "//evil.example/files/a.png",
        f"{HERE}.evil.example/files/a.png",
    ],
)
def test_only_our_own_pictures_are_shown(source: str) -> None:
    assert "src" not in clean(f'<img src="{source}">', HERE)


def test_what_is_huge_and_deep_is_closed_too() -> None:
    deep = clean("<div>" * 4_000 + "x", HERE)
    assert deep.count("<div>") == deep.count("</div>")
    assert "alert" not in clean(
        "<p>" + "<b><i>" * 3_000 + "<script>alert(1)//" + "a" * 900_000, HERE
    )


def test_a_link_leads_out_without_saying_from_where() -> None:
    shown = clean('<a href="https://x.example/?a=1&b=&quot;2">x</a>', HERE)
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
    checker.feed(clean(text, HERE))
    checker.close()
    assert opened == []
