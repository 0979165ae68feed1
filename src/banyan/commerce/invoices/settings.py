"""What an account asks people for, which payments it makes invoices for, and kinds of invoices."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.secret import new_token
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.types import KINDS_MAX, Line, Lines
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own

_kind_length = 28
FIELDS_MAX = 30
FieldName = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]
"""Whether a part of a title is shown, or needed."""
CustomField = Annotated[dict[FieldName, Line | Flag], msgspec.Meta(max_length=FIELDS_MAX)]
CustomFields = Annotated[list[CustomField], msgspec.Meta(max_length=FIELDS_MAX)]
FieldGroup = Annotated[dict[FieldName, Flag | CustomFields], msgspec.Meta(max_length=FIELDS_MAX)]
Fields = Annotated[dict[FieldName, FieldGroup], msgspec.Meta(max_length=2)]
"""Of a person's and of a company's title which parts are shown and needed."""


class ReadInvoicing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does an account make invoices?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class SetInvoicing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make invoices like this from now on; what is null stays as it is."""

    merchant_id: MerchantId
    channel_id: ChannelId
    fields: Fields | None = None
    """Which parts of a title are shown and needed."""
    merchant_number: Annotated[str, msgspec.Meta(max_length=32, pattern=LINE)] | None = None
    platform: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] | None = None
    phone: Line | None = None
    timeout_s: Annotated[int, msgspec.Meta(ge=0, le=10**7)] | None = None


class CreateInvoiceKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give invoices of this kind."""

    merchant_id: MerchantId
    channel_id: ChannelId
    payee: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE)]
    facts: Annotated[dict[FieldName, Lines], msgspec.Meta(max_length=FIELDS_MAX)] = {}


class InvoiceKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of invoices."""

    kind_id: str


@reading(permission=Permission.CHANNELS_READ)
async def read_invoicing(work: Work, query: ReadInvoicing) -> store.Settings:
    """Return an account's settings. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await store.find_settings(work.db, channel.channel_id)


@single(permission=Permission.CHANNELS_WRITE)
async def set_invoicing(work: Work, command: SetInvoicing) -> store.Settings:
    """Change an account's settings. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await store.lock_settings(work.db, channel.channel_id)
    contact = before.contact
    if command.phone is not None or command.timeout_s is not None:
        known = contact or store.Contact()
        contact = store.Contact(
            phone=known.phone if command.phone is None else command.phone,
            timeout_s=known.timeout_s if command.timeout_s is None else command.timeout_s,
        )
    after = store.Settings(
        fields=before.fields if command.fields is None else command.fields,
        merchant_number=(
            before.merchant_number if command.merchant_number is None else command.merchant_number
        ),
        platform=before.platform if command.platform is None else command.platform,
        contact=contact,
    )
    await store.set_settings(work.db, channel.channel_id, after)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def create_invoice_kind(work: Work, command: CreateInvoiceKind) -> InvoiceKind:
    """Add a kind of invoices.

    Raises NotFound `channels.not_found`; Refusal `invoices.too_many_kinds`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if await store.count_kinds(work.db, channel.channel_id) >= KINDS_MAX:
        raise Refusal("invoices.too_many_kinds", kinds_max=KINDS_MAX)
    kind_id = f"p{new_token('')[-_kind_length + 1 :]}"
    await store.insert_kind(
        work.db,
        channel.channel_id,
        kind_id=kind_id,
        payee=command.payee,
        name=command.name,
        facts=command.facts,
        now=work.now,
    )
    return InvoiceKind(kind_id=kind_id)
