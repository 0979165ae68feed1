"""How a push is written: which names the protocol has for what we tell, signed and encrypted."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from banyan.wire.wechat.crypto import Envelope
from banyan.wire.wechat.signature import sign
from banyan.wire.wechat.xml import render_xml

_messages = (
    "text",
    "image",
    "voice",
    "video",
    "shortvideo",
    "location",
    "link",
    "miniprogrampage",
)
_renamed = {
    "scan": "SCAN",
    "located": "LOCATION",
    "click": "CLICK",
    "view": "VIEW",
    "masssendjobfinish": "MASSSENDJOBFINISH",
    "templatesendjobfinish": "TEMPLATESENDJOBFINISH",
    "publishjobfinish": "PUBLISHJOBFINISH",
    "shakearound_user_shake": "ShakearoundUserShake",
    "wifi_connected": "WifiConnected",
}
_as_they_are = (
    "subscribe",
    "unsubscribe",
    "view_miniprogram",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
    "user_enter_tempsession",
    "subscribe_msg_popup_event",
    "subscribe_msg_change_event",
    "subscribe_msg_sent_event",
    "kf_create_session",
    "kf_close_session",
    "kf_switch_session",
    "wxa_media_check",
    "card_pass_check",
    "card_not_pass_check",
    "user_get_card",
    "user_gifting_card",
    "user_del_card",
    "user_consume_card",
    "user_view_card",
    "user_enter_session_from_card",
    "update_member_card",
    "submit_membercard_user_info",
    "card_sku_remind",
    "user_info_modified",
    "qualification_verify_success",
    "qualification_verify_fail",
    "naming_verify_success",
    "user_authorization_revoke",
    "poi_check_notify",
    "user_authorize_invoice",
    "user_scan_product",
    "user_scan_product_verify_action",
    "update_invoice_status",
    "submit_invoice_title",
    "weapp_audit_success",
    "weapp_audit_fail",
    "weapp_audit_delay",
)
_of_platforms = ("component_verify_ticket", "authorized", "updateauthorized", "unauthorized")
"""What a platform is told of itself: such a push says `InfoType` in place of `MsgType`."""
_events = _renamed | {name: name for name in _as_they_are}
_of_devices = {
    "device_text": ("device_text", ""),
    "device_bind": ("device_event", "bind"),
    "device_unbind": ("device_event", "unbind"),
    "device_subscribe_status": ("device_event", "subscribe_status"),
    "device_unsubscribe_status": ("device_event", "unsubscribe_status"),
}
"""Of what is about a device, the type and the event."""
KINDS = frozenset({*_messages, *_events, *_of_devices, *_of_platforms})
"""Every kind of push that can be written."""

_names = {
    "location_x": "Location_X",
    "location_y": "Location_Y",
    "pic_md5_sum": "PicMd5Sum",
    "media_id_16k": "MediaId16K",
    "bizmsgmenuid": "bizmsgmenuid",
    "device_id": "DeviceID",
    "session_id": "SessionID",
    "open_id": "OpenID",
    # Only what people say has a MsgId.
    "msg_id": "MsgID",
}
_checked = ("appid", "trace_id", "isrisky", "extra_info_json", "status_code", "version", "errcode")
_checked_within = ("errmsg", "result", "detail", "suggest", "label", "strategy", "prob")
_own_names = {
    "poi_check_notify": {"msg": "msg"},
    "submit_invoice_title": {
        name: name
        for name in [
            "title",
            "phone",
            "tax_no",
            "addr",
            "bank_type",
            "bank_no",
            "attach",
            "title_type",
        ]
    },
    "wxa_media_check": {name: name for name in (*_checked, *_checked_within)},
    "user_info_modified": {"openid": "openid", "appid": "appid"},
    "user_authorization_revoke": {"openid": "OpenID", "appid": "AppID"},
}
_repeated = frozenset({"list", "fail_idx", "item", "detail", "around_beacon"})
"""Of these each entry is an element of its own; of others the entries are within one element."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is told, and to whom."""

    appid: str = ""
    """Of a platform that is told of itself."""
    original_id: str
    """The account's `gh_...`."""
    openid: str
    kind: str
    created_s: int
    """Seconds since 1970."""
    message_id: int
    fields: Mapping[str, Any]


