"""How a merchant makes invoices: what stands on them, what it sells, where it is told."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.fapiaos import store
from banyan.commerce.fapiaos.types import (
    GOODS_MAX,
    PAPER_BYTES_MAX,
    CallbackUrl,
    Goods,
    Line,
    Seller,
    Settings,
)
from banyan.commerce.invoices import (
    AddPaper,
    CreateInvoiceKind,
    Paper,
    add_paper,
    create_invoice_kind,
)
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, MerchantState, ReadMerchant, read_merchant
from banyan.reach.channels import ChannelId


class ReadFapiaoSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does a merchant make invoices?"""

    merchant_id: MerchantId


class SetFapiaoSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make them like this from now on; what is null stays as it is."""

    merchant_id: MerchantId
    callback_url: CallbackUrl | None = None
    shows_cell: bool | None = None
    has_vat: bool | None = None
    seller: Seller | None = None


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """How a merchant makes invoices, and what it is called on them."""

    settings: Settings
    name: str
    tax_number: str
    """Empty until somebody has verified the merchant."""


class ListFapiaoGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does a merchant sell?"""

    merchant_id: MerchantId
    offset: Annotated[int, msgspec.Meta(ge=0, le=GOODS_MAX)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class SetFapiaoGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I sell these, and nothing else."""

    merchant_id: MerchantId
    goods: Annotated[list[Goods], msgspec.Meta(max_length=GOODS_MAX)]


class GoodsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what a merchant sells, and how much there is."""

    items: list[Goods]
    total: int


class AddTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let invoices of this account come into hands as such cards."""

    merchant_id: MerchantId
    channel_id: ChannelId
    payee: Annotated[str, msgspec.Meta(max_length=100)] = ""
    """By default what the merchant is called."""
    facts: Annotated[dict[Line, Line], msgspec.Meta(max_length=20)] = {}


class AddFapiaoPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this PDF ready for an invoice that was issued elsewhere."""

    merchant_id: MerchantId
    content: Annotated[bytes, msgspec.Meta(max_length=PAPER_BYTES_MAX + 1)]


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """As which cards they come into hands."""

    kind_id: str


@reading(permission=Permission.FINANCE_READ)
async def read_fapiao_settings(work: Work, query: ReadFapiaoSettings) -> Base:
    """Return how a merchant makes invoices. Raises NotFound `merchants.not_found`."""
    merchant = await read_merchant(work, ReadMerchant(merchant_id=query.merchant_id))
    return Base(
        settings=await store.find_settings(work.db, query.merchant_id),
        name=merchant.legal_name or merchant.name,
        tax_number=merchant.licence_number if merchant.state is MerchantState.VERIFIED else "",
    )


@single(permission=Permission.FINANCE_WRITE)
async def set_fapiao_settings(work: Work, command: SetFapiaoSettings) -> Settings:
    """Change how a merchant makes invoices."""
    before = await store.find_settings(work.db, command.merchant_id)
    given = {
        name: value
        for name in ("callback_url", "shows_cell", "has_vat", "seller")
        if (value := getattr(command, name)) is not None
    }
    after = msgspec.structs.replace(before, **given)
    await store.set_settings(work.db, command.merchant_id, after)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="fapiaos.settings",
        subject_id=command.merchant_id,
        before=before,
        after=after,
    )
    return after


@reading(permission=Permission.FINANCE_READ)
async def list_fapiao_goods(work: Work, query: ListFapiaoGoods) -> GoodsPage:
    """Return some of what a merchant sells."""
    total, items = await store.list_goods(work.db, query.merchant_id, query.offset, query.limit)
    return GoodsPage(items=items, total=total)


@single(permission=Permission.FINANCE_WRITE)
async def set_fapiao_goods(work: Work, command: SetFapiaoGoods) -> None:
    """Write what a merchant sells. Raises Invalid `fapiaos.goods_twice`."""
    keys = {(one.tax_code, one.name) for one in command.goods}
    if len(keys) < len(command.goods):
        raise Invalid("fapiaos.goods_twice")
    await store.replace_goods(work.db, command.merchant_id, command.goods)


@single(permission=Permission.FINANCE_WRITE)
async def add_template(work: Work, command: AddTemplate) -> Template:
    """Add a kind of cards, as which invoices come into hands from now on.

    Raises NotFound `channels.not_found`; Refusal `invoices.too_many_kinds`.
    """
    merchant = await read_merchant(work, ReadMerchant(merchant_id=command.merchant_id))
    making = CreateInvoiceKind(
        merchant_id=command.merchant_id,
        channel_id=command.channel_id,
        payee=command.payee or merchant.legal_name or merchant.name,
        name="电子发票",
        facts=dict(command.facts),
    )
    kind = await create_invoice_kind(work, making)
    await store.set_template(work.db, command.merchant_id, command.channel_id, kind.kind_id)
    return Template(kind_id=kind.kind_id)


@single(permission=Permission.FINANCE_WRITE)
async def add_fapiao_paper(work: Work, command: AddFapiaoPaper) -> Paper:
    """Keep a PDF with the account whose template was made last.

    Raises Refusal `fapiaos.no_template`; Invalid `invoices.no_pdf`, `invoices.pdf_too_large`.
    """
    channel_id = await store.find_channel(work.db, command.merchant_id)
    if not channel_id:
        raise Refusal("fapiaos.no_template")
    adding = AddPaper(
        merchant_id=command.merchant_id,
        channel_id=ChannelId(channel_id),
        content=command.content,
    )
    return await add_paper(work, adding)
