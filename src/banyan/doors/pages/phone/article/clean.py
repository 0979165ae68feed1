"""Makes of anybody's HTML what a page of ours may show: text, structure, links, our pictures."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

from markupsafe import Markup
from typing_extensions import override

_kept = frozenset(
    {"p", "br", "hr", "a", "img", "figure", "figcaption", "blockquote", "pre", "code"}
)
_kept |= {"strong", "b", "em", "i", "u", "s", "del", "sup", "sub", "ul", "ol", "li"}
_kept |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "td", "th"}
_lone = frozenset({"br", "hr", "img"})
_as_paragraphs = frozenset({"div", "section", "article"})
_silent = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
"""Of these not even the text is shown."""
_depth_max = 60
_files = "/files/"


def clean_html(text: str, public_url: str) -> Markup:
    """The text as safe HTML; every element that is opened is closed."""
    cleaner = _Cleaner(public_url)
    cleaner.feed(text)
    cleaner.close()
    return cleaner.finish()


class _Cleaner(HTMLParser):
    def __init__(self, public_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._public_url = public_url
        self._parts: list[str] = []
        self._open: list[str] = []
        self._muted = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _silent:
            self._muted += 1
            return
        tag = "p" if tag in _as_paragraphs else tag
        if self._muted or tag not in _kept or len(self._open) >= _depth_max:
            return
        given = {name: value or "" for name, value in attrs}
        told = self._attributes(tag, given)
        if told is None:
            return
        self._parts.append(f"<{tag}{told}>")
        if tag not in _lone:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _silent:
            self._muted = max(self._muted - 1, 0)
            return
        tag = "p" if tag in _as_paragraphs else tag
        if self._muted or tag not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._parts.append(f"</{last}>")
            if last == tag:
                return

    @override
    def handle_data(self, data: str) -> None:
        if not self._muted:
            self._parts.append(escape(data))

    def finish(self) -> Markup:
        """What was made, closed."""
        closing = "".join(f"</{tag}>" for tag in reversed(self._open))
        # Every text was escaped and every tag written by this class.
        return Markup("".join(self._parts) + closing)  # noqa: S704

    def _attributes(self, tag: str, given: dict[str, str]) -> str | None:
        """The attributes to write; None to leave the element out."""
        if tag == "a":
            href = given.get("href", "").strip()
            if not href.startswith(("https://", "http://")):
                return ""
            return f' href="{escape(href)}" rel="noopener noreferrer nofollow" target="_blank"'
        if tag == "img":
            source = (given.get("src") or given.get("data-src") or "").strip()
            path = source.removeprefix(self._public_url)
            if not path.startswith(_files):
                return None
            return f' src="{escape(path)}" alt="{escape(given.get("alt", ""))}" loading="lazy"'
        return ""
