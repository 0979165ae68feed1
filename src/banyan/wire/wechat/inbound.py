"""What WeChat tells an account's server, read."""

from collections.abc import Mapping, Sequence
from hmac import compare_digest

import msgspec

from banyan.wire.wechat.crypto import Envelope
from banyan.wire.wechat.signature import sign
from banyan.wire.wechat.unreadable import Unreadable
from banyan.wire.wechat.xml import Node, parse_xml, text_of


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    openid: str
    kind: str
    """The type of a message, or `event.` and the event in lower case."""
    key: str
    """The same for the same happening, however often it is told."""
    fields: Mapping[str, str]
    """Its elements that are text."""


def check_signed(token: str, query: Mapping[str, str]) -> None:
    """Accept what is signed by who knows the token. Raises Unreadable."""
    signed = sign(token, query.get("timestamp", ""), query.get("nonce", ""))
    if not compare_digest(signed.encode(), query.get("signature", "").encode()):
        raise Unreadable("its signature is false")


def parse_inbound(body: bytes, token: str, query: Mapping[str, str], envelope: Envelope) -> Inbound:
    """What happened, in plain, compatible or safe mode. Raises Unreadable."""
    root = parse_xml(body)
    sealed = text_of(root, "Encrypt")
    if sealed:
        signed = sign(token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
        if not compare_digest(signed.encode(), query.get("msg_signature", "").encode()):
            raise Unreadable("its signature is false")
        root = parse_xml(envelope.open(sealed))
    else:
        check_signed(token, query)
    return _read(root)


def _read(root: Mapping[str, Sequence[Node]]) -> Inbound:
    fields = {name: one[0] for name, one in root.items() if isinstance(one[0], str)}
    openid, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not openid or not kind:
        raise Unreadable("nobody says what happened to whom")
    if kind == "event":
        event = fields.get("Event", "").lower()
        key = f"{fields.get('CreateTime', '')} {event} {fields.get('EventKey', '')}"
        return Inbound(openid=openid, kind=f"event.{event}", key=key, fields=fields)
    return Inbound(openid=openid, kind=kind, key=fields.get("MsgId", ""), fields=fields)
