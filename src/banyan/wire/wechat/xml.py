"""The protocol's XML: small, flat, without document types, entities or attributes that count."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from banyan.wire.wechat.unreadable import Unreadable

XML_BYTES_MAX = 64 << 10
DEPTH_MAX = 8
ELEMENTS_MAX = 500

Node: TypeAlias = "str | Mapping[str, list[Node]]"
"""The text of an element, or what is in it by name."""

_foreign = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What cannot be written in XML at all."""


class _Builder:
    """Builds nodes while the parser reads, and stops it when there are too many."""

    def __init__(self) -> None:
        self._open: list[tuple[dict[str, list[Node]], list[str]]] = [({}, [])]
        self._count = 0

    def start(self, _tag: str, _attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if self._count > ELEMENTS_MAX:
            raise Unreadable("there are too many elements")
        if len(self._open) > DEPTH_MAX:
            raise Unreadable("elements are nested too deep")
        self._open.append(({}, []))

    def data(self, text: str) -> None:
        """Text within an element."""
        self._open[-1][1].append(text)

    def end(self, tag: str) -> None:
        """An element ends. Blanks between elements and around text mean nothing."""
        inner, texts = self._open.pop()
        node: Node = inner or "".join(texts).strip()
        self._open[-1][0].setdefault(tag, []).append(node)

    def close(self) -> dict[str, list[Node]]:
        """What was read."""
        return self._open[0][0]


def parse_xml(data: bytes) -> Mapping[str, list[Node]]:
    """What is in the root element `xml`, by name, in the order written.

    Raises Unreadable for what is too large or too deep, has a document type, or is no XML.
    """
    if len(data) > XML_BYTES_MAX:
        raise Unreadable("it is too long")
    # Nobody here needs document types, and every bomb begins with one.
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("it is no XML that we read") from None
    (root,) = builder.close().get("xml", [""])
    if isinstance(root, str):
        raise Unreadable("there is no element xml with others in it")
    return root


def text_of(node: Mapping[str, list[Node]], name: str) -> str:
    """The text of the first element of that name; empty without it, or if others are in it."""
    found = node.get(name, [""])[0]
    return found if isinstance(found, str) else ""


def part_of(node: Mapping[str, list[Node]], name: str) -> Mapping[str, list[Node]]:
    """What is in the first element of that name; nothing without it."""
    found = node.get(name, [{}])[0]
    return {} if isinstance(found, str) else found


def render_xml(fields: Iterable[tuple[str, Any]]) -> str:
    """An element `xml` with these in it: numbers bare, text in CDATA, pairs as elements."""
    return f"<xml>{_render_all(fields)}</xml>"


def _render_all(fields: Iterable[tuple[str, Any]]) -> str:
    return "".join(f"<{name}>{_render(value)}</{name}>" for name, value in fields)


def _render(value: str | float | list[tuple[str, Any]]) -> str:
    match value:
        case str():
            text = _foreign.sub("", value).replace("]]>", "]]]]><![CDATA[>")
            return f"<![CDATA[{text}]]>"
        case list():
            return _render_all(value)
        case _:
            return str(value)
