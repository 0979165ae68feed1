"""What programs say about taxed invoices."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from banyan.doors.wechatpay.marketing import Appid, Instant, Openid

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=256)]
Mchid = Annotated[str, msgspec.Meta(max_length=32)]
Words = Annotated[str, msgspec.Meta(max_length=100)]
Hidden = Annotated[str, msgspec.Meta(max_length=1_024)]
Scene = Literal["WITH_WECHATPAY"]


class ConfigBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is told, and what people are shown."""

    callback_url: Text | None = None
    show_fapiao_cell: bool | None = None
    support_vat_fapiao: bool | None = None


class SubBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which of those for whom the caller acts."""

    sub_mchid: Mchid = ""


class CodesBody(SubBody, frozen=True, kw_only=True):
    """Which part of the goods."""

    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 20


class CellPart(msgspec.Struct, frozen=True, kw_only=True):
    """A line on the card that leads elsewhere."""

    words: Text = ""
    description: Text = ""
    jump_url: Text = ""
    app_name: Text = msgspec.field(name="miniprogram_user_name", default="")
    miniprogram_path: Text = ""


class TemplatePart(msgspec.Struct, frozen=True, kw_only=True):
    """What the card shows."""

    payee_name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    logo_url: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    custom_cell: CellPart = CellPart()


class TemplateBody(SubBody, frozen=True, kw_only=True):
    """Of which account, and what its cards show."""

    card_appid: Appid
    card_template_information: TemplatePart


class TitleUrlBody(SubBody, frozen=True, kw_only=True):
    """Who is to say what they are called on the invoice of which payment."""

    fapiao_apply_id: Number
    source: Literal["WEB", "MINIPROGRAM"]
    appid: Appid
    openid: Openid
    total_amount: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    seller_name: Text = ""
    show_phone_cell: bool = False
    must_input_phone: bool = False
    show_email_cell: bool = False
    must_input_email: bool = False


class TitleBody(SubBody, frozen=True, kw_only=True):
    """Of which payment."""

    fapiao_apply_id: Number
    scene: Scene


class BuyerPart(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an invoice is for."""

    type: Literal["INDIVIDUAL", "ORGANIZATION"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    taxpayer_id: Words = ""
    address: Words = ""
    telephone: Words = ""
    bank_name: Words = ""
    bank_account: Words = ""
    phone: Hidden = ""
    email: Hidden = ""


class ItemPart(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice."""

    tax_code: Annotated[str, msgspec.Meta(max_length=19)]
    goods_name: Words = ""
    specification: Words = ""
    unit: Words = ""
    quantity: Annotated[int, msgspec.Meta(ge=0, le=10**18)] = 10**8
    total_amount: Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
    tax_rate: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    tax_prefer_mark: (
        Literal[
            "NO_FAVORABLE",
            "OUTSIDE_VAT",
            "VAT_EXEMPT",
            "NORMAL_ZERO_RATED",
            "EXPORT_ZERO_RATED",
        ]
        | None
    ) = None
    discount: bool = False


class InvoicePart(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice that is to be issued."""

    fapiao_id: Number
    total_amount: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    need_list: bool = False
    remark: Annotated[str, msgspec.Meta(max_length=200)] = ""
    items: Annotated[list[ItemPart], msgspec.Meta(min_length=1, max_length=100)]


class IssueBody(SubBody, frozen=True, kw_only=True):
    """What is to be issued for which payment, and to whom."""

    fapiao_apply_id: Number
    scene: Scene
    buyer_information: BuyerPart
    fapiao_information: Annotated[list[InvoicePart], msgspec.Meta(min_length=1, max_length=5)]


class CardPart(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that was issued elsewhere."""

    fapiao_media_id: Number
    fapiao_number: Number
    fapiao_code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    fapiao_time: Instant
    check_code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    total_amount: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    items: Annotated[list[ItemPart], msgspec.Meta(min_length=1, max_length=100)]
    remark: Annotated[str, msgspec.Meta(max_length=200)] = ""


class InsertBody(SubBody, frozen=True, kw_only=True):
    """What is to be put into whose hands."""

    fapiao_apply_id: Number
    scene: Scene
    buyer_information: BuyerPart
    fapiao_card_information: Annotated[list[CardPart], msgspec.Meta(min_length=1, max_length=5)]


class QueryBody(SubBody, frozen=True, kw_only=True):
    """The invoice of which payment."""

    fapiao_apply_id: Number
    fapiao_id: Annotated[str, msgspec.Meta(max_length=64)] = ""


class RedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice that is to be taken back."""

    fapiao_id: Number
    fapiao_code: Annotated[str, msgspec.Meta(max_length=64)] = ""
    fapiao_number: Annotated[str, msgspec.Meta(max_length=64)] = ""


class ReverseBody(SubBody, frozen=True, kw_only=True):
    """Why which are taken back."""

    fapiao_apply_id: Number
    reverse_reason: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    fapiao_information: Annotated[list[RedPart], msgspec.Meta(min_length=1, max_length=5)] | RedPart


class FileBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a paper is, and its sum."""

    file_type: Annotated[str, msgspec.Meta(max_length=8)]
    digest: Annotated[str, msgspec.Meta(max_length=128)]
    digest_algorithm: Annotated[str, msgspec.Meta(max_length=16)] = ""
    misspelled: Annotated[str, msgspec.Meta(max_length=16)] = msgspec.field(
        name="digest_alogrithm", default=""
    )


class PaperBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which paper."""

    token: Annotated[str, msgspec.Meta(max_length=100)]
