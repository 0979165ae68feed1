"""Cards as programs write them, and as we keep them: one way and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from banyan.commerce.cards import (
    CardKind,
    CardReport,
    CardStatus,
    CodeMode,
    CodeReport,
    HolderStatus,
)
from banyan.doors.wechat.errors import UNAUTHORIZED, WireError

Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
KINDS = {one.value.upper(): one for one in CardKind}
STATUSES = {
    "CARD_STATUS_NOT_VERIFY": CardStatus.CHECKING,
    "CARD_STATUS_VERIFY_FAIL": CardStatus.REFUSED,
    "CARD_STATUS_VERIFY_OK": CardStatus.VERIFIED,
    "CARD_STATUS_DELETE": CardStatus.DELETED,
}
_status_names = {one: name for name, one in STATUSES.items()}
HOLDER_STATUSES = {
    HolderStatus.NORMAL: "NORMAL",
    HolderStatus.CONSUMED: "CONSUMED",
    HolderStatus.EXPIRED: "EXPIRE",
    HolderStatus.GIFTING: "GIFTING",
    HolderStatus.GIVEN: "GIFT_SUCC",
    HolderStatus.DISCARDED: "DELETE",
    HolderStatus.UNAVAILABLE: "UNAVAILABLE",
}
_details = {
    CardKind.GROUPON: "deal_detail",
    CardKind.GIFT: "gift",
    CardKind.GENERAL_COUPON: "default_detail",
    CardKind.MEMBER_CARD: "prerogative",
    CardKind.MEETING_TICKET: "meeting_detail",
    CardKind.MOVIE_TICKET: "detail",
}
"""Which field of a kind says what one gets for it."""
_title_max = 27
_ref = re.compile(r"p[A-Za-z0-9_-]{27}")
_code = re.compile(r"[!-~]{1,20}")
_seconds_max = 253_370_764_800


class Sku(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are."""

    quantity: Number | None = None


class DateInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How long a card lasts."""

    type: str | int = ""
    begin_timestamp: Number | None = None
    end_timestamp: Number | None = None
    fixed_term: Number | None = None
    fixed_begin_term: Number | None = None


class BaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What all cards have. What is not here is kept as it is, and told again."""

    logo_url: str | None = None
    code_type: str | None = None
    brand_name: str | None = None
    title: str | None = None
    color: str | None = None
    notice: str | None = None
    description: str | None = None
    service_phone: str | None = None
    sku: Sku | None = None
    date_info: DateInfo | None = None
    use_custom_code: bool | None = None
    get_custom_code_mode: str | None = None
    bind_openid: bool | None = None
    get_limit: Number | None = None
    use_limit: Number | None = None
    can_share: bool | None = None
    can_give_friend: bool | None = None
    need_push_on_view: bool | None = None
    center_title: str | None = None
    center_sub_title: str | None = None
    center_url: str | None = None
    custom_url_name: str | None = None
    custom_url_sub_title: str | None = None
    custom_url: str | None = None
    promotion_url_name: str | None = None
    promotion_url_sub_title: str | None = None
    promotion_url: str | None = None


_known = frozenset(BaseInfo.__struct_fields__) | {"id", "status", "create_time", "update_time"}
_cell_fields = {
    "center": ("center_title", "center_sub_title", "center_url"),
    "custom": ("custom_url_name", "custom_url_sub_title", "custom_url"),
    "promotion": ("promotion_url_name", "promotion_url_sub_title", "promotion_url"),
}
_member_flags = {
    "supply_bonus": "has_bonus",
    "auto_activate": "is_auto_active",
    "wx_activate": "is_form_active",
    "wx_activate_after_submit": "is_active_after_submit",
    "activate_url": "activate_url",
    "wx_activate_after_submit_url": "after_submit_url",
}


def check_ref(text: str) -> str:
    """Accept what may be a card's name. Raises WireError 41012, 40073."""
    if not text:
        raise WireError(41012, "cardid missing")
    if not _ref.fullmatch(text):
        raise WireError(40073, "invalid card id")
    return text


