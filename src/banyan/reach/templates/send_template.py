"""Sends a filled form to one follower: into their inbox, and the account's server hears of it."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Follower,
    FollowerState,
    Link,
    Openid,
    access_own,
    find_followers,
)
from banyan.reach.moderation import check_texts
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.templates import store
from banyan.reach.templates.rules import SAME_FOR, render_form
from banyan.reach.templates.types import (
    Filled,
    SendId,
    TemplateId,
    TemplateSent,
    Value,
    Values,
)

NOTICE = "templates.message"
"""The kind of notice in which a template message lies in the inbox."""
_delivered = "success"


class FilledForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A form, filled with these values, for one reader."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    template_id: TemplateId
    values: Values
    link: Link = ""
    appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    """The mini program that a tap opens; it comes before the link."""
    pagepath: Annotated[str, msgspec.Meta(max_length=1024)] = ""


class SendTemplate(FilledForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a form, filled with these values, to one follower."""

    own_name: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """What the program calls this message: sent again within ten minutes it is the same."""


class SentTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template message that was sent."""

    send_id: SendId


@single(permission=Permission.CHANNELS_WRITE)
async def send_template(work: Work, command: SendTemplate) -> SentTemplate:
    """Send one message; it lies in the person's inbox when this returns.

    Raises NotFound `channels.not_found`, `templates.not_found`; Refusal
    `templates.unknown_openid`, `templates.not_following`, `templates.blocked`,
    `moderation.refused`; Invalid
    `templates.value_malformed`, `templates.nothing_given`, `templates.link_malformed`.
    """
    check_values(command.values)
    check_web(command.link)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    template = await store.find_template(work.db, channel.channel_id, command.template_id)
    if template is None:
        raise NotFound("templates.not_found")
    person_id = await access_reader(work, channel, command.openid)
    body = render_form(template.content, command.values)
    await check_texts(work, channel, [one.value for one in command.values.values()])
    if command.own_name:
        # Rivals under the same name wait for each other.
        await store.lock_holder(work.db, channel.channel_id)
    since = work.now - SAME_FOR
    known = await store.find_send(work.db, channel.channel_id, person_id, command.own_name, since)
    if known is not None:
        return SentTemplate(send_id=known)
    send_id = SendId(work.ids.next())
    await store.insert_send(
        work.db,
        channel_id=int(channel.channel_id),
        send_id=send_id,
        person_id=person_id,
        filled=Filled(
            template_id=template.template_id,
            values=command.values,
            link=command.link,
            appid=command.appid,
            pagepath=command.pagepath,
        ),
        own_name=command.own_name,
        now=work.now,
    )
    notice = write_notice(
        work,
        channel,
        command,
        send_id,
        kind=NOTICE,
        person_id=person_id,
        title=template.title,
        body=body,
    )
    await send_notices(work, [notice])
    work.record(
        TemplateSent(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(send_id),
            openid=command.openid,
            template_id=template.template_id,
        )
    )
    fields = {"msg_id": int(send_id), "status": _delivered}
    await note_push(work, channel, person_id, command.openid, PushKind.TEMPLATE_SENT, fields)
    return SentTemplate(send_id=send_id)


def check_values(values: dict[str, Value]) -> None:
    """Accept values that can be seen and are not too long.

    Raises Invalid `templates.value_malformed` with the name of the first that is not.
    """
    for name, value in values.items():
        try:
            msgspec.convert(msgspec.to_builtins(value), Value)
        except msgspec.ValidationError:
            raise Invalid("templates.value_malformed", value=name[:40]) from None


def check_web(link: str) -> None:
    """Accept nowhere, or a web address. Raises Invalid `templates.link_malformed`."""
    is_web = link.startswith(("https://", "http://")) and link.isprintable() and " " not in link
    if link and not is_web:
        raise Invalid("templates.link_malformed")


async def find_known(work: Work, channel: Channel, openid: str) -> tuple[int, Follower]:
    """Return the person of an openid, and how they stand to the account, if it ever met them.

    Raises Refusal `templates.unknown_openid`.
    """
    found = (await find_followers(work.db, channel.channel_id, [openid])).get(openid)
    if found is None:
        raise Refusal("templates.unknown_openid")
    return found


async def access_reader(work: Work, channel: Channel, openid: str) -> int:
    """Return the person who follows under an openid.

    Raises Refusal `templates.unknown_openid`, `templates.not_following`, `templates.blocked`.
    """
    person_id, follower = await find_known(work, channel, openid)
    if follower.state is not FollowerState.FOLLOWING:
        raise Refusal("templates.not_following")
    if await is_blocked(work.db, channel.channel_id, person_id):
        raise Refusal("templates.blocked")
    return person_id


def write_notice(  # noqa: PLR0913 - the parts of one notice
    work: Work,
    channel: Channel,
    command: FilledForm,
    send_id: SendId,
    *,
    kind: str,
    person_id: int,
    title: str,
    body: str,
) -> NewNotice:
    """Return a filled form as it lies in the inbox."""
    return NewNotice(
        person_id=person_id,
        kind=kind,
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        title=title,
        body=body,
        link=command.link,
        fields={
            "send_id": str(int(send_id)),
            "template_id": command.template_id,
            "appid": command.appid,
            "pagepath": command.pagepath,
        },
    )