class Handshake(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with one request to an account's server."""

    token: str
    timestamp: str
    nonce: str
    envelope: Envelope | None = None
    """Encrypts; None in plain mode."""
    chance: bytes = b""
    """16 bytes for the envelope."""
    is_open: bool = True
    """What is told can be read without the key too: in plain and compatible mode."""


def render_handshake(shake: Handshake, echo: str) -> dict[str, str]:
    """The query by which a server is asked to prove that it knows the token."""
    return _signed(shake) | {"echostr": echo}


def render_push(
    told: Told, shake: Handshake, *, is_json: bool = False
) -> tuple[dict[str, str], bytes]:
    """The query and the body of a push."""
    query = _signed(shake)
    if told.openid:
        query["openid"] = told.openid
    fields = list(describe_json(told).items()) if is_json else list(_list_fields(told))
    render = _render_json if is_json else _render_xml
    if shake.envelope is None:
        return query, render(fields)
    sealed = shake.envelope.close(render(fields), shake.chance)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(shake.token, shake.timestamp, shake.nonce, sealed)
    shown = fields if shake.is_open else fields[:1]
    return query, render([*shown, ("Encrypt", sealed)])


def describe_push(told: Told) -> dict[str, Any]:
    """What is told, by the protocol's names."""
    return _pairs(list(_list_fields(told)))


def describe_json(told: Told) -> dict[str, Any]:
    """What is told, as JSON has it: of subscriptions it is the list itself, and always a list."""
    inner = told.fields.get(told.kind)
    if not isinstance(inner, Mapping) or set(inner) != {"list"}:
        return describe_push(told)
    found = describe_push(msgspec.structs.replace(told, fields=inner))
    listed = found["List"]
    return found | {"List": listed if isinstance(listed, list) else [listed]}


def _render_xml(fields: list[tuple[str, Any]]) -> bytes:
    return render_xml(fields).encode()


def _render_json(fields: list[tuple[str, Any]]) -> bytes:
    return msgspec.json.encode(dict(fields))


def _pairs(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields:
        one = _pairs(value) if isinstance(value, list) else value
        if name not in found:
            found[name] = one
        elif isinstance(found[name], list):
            found[name].append(one)
        else:
            found[name] = [found[name], one]
    return found


def _signed(shake: Handshake) -> dict[str, str]:
    signature = sign(shake.token, shake.timestamp, shake.nonce)
    return {"signature": signature, "timestamp": shake.timestamp, "nonce": shake.nonce}


def _list_fields(told: Told) -> Iterator[tuple[str, Any]]:
    """The elements of a push; first whom it is for, which is never hidden."""
    if told.kind in _of_platforms:
        yield "AppId", told.appid
        yield "CreateTime", told.created_s
        yield "InfoType", told.kind
        yield from _render_all(told.fields, _name_of)
        return
    yield "ToUserName", told.original_id
    yield "FromUserName", told.openid
    yield "CreateTime", told.created_s
    fields = dict(told.fields)
    if told.kind in _events:
        yield "MsgType", "event"
        yield "Event", _events[told.kind]
        own = _own_names.get(told.kind, {})
        yield from _render_all(fields, lambda name: own.get(name) or _name_of(name))
    elif told.kind in _of_devices:
        kind, event = _of_devices[told.kind]
        yield "MsgType", kind
        if event:
            yield "Event", event
        yield from _render_all(fields, _name_of)
    else:
        assert told.kind in _messages, f"nobody knows how to write a push of {told.kind}"
        message_id = int(fields.pop("msg_id", told.message_id))
        yield "MsgType", told.kind
        yield from _render_all(fields, _name_of)
        yield "MsgId", message_id


def _render_all(
    fields: Mapping[str, Any], name_of: Callable[[str], str]
) -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        within = _same if name == "publish_event_info" else name_of
        shown = name_of(name)
        if not isinstance(value, list):
            yield shown, _render_value(value, within)
        elif name in _repeated:
            for one in value:
                yield shown, _render_value(one, within)
        else:
            yield shown, [("item", _render_value(one, within)) for one in value]


def _render_value(value: object, name_of: Callable[[str], str]) -> Any:  # noqa: ANN401 - text, number or pairs
    if isinstance(value, Mapping):
        return list(_render_all(value, name_of))
    return int(value) if isinstance(value, bool) else value


def _name_of(name: str) -> str:
    return _names.get(name) or "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _same(name: str) -> str:
    return name
