"""Lets a platform act for an account when the account's owner says yes."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.secret import digest, new_token
from banyan.books.actor import check_permission
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel, ChannelId, access_channel
from banyan.reach.channels.create_channel import lock_own
from banyan.reach.platforms import store
from banyan.reach.platforms.access import access_platform, make_refresh
from banyan.reach.platforms.ask_owner import check_asking
from banyan.reach.platforms.revoke import note_authorization
from banyan.reach.platforms.rules import CODE_LIFE, KEPT, check_functions, check_redirect
from banyan.reach.platforms.types import Appid, Authorization, Codes, Given, Redirect
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.tokens import Function


class AuthorizePlatform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a platform act for an account of mine."""

    appid: Appid
    code: Given
    redirect: Redirect
    channel_id: ChannelId
    functions: Annotated[list[Function], msgspec.Meta(max_length=40)]


@single(permission=Permission.PERSON, is_answer_kept=False)
async def authorize_platform(work: Work, command: AuthorizePlatform) -> Codes:
    """Let a platform act for an account within these functions, in place of any before.

    The platform is told, and returned is a code by which it learns of it as well. Its refresh token
    before is worth nothing from now on. Raises NotFound `channels.not_found`,
    `merchants.not_found`, `platforms.asking_unknown`; Invalid `platforms.redirect_malformed`,
    `platforms.functions_missing`; Refusal `access.forbidden`, `platforms.wrong_domain`,
    `platforms.asking_over`, `platforms.function_unknown`, `platforms.function_held`.
    """
    platform = await access_platform(work.db, command.appid)
    check_redirect(platform, command.redirect)
    channel = await access_channel(work.db, command.channel_id)
    check_permission(work.actor, Permission.CHANNELS_WRITE, int(channel.merchant_id), 0)
    await lock_own(work, channel.merchant_id, channel.channel_id)
    known = await store.list_of_accounts(work.db, [int(channel.channel_id)])
    others = [one for one in known if one.authorization.platform_id != platform.channel_id]
    held = {function for one in others for function in one.authorization.functions}
    functions = check_functions(channel, command.functions, held)
    await check_asking(work, platform, command.code)
    if not await store.use_asking(work.db, platform.channel_id, digest(command.code), work.now):
        raise Refusal("platforms.asking_over")
    before = next((one.authorization for one in known if one not in others), None)
    after = Authorization(
        channel_id=channel.channel_id,
        platform_id=platform.channel_id,
        merchant_id=channel.merchant_id,
        functions=functions,
        authorized_at=work.now,
    )
    _, refresh_digest, sealed = make_refresh()
    await store.set_authorization(
        work.db,
        store.Kept(authorization=after, refresh_digest=refresh_digest, refresh_sealed=sealed),
    )
    await note_authorization(work, platform, channel, before, after)
    kind = PushKind.PLATFORM_REAUTHORIZED if before else PushKind.PLATFORM_AUTHORIZED
    told = {
        "authorizer_appid": channel.appid,
        "authorization_code": await _issue_code(work, platform, channel),
        "authorization_code_expired_time": int((work.now + CODE_LIFE).timestamp()),
        "pre_auth_code": command.code,
    }
    await note_push(work, platform, 0, "", kind, told)
    # Each code works once: the browser brings another than the one that the platform is told.
    code = await _issue_code(work, platform, channel)
    return Codes(code=code, expires_in=int(CODE_LIFE.total_seconds()))


async def _issue_code(work: Work, platform: Channel, channel: Channel) -> str:
    code = new_token("queryauthcode@@@")
    await store.delete_codes(work.db, platform.channel_id, work.now - KEPT)
    await store.insert_code(
        work.db,
        platform.channel_id,
        digest(code),
        int(channel.channel_id),
        work.now + CODE_LIFE,
    )
    return code
