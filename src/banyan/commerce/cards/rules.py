"""What cards are called, how one stands in somebody's hands, and who may take one."""

import base64
import binascii
import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.commerce.cards.types import (
    Card,
    CardFace,
    CardKind,
    CardStatus,
    CardTerms,
    CodeMode,
    CodeState,
    HeldCard,
    HolderStatus,
    LinkCell,
    SelfUse,
)
from banyan.commerce.coupons import CouponForOrder, CouponKind, CouponState

COLORS = {
    "Color010": "#63b359",
    "Color020": "#2c9f67",
    "Color030": "#509fc9",
    "Color040": "#5885cf",
    "Color050": "#9062c0",
    "Color060": "#d09a45",
    "Color070": "#e4b138",
    "Color080": "#ee903c",
    "Color081": "#f08500",
    "Color082": "#a9d92d",
    "Color090": "#dd6549",
    "Color100": "#cc463d",
    "Color101": "#cf3e36",
    "Color102": "#5E6671",
}
"""What a card may be coloured with, by name."""

DIGITS = 12
DEPOSIT_MAX = 100
"""Most codes that are deposited, or asked about, at once."""
STOCK_LOW = 100
STOCK_PLENTY = 200
REMIND_EVERY = timedelta(hours=12)
GIFT_LIFE = timedelta(hours=24)
"""How long a friend may take what was sent."""
_id_bytes = 8
_check_bytes = 4

_of_coupons = {
    CouponState.CLAIMED: HolderStatus.NORMAL,
    CouponState.RESERVED: HolderStatus.NORMAL,
    CouponState.REDEEMED: HolderStatus.CONSUMED,
    CouponState.EXPIRED: HolderStatus.EXPIRED,
    CouponState.VOIDED: HolderStatus.UNAVAILABLE,
    CouponState.GIVEN: HolderStatus.GIVEN,
}
_of_codes = {
    CodeState.GIVEN: HolderStatus.GIVEN,
    CodeState.DISCARDED: HolderStatus.DISCARDED,
    CodeState.UNAVAILABLE: HolderStatus.UNAVAILABLE,
}
COUPON_KINDS = {CardKind.CASH: CouponKind.AMOUNT_OFF, CardKind.DISCOUNT: CouponKind.PERCENT_OFF}
"""What coupon a card is the face of; a voucher where none is named here."""


def render_ref(merchant_id: int, card_id: int) -> str:
    """What programs call a card by."""
    raw = merchant_id.to_bytes(_id_bytes, "big") + card_id.to_bytes(_id_bytes, "big")
    return "p" + base64.urlsafe_b64encode(raw + _check(raw)).decode().rstrip("=")


def read_ref(ref: str) -> tuple[int, int]:
    """The merchant and the card of a name. Raises NotFound `cards.not_found`."""
    try:
        raw = base64.urlsafe_b64decode(ref[1:] + "=")
    except (binascii.Error, ValueError):
        raise NotFound("cards.not_found") from None
    ids, check = raw[: 2 * _id_bytes], raw[2 * _id_bytes :]
    if ref[:1] != "p" or len(check) != _check_bytes or not compare_digest(check, _check(ids)):
        raise NotFound("cards.not_found")
    return int.from_bytes(ids[:_id_bytes], "big"), int.from_bytes(ids[_id_bytes:], "big")


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"card" + raw).digest()[:_check_bytes]


def render_code(chance: int) -> str:
    """Twelve digits."""
    return f"{chance % 10**DIGITS:0{DIGITS}d}"


