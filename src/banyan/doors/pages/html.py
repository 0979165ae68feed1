"""Makes of anybody's HTML what a page of ours may show: text, structure, links, our pictures."""

from __future__ import annotations

import asyncio
import re

import nh3
from markupsafe import Markup

_tags = {
    *("p", "div", "section", "br", "hr", "a", "img", "figure", "figcaption", "blockquote"),
    *("pre", "code", "span", "strong", "b", "em", "i", "u", "s", "del", "sup", "sub"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_silent = {
    *("script", "style", "template", "noscript", "iframe", "object", "embed", "applet"),
    *("svg", "math", "title", "textarea", "select", "xmp", "noembed", "noframes", "plaintext"),
}
"""Of these not even the text is shown."""
_attributes = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan"}, "th": {"colspan"}}
_aligned = {f"ql-align-{way}" for way in ("center", "right", "justify")}
_classes = dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote"), _aligned)
_files = "/files/"
_file = re.compile(r"/files/[A-Za-z0-9][A-Za-z0-9._-]*")
_lazy = re.compile(r"\bdata-src(?=\s*=)", re.IGNORECASE)


async def clean_html(text: str, public_url: str) -> Markup:
    """The text as safe HTML; in a thread, as somebody may write what takes long to read."""
    return await asyncio.to_thread(clean, text, public_url)


def clean(text: str, public_url: str) -> Markup:
    """The text as safe HTML: every element that is opened is closed, and nothing can run."""

    def keep(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            path = value.strip().removeprefix(public_url)
            return path if _file.fullmatch(path) else None
        if (tag, name) == ("a", "href"):
            return value if value.strip().startswith(("https://", "http://")) else None
        return value

    cleaned = nh3.clean(
        # Editors of accounts leave the address of a picture here, for a script to find.
        _lazy.sub("src", text),
        tags=_tags,
        clean_content_tags=_silent,
        attributes=_attributes,
        allowed_classes=_classes,
        attribute_filter=keep,
        url_schemes={"https", "http"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
    )
    # Whatever could run was taken out by a library made for that.
    return Markup(cleaned)  # noqa: S704
