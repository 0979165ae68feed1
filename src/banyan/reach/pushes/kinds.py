"""Everything that an account's server can be told of, and whether it may answer to the person."""

from enum import StrEnum


class PushKind(StrEnum):
    """What a push is about, with the names of its fields. Stored: never renamed."""

    # What a person says: each has `msg_id`, by default the number of the push.
    TEXT = "text"
    """content, bizmsgmenuid if it is a tap on a choice."""
    IMAGE = "image"
    """pic_url, media_id."""
    VOICE = "voice"
    """media_id, format, recognition."""
    VIDEO = "video"
    """media_id, thumb_media_id."""
    SHORTVIDEO = "shortvideo"
    """media_id, thumb_media_id."""
    LOCATION = "location"
    """location_x (latitude), location_y (longitude), scale, label."""
    LINK = "link"
    """title, description, url."""
    MINIPROGRAM_PAGE = "miniprogrampage"
    """app_id, title, page_path, thumb_url, thumb_media_id."""

    # What a person does.
    FOLLOWED = "subscribe"
    """event_key (`qrscene_` and the scene, or empty), ticket."""
    UNFOLLOWED = "unsubscribe"
    """event_key, empty."""
    SCANNED = "scan"
    """event_key (the scene), ticket."""
    LOCATED = "located"
    """latitude, longitude, precision."""
    CLICK = "click"
    """event_key."""
    VIEW = "view"
    """event_key (the address), menu_id."""
    VIEW_MINIPROGRAM = "view_miniprogram"
    """event_key (the page), menu_id."""
    SCANCODE_PUSH = "scancode_push"
    """event_key, scan_code_info {scan_type, scan_result}."""
    SCANCODE_WAITMSG = "scancode_waitmsg"
    """event_key, scan_code_info {scan_type, scan_result}."""
    PIC_SYSPHOTO = "pic_sysphoto"
    """event_key, send_pics_info {count, pic_list [{pic_md5_sum}]}."""
    PIC_PHOTO_OR_ALBUM = "pic_photo_or_album"
    """As PIC_SYSPHOTO."""
    PIC_WEIXIN = "pic_weixin"
    """As PIC_SYSPHOTO."""
    LOCATION_SELECT = "location_select"
    """event_key, send_location_info {location_x, location_y, scale, label, poiname}."""
    ENTERED_SESSION = "user_enter_tempsession"
    """session_from."""

    # What a person's device says, and what they do with it.
    DEVICE_TEXT = "device_text"
    """device_type, device_id, session_id, content (base64), open_id, msg_id."""
    DEVICE_BOUND = "device_bind"
    """device_type, device_id, session_id, content, open_id."""
    DEVICE_UNBOUND = "device_unbind"
    """As DEVICE_BOUND."""
    DEVICE_WATCHED = "device_subscribe_status"
    """device_type, device_id, open_id, op_type."""
    DEVICE_UNWATCHED = "device_unsubscribe_status"
    """As DEVICE_WATCHED."""

    # Where a person is.
    SHAKEN = "shakearound_user_shake"
    """chosen_beacon {uuid, major, minor, distance}, around_beacons {around_beacon [the same]}."""
    WIFI_CONNECTED = "wifi_connected"
    """connect_time, expire_time, vendor_id, shop_id, place_id, device_no."""

    # What has become of something.
    MASS_SENT = "masssendjobfinish"
    """msg_id, status, total_count, filter_count, sent_count, error_count."""
    TEMPLATE_SENT = "templatesendjobfinish"
    """msg_id, status."""
    PUBLISHED = "publishjobfinish"
    """publish_event_info {publish_id, publish_status, article_id, article_detail}."""
    SUBSCRIBE_MSG_POPUP = "subscribe_msg_popup_event"
    """subscribe_msg_popup_event {list [{template_id, subscribe_status_string, popup_scene}]}."""
    SUBSCRIBE_MSG_CHANGE = "subscribe_msg_change_event"
    """subscribe_msg_change_event {list [{template_id, subscribe_status_string}]}."""
    SUBSCRIBE_MSG_SENT = "subscribe_msg_sent_event"
    """subscribe_msg_sent_event {list [{template_id, msg_id, error_code, error_status}]}."""
    KF_SESSION_OPENED = "kf_create_session"
    """kf_account."""
    KF_SESSION_CLOSED = "kf_close_session"
    """kf_account."""
    KF_SESSION_SWITCHED = "kf_switch_session"
    """from_kf_account, to_kf_account."""
    MEDIA_CHECKED = "wxa_media_check"
    """appid, trace_id and, of version 1, isrisky, status_code; of 2, version, result, detail."""
    CARD_PASSED = "card_pass_check"
    """card_id."""
    CARD_REFUSED = "card_not_pass_check"
    """card_id, refuse_reason."""
    CARD_TAKEN = "user_get_card"
    """card_id, user_card_code, is_give_by_friend, friend_user_name, old_user_card_code, ..."""
    CARD_GIFTED = "user_gifting_card"
    """card_id, user_card_code, is_return_back, friend_user_name, is_chat_room."""
    CARD_DISCARDED = "user_del_card"
    """card_id, user_card_code."""
    CARD_CONSUMED = "user_consume_card"
    """card_id, user_card_code, consume_source, verify_code, remark_amount, outer_str, ..."""
    CARD_VIEWED = "user_view_card"
    """card_id, user_card_code, outer_str."""
    CARD_SESSION = "user_enter_session_from_card"
    """card_id, user_card_code."""
    MEMBER_CARD_UPDATED = "update_member_card"
    """card_id, user_card_code, modify_bonus, modify_balance."""
    MEMBER_FORM_SUBMITTED = "submit_membercard_user_info"
    """card_id, user_card_code."""
    CARD_STOCK_LOW = "card_sku_remind"
    """card_id, detail."""
    PROFILE_CHANGED = "user_info_modified"
    """openid, appid."""
    QUALIFIED = "qualification_verify_success"
    """expired_time."""
    NOT_QUALIFIED = "qualification_verify_fail"
    """fail_time, fail_reason."""
    NAMED = "naming_verify_success"
    """expired_time."""
    AUTHORIZATION_REVOKED = "user_authorization_revoke"
    """openid, appid, revoke_info."""
    BARCODE_CHECKED = "user_scan_product_verify_action"
    """key_standard, key_str, result, reason_msg."""
    BARCODE_SCANNED = "user_scan_product"
    """key_standard, key_str, country, province, city, sex, scene, ext_info."""
    INVOICE_AUTHORIZED = "user_authorize_invoice"
    """succ_order_id, fail_order_id, app_id, source."""
    INVOICE_MOVED = "update_invoice_status"
    """status, card_id, code."""
    INVOICE_TITLE = "submit_invoice_title"
    """title, phone, tax_no, addr, bank_type, bank_no, attach, title_type."""
    LISTING_CHECKED = "poi_check_notify"
    """uniq_id, poi_id, result, msg."""
    WEAPP_AUDIT_PASSED = "weapp_audit_success"
    """succ_time."""
    WEAPP_AUDIT_FAILED = "weapp_audit_fail"
    """reason, fail_time, screen_shot."""
    WEAPP_AUDIT_DELAYED = "weapp_audit_delay"
    """reason, delay_time."""

    # What a platform is told of itself.
    PLATFORM_TICKET = "component_verify_ticket"
    """component_verify_ticket."""
    PLATFORM_AUTHORIZED = "authorized"
    """authorizer_appid, authorization_code, authorization_code_expired_time, pre_auth_code."""
    PLATFORM_REAUTHORIZED = "updateauthorized"
    """As PLATFORM_AUTHORIZED."""
    PLATFORM_UNAUTHORIZED = "unauthorized"
    """authorizer_appid."""


