"""WeChat's error codes: raised by the door itself, and in place of our rooms' failures."""

from __future__ import annotations

from banyan.base.errors import Failure, Trouble


class WireError(Exception):
    """What WeChat answers instead of a result, with HTTP 200."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errcode, errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


BUSY = WireError(-1, "system error")
UNAUTHORIZED = WireError(48001, "api unauthorized")
NO_SUCH_PATH = WireError(40066, "invalid url")

CODES: dict[str, tuple[int, str]] = {
    "channels.not_found": (40013, "invalid appid"),
    "channels.wrong_secret": (40125, "invalid appsecret"),
    "channels.no_such_button": (46003, "menu no exist"),
    "channels.menu_size": (40016, "invalid button size"),
    "channels.menu_name_length": (40018, "invalid button name size"),
    "channels.menu_kind_missing": (40017, "invalid button type"),
    "channels.menu_field_missing": (40017, "invalid button type"),
    "channels.menu_key_length": (40019, "invalid button key size"),
    "channels.menu_url_length": (40020, "invalid button url size"),
    "channels.link_malformed": (40048, "invalid url"),
    "menus.rule_empty": (65304, "match rule empty"),
    "menus.country_missing": (65310, "country should not be empty"),
    "menus.province_missing": (65311, "province should not be empty"),
    "menus.no_default": (65303, "there is no selfmenu, please create selfmenu first"),
    "menus.too_many": (65305, "conditional menu count reach limit"),
    "menus.too_many_domains": (65316, "too many domains in conditional menus"),
    "menus.not_found": (65301, "no this menuid"),
    "menus.no_such_follower": (65302, "no such user"),
    "providers.bound_already": (89000, "account has bound open"),
    "providers.other_merchant": (89001, "not same contractor"),
    "providers.not_found": (89002, "open not exists"),
    "providers.not_bound": (89002, "open not exists"),
    "providers.too_many": (89004, "open is bound to too many accounts"),
    "channels.not_following": (43004, "require subscribe"),
    "media.empty": (44001, "empty media data"),
    "media.too_large": (40006, "invalid media size"),
    "media.wrong_type": (40005, "invalid file type"),
    "media.too_long": (45007, "playtime out of limit"),
    "media.not_found": (40007, "invalid media_id"),
    "media.too_many": (45001, "material count out of limit"),
    "articles.none": (44003, "empty news data"),
    "articles.too_many_articles": (45008, "article size out of limit"),
    "articles.title_length": (45003, "title size out of limit"),
    "articles.author_length": (45110, "author size out of limit"),
    "articles.digest_length": (45004, "description size out of limit"),
    "articles.content_missing": (44004, "empty content"),
    "articles.content_length": (45002, "content size out of limit"),
    "articles.source_malformed": (45005, "url size out of limit"),
    "articles.no_such_place": (40060, "invalid article idx"),
    "articles.not_found": (40007, "invalid media_id"),
    "articles.not_submitted": (53502, "invalid publish_id"),
    "articles.not_published": (53600, "invalid article_id"),
    "consents.unknown_code": (40029, "invalid code"),
    "consents.code_used": (40163, "code been used"),
    "consents.code_expired": (42003, "code expired"),
    "consents.unknown_refresh": (40030, "invalid refresh_token"),
    "consents.refresh_expired": (42002, "refresh_token expired"),
    "consents.unknown_token": (
        40001,
        "invalid credential, access_token is invalid or not latest",
    ),
    "consents.token_expired": (42001, "access_token expired"),
    "consents.wrong_openid": (40003, "invalid openid"),
    "consents.not_granted": (48001, "api unauthorized"),
    "consents.wrong_signature": (87009, "invalid signature"),
    "talks.kind_refused": (40008, "invalid message type"),
    "talks.text_missing": (44004, "empty content"),
    "talks.text_length": (45002, "content size out of limit"),
    "talks.media_missing": (40007, "invalid media_id"),
    "talks.media_unknown": (40007, "invalid media_id"),
    "talks.title_missing": (40035, "invalid parameter: title"),
    "talks.url_missing": (40048, "invalid url"),
    "talks.articles_missing": (44003, "empty news data"),
    "talks.choices_missing": (40097, "invalid args: msgmenu"),
    "talks.card_missing": (40097, "invalid args: card_id"),
    "talks.appid_missing": (40166, "invalid miniprogram appid"),
    "talks.unknown_openid": (40003, "invalid openid"),
    "talks.not_followed": (40003, "invalid openid"),
    "talks.left": (45015, "response out of time limit or subscription is canceled"),
    "talks.blocked": (43019, "require remove blacklist"),
    "talks.out_of_time": (45015, "response out of time limit or subscription is canceled"),
    "talks.used_up": (45047, "out of response count limit"),
    "talks.silent": (45080, "the user has not talked within 30 seconds"),
    "talks.typing_already": (45081, "already typing"),
    "talks.no_such_agent": (61452, "invalid kf_account"),
    "talks.agent_exists": (61453, "kf_account exsited"),
    "talks.agents_too_many": (61456, "kf_account count exceed limit"),
    "talks.handle_malformed": (61452, "invalid kf_account"),
    "talks.handle_length": (61454, "invalid kf_account length"),
    "talks.handle_characters": (61455, "illegal character in kf_account"),
    "talks.nickname_malformed": (65403, "invalid nickname"),
    "talks.attended_by_other": (65414, "the session is with another custom service account"),
    "talks.not_attended": (65413, "no such session"),
    "talks.off_duty": (65415, "the custom service account is offline"),
    "templates.not_found": (40037, "invalid template_id"),
    "templates.not_in_library": (40037, "invalid template_id_short"),
    "templates.no_such_keyword": (40097, "invalid args: keyword_name_list"),
    "templates.nothing_given": (47003, "argument invalid! data is empty"),
    "templates.value_malformed": (47003, "argument invalid! data value is invalid"),
    "templates.link_malformed": (40048, "invalid url"),
    "templates.no_such_industry": (40102, "invalid industry id"),
    "templates.industry_too_often": (43100, "change template too frequently"),
    "templates.other_industry": (45027, "template conflict with industry"),
    "templates.too_many": (45026, "template num exceed limit"),
    "templates.unknown_openid": (40003, "invalid openid"),
    "templates.not_following": (43004, "require subscribe"),
    "templates.not_wanted": (43101, "user refuse to accept the msg"),
    "templates.keywords_count": (40097, "invalid args: kidList"),
    "templates.blocked": (43019, "require remove blacklist"),
    "request.malformed": (47001, "data format error"),
    "request.too_large": (45001, "media size out of limit"),
    "request.too_many": (45011, "api minute-quota reach limit, must slower, retry next minute"),
    "tokens.unknown": (40001, "invalid credential, access_token is invalid or not latest"),
    "tokens.expired": (42001, "access_token expired"),
    "tokens.forced_too_often": (45009, "reach max api daily quota limit"),
    "tokens.forced_too_soon": (45011, "api minute-quota reach limit, must slower"),
    "tokens.cleared_too_often": (48006, "forbid to clear quota because of reaching the limit"),
    "labels.no_such_tag": (45159, "invalid tag id"),
    "labels.no_such_follower": (40003, "invalid openid"),
    "labels.name_malformed": (45157, "invalid tag name"),
    "labels.name_taken": (45157, "invalid tag name, it exists already"),
    "labels.name_length": (45158, "invalid tag name size"),
    "labels.system_tag": (45058, "can't modify sys tag"),
    "labels.too_many_tags": (45056, "too many tag now, please delete it"),
    "labels.too_many_of_follower": (45059, "can't add tag, user has too many tags"),
    "labels.tag_too_large": (45057, "can't delete the tag that has too many fans"),
    "labels.too_many_named": (40032, "invalid openid list size"),
    "labels.remark_malformed": (40035, "invalid parameter: remark"),
    "scenes.one_parameter": (40053, "invalid action info"),
    "scenes.number_out_of_range": (40053, "invalid action info"),
    "scenes.text_malformed": (40053, "invalid action info"),
    "scenes.life_out_of_range": (40035, "invalid parameter: expire_seconds"),
    "scenes.too_many": (45029, "qrcode count out of limit"),
    "scenes.long_malformed": (40035, "invalid parameter: long_data"),
    "scenes.no_such_key": (40035, "invalid parameter: short_key"),
    "devices.not_found": (40035, "invalid parameter: device_id"),
    "devices.no_such_code": (40035, "invalid parameter: ticket"),
    "devices.no_such_ticket": (40035, "invalid parameter: ticket"),
    "devices.no_such_openid": (40003, "invalid openid"),
    "devices.no_such_product": (40035, "invalid parameter: product_id"),
    "devices.quota_used_up": (45009, "device quota of the product is used up"),
    "devices.too_many_unauthorised": (45009, "too many unauthorized devices"),
    "devices.unauthorised": (48001, "device unauthorized"),
    "devices.attributes_unset": (40035, "device attributes unset"),
    "devices.authorised_already": (40035, "device already authorized"),
    "devices.named_twice": (40035, "invalid parameter: device id repeated"),
    "devices.key_missing": (40035, "invalid parameter: auth_key"),
    "devices.bound_by_enough": (40035, "device bound by as many as may be"),
    "devices.not_bound": (40035, "device not bound to the user"),
    "devices.content_malformed": (40035, "invalid parameter: content"),
    "audience.days_reversed": (61501, "date range error"),
    "audience.too_many_days": (61501, "date range error"),
    "access.forbidden": (48001, "api unauthorized"),
    "merchants.not_found": (48001, "api unauthorized"),
}
"""Our failures' codes, and what WeChat says in their place. `tests/doors/wechat` holds each room
that an endpoint reaches to this table."""


def error_of(failure: Failure) -> WireError:
    """The error that stands for a failure; one that WeChat has no word for is a bad parameter."""
    if isinstance(failure, Trouble):
        return BUSY
    known = CODES.get(failure.code)
    if known is not None:
        return WireError(*known)
    return WireError(40035, f"invalid parameter ({failure.code})")
