"""The SDK understands every push that we write."""

from __future__ import annotations

import json

import pytest
import xmltodict
from wechatpy import events, messages, parse_message

from banyan.reach.pushes import MESSAGES, PushKind
from banyan.wire.wechat import KINDS, Envelope, Handshake, Told, render_push
from banyan.wire.wechat.pushes import describe_push

SHAKE = Handshake(token="tea", timestamp="1700000000", nonce="n")


def told(kind: str, **fields: object) -> Told:
    return Told(
        original_id="gh_0123456789ab",
        openid="o" * 28,
        kind=kind,
        created_s=1_700_000_000,
        message_id=2**62 + 1,
        fields=fields,
    )


def parse(kind: str, **fields: object) -> object:
    _, body = render_push(told(kind, **fields), SHAKE)
    return parse_message(body.decode())


def test_every_kind_that_is_noted_can_be_written() -> None:
    assert {one.value for one in PushKind} == KINDS


OF_DEVICE = {
    "device_type": "gh_1",
    "device_id": "d",
    "session_id": "9",
    "content": "b24=",
    "open_id": "o1",
}
CASES = [
    ("text", {"content": "茶"}, messages.TextMessage, {"content": "茶"}),
    (
        "image",
        {"pic_url": "http://x/1", "media_id": "m"},
        messages.ImageMessage,
        {"image": "http://x/1", "media_id": "m"},
    ),
    (
        "voice",
        {"media_id": "m", "format": "amr", "recognition": "你好"},
        messages.VoiceMessage,
        {"media_id": "m", "format": "amr", "recognition": "你好"},
    ),
    (
        "video",
        {"media_id": "m", "thumb_media_id": "t"},
        messages.VideoMessage,
        {"media_id": "m", "thumb_media_id": "t"},
    ),
    (
        "shortvideo",
        {"media_id": "m", "thumb_media_id": "t"},
        messages.ShortVideoMessage,
        {"thumb_media_id": "t"},
    ),
    (
        "location",
        {"location_x": 23.1, "location_y": 113.3, "scale": 20, "label": "榕树"},
        messages.LocationMessage,
        {"location": ("23.1", "113.3"), "scale": "20", "label": "榕树"},
    ),
    (
        "link",
        {"title": "a", "description": "b", "url": "http://x"},
        messages.LinkMessage,
        {"title": "a", "description": "b", "url": "http://x"},
    ),
    (
        "miniprogrampage",
        {"app_id": "wx1", "title": "t", "page_path": "p", "thumb_url": "u", "thumb_media_id": "m"},
        messages.MiniProgramPageMessage,
        {"app_id": "wx1", "page_path": "p", "thumb_url": "u", "thumb_media_id": "m"},
    ),
    ("subscribe", {"event_key": ""}, events.SubscribeEvent, {}),
    (
        "subscribe",
        {"event_key": "qrscene_12", "ticket": "T"},
        events.SubscribeScanEvent,
        {"scene_id": "12", "ticket": "T"},
    ),
    ("unsubscribe", {"event_key": ""}, events.UnsubscribeEvent, {}),
    ("scan", {"event_key": "12", "ticket": "T"}, events.ScanEvent, {"scene_id": "12"}),
    (
        "located",
        {"latitude": 23.5, "longitude": 113.5, "precision": 10.0},
        events.LocationEvent,
        {"latitude": 23.5, "longitude": 113.5, "precision": 10.0},
    ),
    ("click", {"event_key": "K"}, events.ClickEvent, {"key": "K"}),
    ("view", {"event_key": "http://x", "menu_id": 1}, events.ViewEvent, {"url": "http://x"}),
    (
        "scancode_waitmsg",
        {"event_key": "K", "scan_code_info": {"scan_type": "qrcode", "scan_result": "1"}},
        events.ScanCodeWaitMsgEvent,
        {"key": "K", "scan_type": "qrcode", "scan_result": "1"},
    ),
    (
        "scancode_push",
        {"event_key": "K", "scan_code_info": {"scan_type": "qrcode", "scan_result": "1"}},
        events.ScanCodePushEvent,
        {"scan_result": "1"},
    ),
    (
        "pic_sysphoto",
        {
            "event_key": "K",
            "send_pics_info": {
                "count": 2,
                "pic_list": [{"pic_md5_sum": "a"}, {"pic_md5_sum": "b"}],
            },
        },
        events.PicSysPhotoEvent,
        {"count": 2, "pictures": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]},
    ),
    ("pic_photo_or_album", {"event_key": "K"}, events.PicPhotoOrAlbumEvent, {"key": "K"}),
    ("pic_weixin", {"event_key": "K"}, events.PicWeChatEvent, {"key": "K"}),
    (
        "location_select",
        {
            "event_key": "K",
            "send_location_info": {
                "location_x": "23",
                "location_y": "113",
                "scale": "15",
                "label": "l",
                "poiname": "p",
            },
        },
        events.LocationSelectEvent,
        {"location": ("23", "113"), "scale": "15", "label": "l", "poiname": "p"},
    ),
    (
        "masssendjobfinish",
        {
            "msg_id": 1988,
            "status": "send success",
            "total_count": 100,
            "filter_count": 80,
            "sent_count": 75,
            "error_count": 5,
        },
        events.MassSendJobFinishEvent,
        {"id": 1988, "status": "send success", "total_count": 100, "error_count": 5},
    ),
    (
        "templatesendjobfinish",
        {"msg_id": 200163836, "status": "failed:user block"},
        events.TemplateSendJobFinishEvent,
        {"id": 200163836, "status": "failed:user block"},
    ),
    ("kf_create_session", {"kf_account": "a@b"}, events.KfCreateSessionEvent, {"account": "a@b"}),
    ("kf_close_session", {"kf_account": "a@b"}, events.KfCloseSessionEvent, {"account": "a@b"}),
    (
        "kf_switch_session",
        {"from_kf_account": "a", "to_kf_account": "b"},
        events.KfSwitchSessionEvent,
        {"from_account": "a", "to_account": "b"},
    ),
    (
        "device_text",
        OF_DEVICE | {"msg_id": 7},
        events.DeviceTextEvent,
        {"device_type": "gh_1", "device_id": "d", "session_id": "9", "content": "on"},
    ),
    ("device_bind", OF_DEVICE, events.DeviceBindEvent, {"open_id": "o1", "content": "on"}),
    ("device_unbind", OF_DEVICE, events.DeviceUnbindEvent, {"open_id": "o1", "device_id": "d"}),
    (
        "device_subscribe_status",
        {"device_id": "d", "open_id": "o1", "op_type": 1},
        events.DeviceSubscribeStatusEvent,
        {"device_id": "d", "open_id": "o1", "op_type": 1},
    ),
    (
        "device_unsubscribe_status",
        {"device_id": "d", "open_id": "o1", "op_type": 0},
        events.DeviceUnsubscribeStatusEvent,
        {"op_type": 0},
    ),
]


