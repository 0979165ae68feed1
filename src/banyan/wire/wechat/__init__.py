"""What WeChat and the servers of official accounts say to each other: signed, encrypted, in XML."""

from banyan.wire.wechat.crypto import AES_KEY_CHARACTERS, Envelope
from banyan.wire.wechat.inbound import Inbound, check_signed, parse_inbound
from banyan.wire.wechat.open_data import OpenData, seal_open_data
from banyan.wire.wechat.pushes import (
    KINDS,
    Handshake,
    Told,
    describe_push,
    render_handshake,
    render_push,
)
from banyan.wire.wechat.replies import parse_reply
from banyan.wire.wechat.signature import sign
from banyan.wire.wechat.unreadable import Unreadable
from banyan.wire.wechat.xml import parse_xml, render_xml

__all__ = (
    "AES_KEY_CHARACTERS",
    "KINDS",
    "Envelope",
    "Handshake",
    "Inbound",
    "OpenData",
    "Told",
    "Unreadable",
    "check_signed",
    "describe_push",
    "parse_inbound",
    "parse_reply",
    "parse_xml",
    "render_handshake",
    "render_push",
    "render_xml",
    "seal_open_data",
    "sign",
)
