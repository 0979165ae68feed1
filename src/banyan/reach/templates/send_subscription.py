"""Sends somebody the message that they subscribed to, once for each time they said so."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import access_own
from banyan.reach.moderation import check_texts
from banyan.reach.notices import send_notices
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.templates import store
from banyan.reach.templates.rules import check_kinds, render_form
from banyan.reach.templates.send_template import (
    FilledForm,
    check_values,
    check_web,
    find_known,
    write_notice,
)
from banyan.reach.templates.subscriptions import access_subscription
from banyan.reach.templates.types import (
    SendId,
    SubscriptionSent,
)

NOTICE = "templates.subscription"
"""The kind of notice in which such a message lies in the inbox."""


class SendSubscription(FilledForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send the next message of a form to somebody who wants it."""


class SentSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent."""

    send_id: SendId


@single(permission=Permission.CHANNELS_WRITE)
async def send_subscription(work: Work, command: SendSubscription) -> SentSubscription:
    """Send one message, whether its reader follows the account or not.

    Raises NotFound `channels.not_found`, `templates.not_found`; Refusal
    `templates.unknown_openid`, `templates.not_wanted`, `moderation.refused`; Invalid
    `templates.value_malformed`,
    `templates.nothing_given`, `templates.link_malformed`.
    """
    check_values(command.values)
    check_web(command.link)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    form = await access_subscription(work, channel, command.template_id)
    person_id, _ = await find_known(work, channel, command.openid)
    check_kinds(form.content, command.values)
    body = render_form(form.content, command.values)
    await check_texts(work, channel, [one.value for one in command.values.values()])
    if not await store.use_permit(work.db, channel.channel_id, person_id, form.template_id):
        raise Refusal("templates.not_wanted")
    send_id = SendId(work.ids.next())
    notice = write_notice(
        work,
        channel,
        command,
        send_id,
        kind=NOTICE,
        person_id=person_id,
        title=form.title,
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
            template_id=form.template_id,
        )
    )
    told = {
        "template_id": form.template_id,
        "msg_id": int(send_id),
        "error_code": 0,
        "error_status": "success",
    }
    fields = {"subscribe_msg_sent_event": {"list": [told]}}
    await note_push(work, channel, person_id, command.openid, PushKind.SUBSCRIBE_MSG_SENT, fields)
    return SentSubscription(send_id=send_id)
