"""What evidence comes to, and what of a page is to be judged."""

from collections.abc import Sequence
from html.parser import HTMLParser

import nh3
from typing_extensions import override

from banyan.reach.moderation.types import (
    CheckState,
    Content,
    Evidence,
    Opinion,
    Verdict,
)

AT_ONCE_CHARACTERS_MAX = 20_000
"""Longer texts are judged in the back."""
EVIDENCE_MAX = 50
_blocks = {
    *("p", "div", "section", "br", "hr", "img", "figure", "figcaption", "blockquote", "pre"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
"""Tags that are a gap to readers; whatever else there is leaves none."""
_silent = {"script", "style", "template", "noscript"}
_told = {tag: {"alt", "title"} for tag in _blocks} | {"img": {"alt", "title", "src", "data-src"}}


def decide_verdict(evidence: Sequence[Evidence]) -> Verdict:
    """The worst of what was found, and the reason of the first that is so bad."""
    order = [Opinion.REFUSE, Opinion.REVIEW, Opinion.PASS]
    found = sorted(evidence, key=lambda one: order.index(one.opinion))[:EVIDENCE_MAX]
    if not found or found[0].opinion is Opinion.PASS:
        return Verdict(opinion=Opinion.PASS)
    return Verdict(opinion=found[0].opinion, reason=found[0].reason, evidence=found)


def decide_state(verdict: Verdict, *, waits: bool) -> CheckState:
    """What becomes of something that has been judged."""
    if verdict.opinion is Opinion.REFUSE:
        return CheckState.REFUSED
    is_unclear = verdict.opinion is Opinion.REVIEW
    return CheckState.WAITING if waits and is_unclear else CheckState.PASSED


def is_quick(content: Content) -> bool:
    """Whether it can be judged at once, in the middle of something."""
    return (
        not content.pictures_count
        and not content.is_writing
        and sum(map(len, content.texts)) <= AT_ONCE_CHARACTERS_MAX
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.sources: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("\n")
        told = dict(attrs)
        self.parts.extend(told[name] or "" for name in ("alt", "title") if told.get(name))
        if tag == "img":
            source = told.get("src") or told.get("data-src") or ""
            self.sources.append(source)

    @override
    def handle_endtag(self, tag: str) -> None:
        self.parts.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def read_page(html: str) -> tuple[str, list[str]]:
    """What people read of some HTML, and where its pictures come from.

    Tags within a line leave no gap, so that nobody hides a word by them. What is not well-formed is
    put right first, as browsers do: the parser of pages alone takes minutes for some of it.
    """
    page = _Page()
    page.feed(
        nh3.clean(html, tags=_blocks, clean_content_tags=_silent, attributes=_told, link_rel=None)
    )
    page.close()
    return "".join(page.parts), [one for one in page.sources if one]