def check_code(text: str) -> str:
    """Accept what may be a code. Raises WireError 40056."""
    if not _code.fullmatch(text):
        raise WireError(40056, "invalid serial code")
    return text


def instant_of(seconds: int) -> str:
    """An instant of the wire. Raises WireError 40079."""
    if not 0 <= seconds < _seconds_max:
        raise WireError(40079, "invalid time")
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def find_kind(name: str) -> CardKind:
    """Raises WireError 40071; 48001 for what nobody can honestly do here."""
    if name in {"LUCKY_MONEY", "GENERAL_CARD"}:
        raise UNAUTHORIZED
    kind = KINDS.get(name)
    if kind is None:
        raise WireError(40071, "invalid card type")
    return kind


def read_base(own: Mapping[str, Any]) -> BaseInfo:
    """What all cards have. Raises WireError 40035."""
    try:
        return msgspec.convert(own.get("base_info", {}), BaseInfo, strict=False)
    except msgspec.ValidationError as error:
        raise WireError(40035, f"invalid parameter: base_info: {error}") from None


def read_face(kind: CardKind, base: BaseInfo, own: Mapping[str, Any]) -> dict[str, Any]:
    """What of the face is told, by our names. Raises WireError 45021."""
    if base.title is not None and len(base.title) > _title_max:
        raise WireError(45021, "title too long")
    names = (
        "logo_url",
        "code_type",
        "brand_name",
        "title",
        "color",
        "notice",
        "description",
        "service_phone",
    )
    face: dict[str, Any] = {name: getattr(base, name) for name in names}
    for cell, fields in _cell_fields.items():
        told = [getattr(base, field) for field in fields]
        if any(one is not None for one in told):
            parts = zip(("name", "sub_title", "url"), told, strict=True)
            face[cell] = {name: one or "" for name, one in parts}
    detail = own.get(_details.get(kind, ""))
    face["detail"] = detail if isinstance(detail, str) else None
    return {name: value for name, value in face.items() if value is not None}


def read_terms(kind: CardKind, base: BaseInfo, own: Mapping[str, Any]) -> dict[str, Any]:
    """What of the terms is told, by our names. Raises WireError 48001 for stored value."""
    if own.get("supply_balance") is True:
        raise UNAUTHORIZED
    terms: dict[str, Any] = {
        "is_bound": base.bind_openid,
        "use_limit": base.use_limit,
        "may_share": base.can_share,
        "may_give": base.can_give_friend,
        "tells_views": base.need_push_on_view,
    }
    if base.use_custom_code is not None:
        mode = CodeMode.OURS
        if base.use_custom_code:
            is_deposit = base.get_custom_code_mode == "GET_CUSTOM_CODE_MODE_DEPOSIT"
            mode = CodeMode.DEPOSITED if is_deposit else CodeMode.NAMED
        terms["code_mode"] = mode.value
    if kind.is_member:
        terms |= {ours: own.get(theirs) for theirs, ours in _member_flags.items()}
    return {name: value for name, value in terms.items() if value is not None}


def read_extra(own: Mapping[str, Any]) -> dict[str, Any]:
    """What we keep for programs without a use of our own for it."""
    base = own.get("base_info")
    kept = base if isinstance(base, dict) else {}
    return {
        "base_info": {name: value for name, value in kept.items() if name not in _known},
        "own": {
            name: value
            for name, value in own.items()
            if name not in {"base_info", *_details.values(), *_member_flags}
        },
    }


def read_dates(info: DateInfo | None, *, is_member: bool) -> dict[str, Any]:
    """From when and until when. Raises WireError 40079, 40100."""
    if info is None and not is_member:
        raise WireError(41011, "missing required fields: date_info")
    if info is None:
        return {}
    match str(info.type):
        case "DATE_TYPE_PERMANENT":
            return {}
        case "DATE_TYPE_FIX_TIME_RANGE" | "1":
            return _read_range(info, is_member=is_member)
        case "DATE_TYPE_FIX_TERM" | "2":
            return _read_term(info, is_member=is_member)
        case _:
            raise WireError(40079, "invalid time")