def compute_signature(parts: Iterable[str]) -> str:
    """What whoever knows all parts signs them with, in whatever order they are."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the protocol's


def texts_of(face: CardFace) -> list[str]:
    """What of a card is looked through before it is given out."""
    named = [face.title, face.brand_name, face.notice, face.description, face.detail]
    cells = [part for cell in _cells(face) for part in (cell.name, cell.sub_title)]
    return [text for text in (*named, *cells) if text]


def _cells(face: CardFace) -> Sequence[LinkCell]:
    return (face.center, face.custom, face.promotion)


def check_face(face: CardFace) -> None:
    """Accept a known colour. Raises Invalid `cards.unknown_color`."""
    if face.color not in COLORS:
        raise Invalid("cards.unknown_color")


def check_terms(kind: CardKind, terms: CardTerms) -> None:
    """Accept terms that belong to the kind. Raises Invalid `cards.terms_of_members`."""
    mine = (terms.has_bonus, terms.is_auto_active, terms.is_form_active, terms.activate_url)
    if not kind.is_member and any(mine):
        raise Invalid("cards.terms_of_members")


def needs_check(before: CardFace, after: CardFace) -> bool:
    """Whether a change must be looked through again: of words or pictures, not of a colour."""
    return texts_of(before) != texts_of(after) or before.logo_url != after.logo_url


def find_obstacle(card: Card, *, is_tester: bool) -> Refusal | None:
    """Why nobody, or not this person, may take a card; None if they may."""
    if card.status is CardStatus.DELETED:
        return NotFound("cards.not_found")
    if card.status is not CardStatus.VERIFIED and not is_tester:
        return Refusal("cards.not_verified")
    return None


def check_named_code(card: Card, code: str) -> None:
    """Accept a code, or none, as the card's mode wants it.

    Raises Refusal `cards.code_missing`, `cards.code_unwanted`.
    """
    if card.terms.code_mode is CodeMode.NAMED and not code:
        raise Refusal("cards.code_missing")
    if card.terms.code_mode is not CodeMode.NAMED and code:
        raise Refusal("cards.code_unwanted")


def status_of(held: HeldCard, coupon: CouponForOrder | None, now: datetime) -> HolderStatus:
    """How one card stands at this instant."""
    ended = _of_codes.get(held.state)
    if ended is not None:
        return ended
    if coupon is not None:
        status = _of_coupons[coupon.state]
        if status is HolderStatus.NORMAL and now >= coupon.expires_at:
            status = HolderStatus.EXPIRED
        if status is not HolderStatus.NORMAL:
            return status
    elif held.expires_at is not None and now >= held.expires_at:
        return HolderStatus.EXPIRED
    return HolderStatus.GIFTING if held.state is CodeState.GIFTING else HolderStatus.NORMAL


def can_use(held: HeldCard, coupon: CouponForOrder | None, now: datetime) -> bool:
    """Whether one card could be checked off at this instant."""
    if status_of(held, coupon, now) is not HolderStatus.NORMAL:
        return False
    if coupon is None:
        return is_active(held, now)
    is_free = coupon.state is CouponState.CLAIMED
    return is_free and (coupon.usable_from is None or now >= coupon.usable_from)


def is_active(held: HeldCard, now: datetime) -> bool:
    """Whether a member card has been activated, and may be used at this instant."""
    if held.activated_at is None:
        return False
    has_begun = held.active_from is None or now >= held.active_from
    return has_begun and (held.active_until is None or now < held.active_until)


def check_self_use(self_use: SelfUse, verify_code: str, remark_amount: str) -> None:
    """Accept what a holder typed as they check their card off.

    Raises Refusal `cards.no_self_use`; Invalid `cards.verify_code_missing`,
    `cards.amount_missing`.
    """
    if not self_use.is_open:
        raise Refusal("cards.no_self_use")
    if self_use.needs_code and not verify_code:
        raise Invalid("cards.verify_code_missing")
    if self_use.needs_amount and not remark_amount:
        raise Invalid("cards.amount_missing")


def facts_of(held: HeldCard, card: Card) -> dict[str, Any]:
    """The fields that every event about one card in hands has."""
    return {
        "merchant_id": held.merchant_id,
        "person_id": held.person_id,
        "channel_id": int(card.channel_id),
        "subject_id": int(held.card_id),
        "ref": render_ref(held.merchant_id, int(held.card_id)),
        "code": held.code,
        "openid": held.openid,
    }


def compute_member_expiry(card: Card, taken_at: datetime) -> datetime | None:
    """Until when a member card that is taken now may be used; None for ever."""
    if not card.valid_days:
        return card.valid_until
    end = taken_at + timedelta(days=card.valid_days)
    return min(end, card.valid_until) if card.valid_until else end


def compute_bonus(before: int, total: int | None, added: int) -> int:
    """What the points are to be: the total where it is told, else so many more than before.

    A total that is told twice stays what it is, so a repeated call adds nothing: what was added
    is then only what the message to the holder says.
    """
    return before + added if total is None else total


def find_missing(codes: Sequence[str], known: Collection[str]) -> list[str]:
    """Which of the codes are not known, each once and in their order."""
    return [code for code in dict.fromkeys(codes) if code not in known]
