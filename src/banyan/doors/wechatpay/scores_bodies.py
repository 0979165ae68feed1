"""What programs say of orders that are paid later, and of mandates."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=256)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class ItemBody(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be paid for, or a reduction."""

    name: Word
    amount: Fen | None = None
    description: Text = ""
    count: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None

    @property
    def own(self) -> dict[str, Any]:
        """The same in our words."""
        return {
            "name": self.name,
            "amount_fen": self.amount,
            "note": self.description,
            "count": self.count,
        }


class TimesBody(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when."""

    start_time: Text = ""
    start_time_remark: Text = ""
    end_time: Text = ""
    end_time_remark: Text = ""

    @property
    def own(self) -> dict[str, Any]:
        """The same in our words."""
        return {
            "start": self.start_time,
            "start_note": self.start_time_remark,
            "end": self.end_time,
            "end_note": self.end_time_remark,
        }


class PlacesBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where it begins and ends."""

    start_location: Text = ""
    end_location: Text = ""

    @property
    def own(self) -> dict[str, Any]:
        """The same in our words."""
        return {"start": self.start_location, "end": self.end_location}


class RiskBody(msgspec.Struct, frozen=True, kw_only=True):
    """The most that it may cost."""

    name: Word
    amount: Fen
    description: Text = ""


Items = Annotated[list[ItemBody], msgspec.Meta(max_length=100)]


class NamedBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which order of which service."""

    out_order_no: Word
    service_id: Word
    appid: Word

    @property
    def own(self) -> dict[str, Any]:
        """The same in our words."""
        return {"scheme_id": self.service_id, "out_no": self.out_order_no}


class BillBody(NamedBody, frozen=True, kw_only=True):
    """What an order costs."""

    post_payments: Items
    post_discounts: Items = []
    total_amount: Fen

    @property
    def bill(self) -> dict[str, Any]:
        """The same in our words."""
        return {
            **self.own,
            "fees": [one.own for one in self.post_payments],
            "discounts": [one.own for one in self.post_discounts],
            "total_fen": self.total_amount,
        }


class CreateBody(NamedBody, frozen=True, kw_only=True):
    """An order that begins."""

    service_introduction: Word
    post_payments: Items = []
    post_discounts: Items = []
    time_range: TimesBody
    location: PlacesBody = PlacesBody()
    risk_fund: RiskBody
    attach: Text = ""
    notify_url: Text
    openid: Text = ""
    is_asked: bool = msgspec.field(name="need_user_confirm", default=True)


class DirectBody(BillBody, frozen=True, kw_only=True):
    """An order that is completed as it begins."""

    service_introduction: Word
    openid: Word
    time_range: TimesBody
    location: PlacesBody = PlacesBody()
    attach: Text = ""
    notify_url: Text = ""
    profit_sharing: bool = False
    goods_tag: Text = ""


class CompleteBody(BillBody, frozen=True, kw_only=True):
    """An order that is completed."""

    time_range: TimesBody = TimesBody()
    location: PlacesBody = PlacesBody()
    profit_sharing: bool = False
    goods_tag: Text = ""


class ModifyBody(BillBody, frozen=True, kw_only=True):
    """A lower amount."""

    reason: Word


class CancelBody(NamedBody, frozen=True, kw_only=True):
    """An order that is taken back."""

    reason: Word


class PaidDetail(msgspec.Struct, frozen=True, kw_only=True):
    """When it was paid elsewhere."""

    paid_time: Word


class SyncBody(NamedBody, frozen=True, kw_only=True):
    """That it was paid elsewhere."""

    type: Word
    detail: PaidDetail


class QueryBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which order."""

    service_id: Word
    appid: Word
    out_order_no: Text = ""
    query_id: Text = ""


class PermissionBody(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate that is asked for."""

    service_id: Word
    appid: Word
    authorization_code: Word
    notify_url: Text = ""


class ByCodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which mandate, by the merchant's own name."""

    authorization_code: Word
    service_id: Word


class ByOpenidBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which mandate, by whose it is."""

    openid: Word
    service_id: Word
    appid: Word


class EndByCodeBody(ByCodeBody, frozen=True, kw_only=True):
    """Which mandate ends, and why."""

    reason: Word


class EndByOpenidBody(ByOpenidBody, frozen=True, kw_only=True):
    """Which mandate ends, and why."""

    reason: Word
