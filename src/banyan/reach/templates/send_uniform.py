"""Lets a mini program write to its users through an official account of the same merchant."""

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelKind, access_by_appid, access_own, ensure_openids
from banyan.reach.platforms import check_granted
from banyan.reach.templates.send_template import (
    FilledForm,
    SendTemplate,
    SentTemplate,
    find_known,
    send_template,
)
from banyan.reach.tokens import ChannelActor, Function


class SendUniform(FilledForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send this template message of an account to a user of mine; `openid` is the one I know."""

    account_appid: str


@single(permission=Permission.CHANNELS_WRITE)
async def send_uniform(work: Work, command: SendUniform) -> SentTemplate:
    """Send one message, as the account itself would.

    Raises NotFound `channels.not_found` also for another merchant's account; what `send_template`
    raises. A platform that acts needs leave of the account too: Refusal
    `platforms.not_authorized`, `platforms.not_granted`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    account = await access_by_appid(work.db, command.account_appid)
    is_own = account.merchant_id == channel.merchant_id
    if not is_own or account.kind is not ChannelKind.SERVICE:
        raise NotFound("channels.not_found")
    actor = work.actor
    if isinstance(actor, ChannelActor) and actor.via_id:
        # The mini program's yes is not the account's.
        await check_granted(work.db, account.channel_id, actor.via_id, Function.MASS)
    person_id, _ = await find_known(work, channel, command.openid)
    openids = await ensure_openids(work, account.channel_id, [person_id])
    sending = SendTemplate(
        merchant_id=MerchantId(account.merchant_id),
        channel_id=account.channel_id,
        openid=openids[person_id],
        template_id=command.template_id,
        values=command.values,
        link=command.link,
        appid=command.appid,
        pagepath=command.pagepath,
    )
    return await send_template(work, sending)