@pytest.mark.parametrize(("kind", "fields", "expected", "read"), CASES)
def test_the_sdk_reads_what_is_told(
    kind: str, fields: dict[str, object], expected: type, read: dict[str, object]
) -> None:
    found = parse(kind, **fields)
    assert type(found) is expected
    assert {name: getattr(found, name) for name in read} == read
    assert (found.source, found.target, found.time) == ("o" * 28, "gh_0123456789ab", 1_700_000_000)  # type: ignore[attr-defined]
    if PushKind(kind) in MESSAGES:
        assert found.id == 2**62 + 1  # type: ignore[attr-defined]


def body(kind: str, **fields: object) -> dict[str, object]:
    _, text = render_push(told(kind, **fields), SHAKE)
    found: dict[str, object] = xmltodict.parse(text.decode())["xml"]
    return found


def test_fields_that_the_sdk_does_not_know_are_named_as_documented() -> None:
    popup = {
        "list": [
            {"template_id": "a", "subscribe_status_string": "accept", "popup_scene": 1},
            {"template_id": "b", "subscribe_status_string": "reject", "popup_scene": 1},
        ]
    }
    found = body("subscribe_msg_popup_event", subscribe_msg_popup_event=popup)
    assert found["SubscribeMsgPopupEvent"] == {
        "List": [
            {"TemplateId": "a", "SubscribeStatusString": "accept", "PopupScene": "1"},
            {"TemplateId": "b", "SubscribeStatusString": "reject", "PopupScene": "1"},
        ]
    }
    sent = {"list": [{"template_id": "a", "msg_id": 12, "error_code": 0, "error_status": "ok"}]}
    found = body("subscribe_msg_sent_event", subscribe_msg_sent_event=sent)
    assert found["SubscribeMsgSentEvent"] == {
        "List": {"TemplateId": "a", "MsgID": "12", "ErrorCode": "0", "ErrorStatus": "ok"}
    }
    published = {
        "publish_id": "1",
        "publish_status": 0,
        "article_id": "A",
        "article_detail": {"count": 1, "item": [{"idx": 1, "article_url": "http://x"}]},
    }
    found = body("publishjobfinish", publish_event_info=published)
    assert found["Event"] == "PUBLISHJOBFINISH"
    assert found["PublishEventInfo"] == {
        "publish_id": "1",
        "publish_status": "0",
        "article_id": "A",
        "article_detail": {"count": "1", "item": {"idx": "1", "article_url": "http://x"}},
    }
    assert body("user_info_modified", openid="o", appid="wx")["openid"] == "o"
    revoked = body("user_authorization_revoke", openid="o", appid="wx", revoke_info="1")
    assert (revoked["OpenID"], revoked["AppID"], revoked["RevokeInfo"]) == ("o", "wx", "1")
    checked = {
        "count": 1,
        "result_list": [{"article_idx": 1, "audit_state": 2}],
        "check_state": 2,
    }
    found = body("masssendjobfinish", msg_id=1, copyright_check_result=checked)
    assert found["CopyrightCheckResult"] == {
        "Count": "1",
        "ResultList": {"item": {"ArticleIdx": "1", "AuditState": "2"}},
        "CheckState": "2",
    }


def test_modes_show_what_they_may() -> None:
    envelope = Envelope("k" * 43, "wx1")
    for is_open in (False, True):
        shake = Handshake(
            token="tea",
            timestamp="1",
            nonce="n",
            envelope=envelope,
            chance=bytes(16),
            is_open=is_open,
        )
        query, text = render_push(told("text", content="secret"), shake)
        assert query["encrypt_type"] == "aes"
        assert (b"secret" in text) is is_open
        root = xmltodict.parse(text.decode())["xml"]
        names = ["ToUserName", "Encrypt"]
        assert (list(root) == names) is not is_open
        inner = xmltodict.parse(envelope.open(root["Encrypt"]).decode())["xml"]
        assert inner["Content"] == "secret"


def test_what_is_described_is_what_is_sent() -> None:
    one = told(
        "pic_weixin", event_key="K", send_pics_info={"count": 1, "pic_list": [{"pic_md5_sum": "a"}]}
    )
    shown = json.loads(json.dumps(describe_push(one)))
    assert shown["SendPicsInfo"] == {"Count": 1, "PicList": {"item": {"PicMd5Sum": "a"}}}
    assert (shown["MsgType"], shown["Event"]) == ("event", "pic_weixin")