def _read_range(info: DateInfo, *, is_member: bool) -> dict[str, Any]:
    if info.begin_timestamp is None or info.end_timestamp is None:
        raise WireError(40079, "invalid time")
    if info.begin_timestamp >= info.end_timestamp:
        raise WireError(40100, "invalid time range")
    dates = {"valid_until": instant_of(info.end_timestamp)}
    return dates if is_member else dates | {"usable_from": instant_of(info.begin_timestamp)}


def _read_term(info: DateInfo, *, is_member: bool) -> dict[str, Any]:
    if info.fixed_term is None or info.fixed_term < 1:
        raise WireError(40079, "invalid time")
    dates: dict[str, Any] = {"valid_days": info.fixed_term}
    if info.fixed_begin_term and not is_member:
        dates["wait_days"] = info.fixed_begin_term
    if info.end_timestamp is not None:
        dates["valid_until"] = instant_of(info.end_timestamp)
    return dates


def render_card(report: CardReport) -> dict[str, Any]:
    """A card as programs read it."""
    kind = report.card.kind
    own = {"base_info": _render_base(report), **report.card.extra.get("own", {})}
    detail = _details.get(kind)
    if detail:
        own[detail] = report.card.face.detail
    if kind.is_member:
        terms = report.card.terms
        own |= {theirs: getattr(terms, ours) for theirs, ours in _member_flags.items()}
        own["supply_balance"] = False
    return {"card_type": kind.value.upper(), kind.value: own}


def _render_base(report: CardReport) -> dict[str, Any]:
    card, face, terms = report.card, report.card.face, report.card.terms
    base: dict[str, Any] = {
        **card.extra.get("base_info", {}),
        "id": report.ref,
        "status": _status_names[card.status],
        "logo_url": face.logo_url,
        "code_type": face.code_type,
        "brand_name": face.brand_name,
        "title": face.title,
        "color": face.color,
        "notice": face.notice,
        "description": face.description,
        "service_phone": face.service_phone,
        "sku": {"quantity": report.stock.left, "total_quantity": report.stock.total},
        "date_info": _render_dates(report),
        "use_custom_code": terms.code_mode is not CodeMode.OURS,
        "bind_openid": terms.is_bound,
        "get_limit": report.stock.get_limit,
        "use_limit": terms.use_limit or report.stock.get_limit,
        "can_share": terms.may_share,
        "can_give_friend": terms.may_give,
        "need_push_on_view": terms.tells_views,
        "create_time": int(card.created_at.timestamp()),
        "update_time": int(card.changed_at.timestamp()),
    }
    if terms.code_mode is CodeMode.DEPOSITED:
        base["get_custom_code_mode"] = "GET_CUSTOM_CODE_MODE_DEPOSIT"
    for cell, fields in _cell_fields.items():
        link = getattr(face, cell)
        parts = zip(fields, (link.name, link.sub_title, link.url), strict=True)
        base |= {field: part for field, part in parts if part}
    return base


def _render_dates(report: CardReport) -> dict[str, Any]:
    stock = report.stock
    if stock.valid_days:
        told: dict[str, Any] = {"type": "DATE_TYPE_FIX_TERM", "fixed_term": stock.valid_days}
        return told | {"fixed_begin_term": stock.wait_days}
    if stock.valid_until is None:
        return {"type": "DATE_TYPE_PERMANENT"}
    begin = stock.valid_from or report.card.created_at
    return {
        "type": "DATE_TYPE_FIX_TIME_RANGE",
        "begin_timestamp": int(begin.timestamp()),
        "end_timestamp": int(stock.valid_until.timestamp()),
    }


def render_window(report: CodeReport) -> dict[str, int]:
    """From when and until when one card can be used, as far as it ends."""
    told = {"begin_time": int(report.usable_from.timestamp())}
    if report.expires_at is not None:
        told["end_time"] = int(report.expires_at.timestamp())
    return told
