"""An account's templates: taken from the library or written by itself, listed and deleted."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import new_token
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.templates import store
from banyan.reach.templates.industries import describe_industries
from banyan.reach.templates.library import read_library
from banyan.reach.templates.rules import (
    check_fitting,
    check_form,
    render_entry,
)
from banyan.reach.templates.types import (
    TEMPLATES_MAX,
    FormText,
    Line,
    ShortId,
    Template,
    TemplateAdded,
    TemplateDeleted,
    TemplateId,
)

_id_length = 43


class TakeTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a form of the library: with all its blanks, or those of these labels."""

    merchant_id: MerchantId
    channel_id: ChannelId
    short_id: ShortId
    keywords: Annotated[list[Line], msgspec.Meta(max_length=20)] = []


class WriteTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a form of one's own, with blanks such as `{{first.DATA}}`."""

    merchant_id: MerchantId
    channel_id: ChannelId
    title: Name
    content: FormText


class DeleteTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a template no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    template_id: TemplateId


class ListTemplates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's templates."""

    merchant_id: MerchantId
    channel_id: ChannelId


class Templates(msgspec.Struct, frozen=True, kw_only=True):
    """All templates of an account, the oldest first."""

    items: list[Template]


@single(permission=Permission.CHANNELS_WRITE)
async def take_template(work: Work, command: TakeTemplate) -> Template:
    """Add a form of the library to an account's.

    Raises NotFound `channels.not_found`, `templates.not_in_library`; Invalid
    `templates.no_such_keyword`; Refusal `templates.too_many`, `templates.other_industry`.
    """
    entry = read_library().get(command.short_id)
    if entry is None:
        raise NotFound("templates.not_in_library", short_id=command.short_id)
    content = render_entry(entry, command.keywords)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    holder = await store.lock_holder(work.db, channel.channel_id)
    check_fitting(entry, holder.industries)
    return await _add(
        work,
        channel,
        holder,
        short_id=entry.short_id,
        title=entry.title,
        content=content,
        example=entry.example,
    )


@single(permission=Permission.CHANNELS_WRITE)
async def write_template(work: Work, command: WriteTemplate) -> Template:
    """Add a form of its own to an account's.

    Raises NotFound `channels.not_found`; Invalid `templates.no_blank`; Refusal
    `templates.too_many`.
    """
    check_form(command.content)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    holder = await store.lock_holder(work.db, channel.channel_id)
    return await _add(
        work,
        channel,
        holder,
        short_id="",
        title=command.title,
        content=command.content,
        example="",
    )


@single(permission=Permission.CHANNELS_WRITE)
async def delete_template(work: Work, command: DeleteTemplate) -> None:
    """Delete a template. Raises NotFound `channels.not_found`, `templates.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_holder(work.db, channel.channel_id)
    if not await store.delete_template(work.db, channel.channel_id, command.template_id):
        raise NotFound("templates.not_found")
    note_deleted(work, channel, command.template_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_templates(work: Work, query: ListTemplates) -> Templates:
    """Return all templates of an account. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return Templates(items=await store.list_templates(work.db, channel.channel_id))


async def _add(  # noqa: PLR0913 - the parts of one template
    work: Work,
    channel: Channel,
    holder: store.Holder,
    *,
    short_id: str,
    title: str,
    content: str,
    example: str,
) -> Template:
    if len(await store.list_templates(work.db, channel.channel_id)) >= TEMPLATES_MAX:
        raise Refusal("templates.too_many", templates_max=TEMPLATES_MAX)
    own = describe_industries(holder)
    template = Template(
        template_id=new_token("")[-_id_length:],
        short_id=short_id,
        title=title,
        content=content,
        example=example,
        primary_industry=own.primary.first_class if own.primary else "",
        secondary_industry=own.primary.second_class if own.primary else "",
    )
    await store.insert_template(work.db, channel.channel_id, template, work.now)
    note_added(work, channel, template.template_id)
    return template


def note_added(work: Work, channel: Channel, template_id: TemplateId) -> None:
    """Record that an account has a form more."""
    work.record(
        TemplateAdded(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            template_id=template_id,
        )
    )


def note_deleted(work: Work, channel: Channel, template_id: TemplateId) -> None:
    """Record that an account has a form less."""
    work.record(
        TemplateDeleted(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            template_id=template_id,
        )
    )