_silent = frozenset(
    {
        PushKind.PLATFORM_TICKET,
        PushKind.PLATFORM_AUTHORIZED,
        PushKind.PLATFORM_REAUTHORIZED,
        PushKind.PLATFORM_UNAUTHORIZED,
        PushKind.UNFOLLOWED,
        PushKind.VIEW,
        PushKind.MASS_SENT,
        PushKind.TEMPLATE_SENT,
        PushKind.PUBLISHED,
        PushKind.SUBSCRIBE_MSG_CHANGE,
        PushKind.SUBSCRIBE_MSG_SENT,
        PushKind.KF_SESSION_OPENED,
        PushKind.KF_SESSION_CLOSED,
        PushKind.KF_SESSION_SWITCHED,
        PushKind.MEDIA_CHECKED,
        PushKind.CARD_PASSED,
        PushKind.CARD_REFUSED,
        PushKind.CARD_TAKEN,
        PushKind.CARD_GIFTED,
        PushKind.CARD_DISCARDED,
        PushKind.CARD_CONSUMED,
        PushKind.CARD_VIEWED,
        PushKind.MEMBER_CARD_UPDATED,
        PushKind.MEMBER_FORM_SUBMITTED,
        PushKind.CARD_STOCK_LOW,
        PushKind.PROFILE_CHANGED,
        PushKind.QUALIFIED,
        PushKind.NOT_QUALIFIED,
        PushKind.NAMED,
        PushKind.AUTHORIZATION_REVOKED,
        PushKind.BARCODE_CHECKED,
        PushKind.BARCODE_SCANNED,
        PushKind.INVOICE_AUTHORIZED,
        PushKind.INVOICE_MOVED,
        PushKind.INVOICE_TITLE,
        PushKind.LISTING_CHECKED,
        PushKind.SHAKEN,
        PushKind.WIFI_CONNECTED,
        PushKind.WEAPP_AUDIT_PASSED,
        PushKind.WEAPP_AUDIT_FAILED,
        PushKind.WEAPP_AUDIT_DELAYED,
    }
)
MESSAGES = frozenset(
    {
        PushKind.TEXT,
        PushKind.IMAGE,
        PushKind.VOICE,
        PushKind.VIDEO,
        PushKind.SHORTVIDEO,
        PushKind.LOCATION,
        PushKind.LINK,
        PushKind.MINIPROGRAM_PAGE,
    }
)
"""What a person says to the account."""
DEVICES = frozenset(
    {
        PushKind.DEVICE_TEXT,
        PushKind.DEVICE_BOUND,
        PushKind.DEVICE_UNBOUND,
        PushKind.DEVICE_WATCHED,
        PushKind.DEVICE_UNWATCHED,
    }
)
"""What is about a person's device."""


def may_answer(kind: PushKind) -> bool:
    """Whether the server's answer to such a push reaches the person."""
    return kind not in _silent
