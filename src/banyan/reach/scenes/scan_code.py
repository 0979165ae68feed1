"""People scan an account's own codes, and follow the account by them."""

from hmac import compare_digest
from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import access_merchant
from banyan.reach.channels import (
    Channel,
    FollowerState,
    access_channel,
    ensure_openids,
    find_followers,
    follow_channel,
)
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.scenes import store
from banyan.reach.scenes.rules import compute_day, read_ticket, read_token
from banyan.reach.scenes.types import SceneCode, SceneScan, SceneScanned, SceneToken


class ScanScene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I scanned this code of an account."""

    token: SceneToken


class FollowByScene(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Follow the account whose code I scanned."""

    token: SceneToken


class FindTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code is this the ticket of?"""

    ticket: Annotated[str, msgspec.Meta(max_length=200)]


@single(permission=Permission.PERSON)
async def scan_scene(work: Work, command: ScanScene) -> SceneScan:
    """Count a scan; the account's server is told of it if the person follows.

    Nobody follows by scanning alone: `follow_by_scene` is what they do next. Raises NotFound
    `scenes.not_found`, Refusal `scenes.expired`.
    """
    code = await _access(work, command.token)
    channel = await access_channel(work.db, code.channel_id)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    openid = openids[person_id]
    known = await find_followers(work.db, channel.channel_id, [openid])
    is_following = known[openid][1].state is FollowerState.FOLLOWING
    await _count(work, channel, code, scans=1)
    scan = _scan(code, openid, is_following=is_following)
    if is_following:
        _record(work, channel, scan)
        fields = {"event_key": scan.scene, "ticket": scan.ticket}
        await note_push(work, channel, person_id, openid, PushKind.SCANNED, fields)
    return scan


@single(permission=Permission.PERSON)
async def follow_by_scene(work: Work, command: FollowByScene) -> SceneScan:
    """Let the person who asks follow the account, brought by the code; who follows stays so.

    Raises NotFound `scenes.not_found`, Refusal `scenes.expired`.
    """
    code = await _access(work, command.token)
    channel = await access_channel(work.db, code.channel_id)
    person_id = work.actor.person_id
    following = await follow_channel(
        work,
        channel,
        person_id,
        code_id=int(code.code_id),
        scene=code.scene,
        ticket=code.ticket,
    )
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    scan = _scan(code, openids[person_id], is_following=True, is_new=following.is_new)
    if following.is_new:
        await _count(work, channel, code, followers=1)
        _record(work, channel, scan)
    return scan


@reading(permission=Permission.PUBLIC)
async def find_ticket(work: Work, query: FindTicket) -> SceneCode:
    """Return the code of a ticket. Raises NotFound `scenes.not_found`, Refusal `scenes.expired`."""
    return await _access(work, read_ticket(query.ticket) or "")


async def find_by_token(db: Connection, token: str) -> SceneCode | None:
    """Return the code whose text ends so, or None."""
    parsed = read_token(token)
    if parsed is None:
        return None
    codes = await store.find_codes(db, parsed.channel_id, [parsed.code_id])
    code = codes.get(parsed.code_id)
    return code if code is not None and compare_digest(code.token, token) else None


async def _access(work: Work, token: str) -> SceneCode:
    code = await find_by_token(work.db, token)
    if code is None:
        raise NotFound("scenes.not_found")
    if code.expires_at is not None and code.expires_at <= work.now:
        raise Refusal("scenes.expired")
    return code


async def _count(
    work: Work, channel: Channel, code: SceneCode, *, scans: int = 0, followers: int = 0
) -> None:
    merchant = await access_merchant(work.db, channel.merchant_id)
    day_on = compute_day(work.now, merchant.time_zone)
    await store.add_day(work.db, code, day_on, scans=scans, followers=followers)


def _scan(code: SceneCode, openid: str, *, is_following: bool, is_new: bool = False) -> SceneScan:
    return SceneScan(
        channel_id=code.channel_id,
        code_id=code.code_id,
        scene=code.scene,
        ticket=code.ticket,
        openid=openid,
        is_following=is_following,
        is_new_follower=is_new,
    )


def _record(work: Work, channel: Channel, scan: SceneScan) -> None:
    work.record(
        SceneScanned(
            merchant_id=int(channel.merchant_id),
            person_id=work.actor.person_id,
            channel_id=int(channel.channel_id),
            code_id=int(scan.code_id),
            openid=scan.openid,
            scene=scan.scene,
            ticket=scan.ticket,
            is_new_follower=scan.is_new_follower,
        )
    )
