"""Messages that somebody lets an account send once: they are asked on a page, for one scene."""

import base64
import hashlib
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    ChannelKind,
    access_by_appid,
    access_own,
    ensure_openids,
)
from banyan.reach.consents import check_redirect
from banyan.reach.consents.types import Appid, Redirect
from banyan.reach.moderation import check_texts
from banyan.reach.notices import send_notices
from banyan.reach.templates import store
from banyan.reach.templates.rules import render_form
from banyan.reach.templates.send_subscription import NOTICE
from banyan.reach.templates.send_template import (
    FilledForm,
    check_values,
    check_web,
    find_known,
    write_notice,
)
from banyan.reach.templates.types import (
    SendId,
    SubscriptionAnswered,
    SubscriptionSent,
    TemplateId,
)

SCENE_MAX = 10_000
TITLE_MAX = 15
"""Most characters of such a message's title."""
_form = "{{content.DATA}}"
_speaking = frozenset({ChannelKind.SERVICE, ChannelKind.SUBSCRIPTION})

Scene = Annotated[int, msgspec.Meta(ge=0, le=SCENE_MAX)]
"""What the message is about, by the account's own number."""


class ReadOnceForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which form does this account write once?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class OnceForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form by which an account writes once; each account has just one."""

    template_id: str


class ReadOnceAsking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks to write to me once?"""

    appid: Appid
    template_id: TemplateId
    scene: Scene
    redirect: Redirect


class AnswerOnce(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an account write to me once for this scene, or not."""

    appid: Appid
    template_id: TemplateId
    scene: Scene
    redirect: Redirect
    is_wanted: bool


class OnceAsking(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks to write once, and where the person goes back to."""

    channel_id: ChannelId
    merchant_id: Id
    channel_name: str
    host: str


class OnceAnswered(msgspec.Struct, frozen=True, kw_only=True):
    """What the account is told of the answer."""

    openid: str
    """Empty if the person said no: then it learns nothing of them."""


class SendOnce(FilledForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send the one message allowed for a scene; its only blank is `content`."""

    scene: Scene
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=TITLE_MAX, pattern=LINE)]


class SentOnce(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent."""

    send_id: SendId


@reading(permission=Permission.CHANNELS_READ)
async def read_once_form(work: Work, query: ReadOnceForm) -> OnceForm:
    """Return the form of an account.

    Raises NotFound `channels.not_found`; Refusal `templates.not_an_account`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if channel.kind not in _speaking:
        raise Refusal("templates.not_an_account")
    return OnceForm(template_id=_name_form(channel))


@reading(permission=Permission.PERSON)
async def read_once_asking(work: Work, query: ReadOnceAsking) -> OnceAsking:
    """Return who asks.

    Raises NotFound `channels.not_found`, `templates.not_found`; Invalid
    `consents.redirect_malformed`; Refusal `consents.wrong_domain`, `templates.not_an_account`.
    """
    channel, host = await _check(work, query)
    return OnceAsking(
        channel_id=channel.channel_id,
        merchant_id=Id(channel.merchant_id),
        channel_name=channel.name,
        host=host,
    )


@single(permission=Permission.PERSON)
async def answer_once(work: Work, command: AnswerOnce) -> OnceAnswered:
    """Let an account write once, however often one says so before it does; or not at all.

    Raises NotFound, Invalid and Refusal as `read_once_asking`.
    """
    channel, _ = await _check(work, command)
    person_id = work.actor.person_id
    key = (channel.channel_id, person_id, command.scene)
    if command.is_wanted:
        is_changed = await store.allow_once(work.db, *key, work.now)
    else:
        is_changed = await store.use_once(work.db, *key)
    if not (command.is_wanted or is_changed):
        return OnceAnswered(openid="")
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    if is_changed:
        work.record(
            SubscriptionAnswered(
                merchant_id=int(channel.merchant_id),
                person_id=person_id,
                channel_id=int(channel.channel_id),
                openid=openid,
                template_id=command.template_id,
                is_wanted=command.is_wanted,
            )
        )
    return OnceAnswered(openid=openid if command.is_wanted else "")


@single(permission=Permission.CHANNELS_WRITE)
async def send_once(work: Work, command: SendOnce) -> SentOnce:
    """Send one message, whether its reader follows the account or not; it takes the permission.

    Raises NotFound `channels.not_found`, `templates.not_found`; Refusal
    `templates.not_an_account`, `templates.unknown_openid`, `templates.not_wanted`,
    `moderation.refused`; Invalid `templates.value_malformed`, `templates.nothing_given`,
    `templates.link_malformed`.
    """
    check_values(command.values)
    check_web(command.link)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    _check_form(channel, command.template_id)
    person_id, _ = await find_known(work, channel, command.openid)
    body = render_form(_form, command.values)
    await check_texts(work, channel, [command.title, body])
    if not await store.use_once(work.db, channel.channel_id, person_id, command.scene):
        raise Refusal("templates.not_wanted")
    send_id = SendId(work.ids.next())
    notice = write_notice(
        work,
        channel,
        command,
        send_id,
        kind=NOTICE,
        person_id=person_id,
        title=command.title,
        body=body,
    )
    await send_notices(work, [notice])
    work.record(
        SubscriptionSent(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(send_id),
            openid=command.openid,
            template_id=command.template_id,
        )
    )
    return SentOnce(send_id=send_id)


def _name_form(channel: Channel) -> str:
    """The form's id; nothing about the form is stored, as it never changes."""
    told = hashlib.sha256(f"once {channel.appid}".encode()).digest()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _check_form(channel: Channel, template_id: str) -> None:
    if channel.kind not in _speaking:
        raise Refusal("templates.not_an_account")
    if template_id != _name_form(channel):
        raise NotFound("templates.not_found")


async def _check(work: Work, asked: ReadOnceAsking | AnswerOnce) -> tuple[Channel, str]:
    """Who asks, and the host to which the person goes back."""
    channel = await access_by_appid(work.db, asked.appid)
    host = check_redirect(channel, asked.redirect)
    _check_form(channel, asked.template_id)
    return channel, host
