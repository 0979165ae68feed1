"""Lets people give a mini program their phone number, once, by a code for its server."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import find_phone_of
from banyan.reach.channels import ChannelId, access_by_appid, access_own
from banyan.reach.consents.authorize import check_phone, issue_code, note_grant
from banyan.reach.consents.exchange import take_code
from banyan.reach.consents.rules import check_scope
from banyan.reach.consents.types import Appid, Authorized, Given, Scope


class SharePhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the mini program that I have opened know my phone number."""

    appid: Appid


class ReadPhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is the phone number for this code of my mini program?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: Given


class SharedPhone(msgspec.Struct, frozen=True, kw_only=True):
    """A phone number as somebody gave it to a mini program."""

    phone: str
    """With the country, such as `+8613800000001`."""


@single(permission=Permission.PERSON, is_answer_kept=False)
async def share_phone(work: Work, command: SharePhone) -> Authorized:
    """Give out a code by which a mini program's server learns the person's phone number.

    Raises NotFound `channels.not_found`; Refusal `consents.wrong_scope`, `consents.no_phone`.
    """
    channel = await access_by_appid(work.db, command.appid)
    check_scope(channel, Scope.PHONE)
    await check_phone(work)
    await note_grant(work, channel, Scope.PHONE)
    code = await issue_code(work, channel, Scope.PHONE, work.actor.person_id)
    return Authorized(is_allowed=True, code=code)


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def read_phone(work: Work, command: ReadPhone) -> SharedPhone:
    """Return the phone number for a code, which is used up by it.

    Raises NotFound `channels.not_found`, `consents.unknown_code`; Refusal `consents.code_used`,
    `consents.code_expired`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    used = await take_code(work, channel, command.code)
    phone = await find_phone_of(work.db, used.person_id)
    if used.scope is not Scope.PHONE or phone is None:
        raise NotFound("consents.unknown_code")
    return SharedPhone(phone=phone)
