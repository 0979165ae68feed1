"""XML from strangers: read when it is what the protocol has, refused when it is anything else."""

from __future__ import annotations

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from banyan.wire.wechat import Unreadable, parse_xml, render_xml
from banyan.wire.wechat.xml import DEPTH_MAX, ELEMENTS_MAX, XML_BYTES_MAX, part_of, text_of

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE xml [
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
]><xml><MsgType>text</MsgType><Content>&d;</Content></xml>"""
OUTSIDE = b"""<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/hostname">]><xml><A>&x;</A></xml>"""
PARAMETER = b"""<!DOCTYPE xml [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><xml><A>1</A></xml>"""
BARE_TYPE = b"<!DOCTYPE xml><xml><A>1</A></xml>"
OUTSIDE_TYPE = b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><A>1</A></xml>'


@pytest.mark.parametrize("bomb", [LAUGHS, OUTSIDE, PARAMETER, BARE_TYPE, OUTSIDE_TYPE])
def test_document_types_and_entities_are_refused(bomb: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_xml(bomb)


def nested(depth: int) -> bytes:
    return b"<xml>" + b"<a>" * depth + b"x" + b"</a>" * depth + b"</xml>"


def test_deep_nesting_is_refused() -> None:
    assert parse_xml(nested(DEPTH_MAX - 1))
    for depth in (DEPTH_MAX, 1_000, 5_000):
        with pytest.raises(Unreadable):
            parse_xml(nested(depth))


def test_many_elements_are_refused() -> None:
    assert len(parse_xml(b"<xml>" + b"<a/>" * (ELEMENTS_MAX - 1) + b"</xml>")["a"]) > 1
    with pytest.raises(Unreadable):
        parse_xml(b"<xml>" + b"<a/>" * ELEMENTS_MAX + b"</xml>")


def test_what_is_too_long_is_refused() -> None:
    frame = len(b"<xml><a></a></xml>")
    assert parse_xml(b"<xml><a>" + b"x" * (XML_BYTES_MAX - frame) + b"</a></xml>")
    with pytest.raises(Unreadable):
        parse_xml(b"<xml><a>" + b"x" * (XML_BYTES_MAX - frame + 1) + b"</a></xml>")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"fail",
        b"<xml>",
        b"<xml></xml>",
        b"<xml>text</xml>",
        b"<html><a>1</a></html>",
        b"<xml><a>1</b></xml>",
        b"<xml><a>&nbsp;</a></xml>",
        b"<xml><a>1</a></xml><xml><a>1</a></xml>",
        b"<xml><a>\xff</a></xml>",
        b"\x00",
        b'{"MsgType": "text"}',
    ],
)
def test_what_is_no_such_xml_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable):
        parse_xml(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for text in (data, b"<xml><a>" + data + b"</a></xml>", b"<xml><" + data + b"/></xml>"):
        try:
            parse_xml(text)
        except Unreadable:
            continue


def test_blanks_around_cdata_mean_nothing() -> None:
    root = parse_xml(b"<xml>\n <A> <![CDATA[ <1> ]]>\n</A><B><C>2</C> </B><A>3</A>\n</xml>")
    assert text_of(root, "A") == "<1>"
    assert text_of(part_of(root, "B"), "C") == "2"
    assert root["A"] == ["<1>", "3"]
    assert text_of(root, "B") == ""
    assert part_of(root, "A") == {}
    assert text_of(root, "Missing") == ""


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_that_xml_can_hold_arrives(text: str) -> None:
    rendered = render_xml([("Content", text), ("CreateTime", 12)])
    kept = "".join(
        one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff")
    )
    # Every reader of XML takes all line breaks for one kind, and these ones strip.
    expected = kept.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert text_of(parse_xml(rendered.encode()), "Content") == expected
    assert (xmltodict.parse(rendered)["xml"]["Content"] or "").strip() == expected
    assert xmltodict.parse(rendered)["xml"]["CreateTime"] == "12"
