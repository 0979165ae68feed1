"""Lets people follow official accounts, leave them and come back."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, single
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import store
from banyan.reach.channels.access import access_account, access_channel
from banyan.reach.channels.hooks import HOOKS
from banyan.reach.channels.types import (
    Channel,
    ChannelFollowed,
    ChannelId,
    ChannelUnfollowed,
    Follower,
    FollowerState,
    FollowScene,
)
from banyan.reach.notices import NewNotice, send_notices

_openid_length = 28


class Follow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Follow an official account."""

    channel_id: ChannelId
    scene: FollowScene = FollowScene.OTHER


class Unfollow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Follow an official account no more."""

    channel_id: ChannelId


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """How the person who asked stands to a channel now."""

    channel_id: ChannelId
    is_following: bool
    is_new: bool
    """It changed just now."""


@single(permission=Permission.PERSON)
async def follow(work: Work, command: Follow) -> Following:
    """Let the person who asks follow a channel; who follows it already stays as they are.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    person_id = work.actor.person_id
    return await follow_channel(work, channel, person_id, scene=command.scene.value)


@single(permission=Permission.PERSON)
async def unfollow(work: Work, command: Unfollow) -> Following:
    """Let the person who asks leave a channel; who does not follow it stays as they are.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    person_id = work.actor.person_id
    follower = await store.lock_follower(work.db, channel.channel_id, person_id)
    is_new = follower is not None and follower.state is FollowerState.FOLLOWING
    if follower is not None and is_new:
        await store.set_left(work.db, channel.channel_id, follower.openid, work.now)
        left = ChannelUnfollowed(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            code_id=int(follower.code_id),
            channel_id=int(channel.channel_id),
            openid=follower.openid,
            scene=follower.scene,
        )
        await HOOKS.tell(work, channel, left)
    return Following(channel_id=channel.channel_id, is_following=False, is_new=is_new)


async def follow_channel(  # noqa: PLR0913 - how somebody came
    work: Work,
    channel: Channel,
    person_id: int,
    *,
    code_id: int = 0,
    scene: str = "",
    ticket: str = "",
    is_greeted: bool = True,
) -> Following:
    """Let a person follow a channel, brought by a code or with a scene; who follows stays so.

    `ticket` names the account's own code that brought them, as its server knows it. Who comes back
    has the openid they had. A new or returning follower finds the welcome text in their inbox,
    unless they are not to be greeted.
    """
    await ensure_openids(work, channel.channel_id, [person_id])
    before = await store.lock_follower(work.db, channel.channel_id, person_id)
    assert before is not None
    is_new = before.state is not FollowerState.FOLLOWING
    if is_new:
        after = msgspec.structs.replace(
            before, state=FollowerState.FOLLOWING, scene=scene, code_id=Id(code_id)
        )
        await store.set_following(work.db, channel.channel_id, after, work.now)
        followed = _followed(channel, person_id, before, after)
        await HOOKS.tell(work, channel, msgspec.structs.replace(followed, ticket=ticket))
        if is_greeted:
            await _welcome(work, channel, person_id)
    return Following(channel_id=channel.channel_id, is_following=True, is_new=is_new)


async def follow_main(
    work: Work, merchant_id: int, person_id: int, *, code_id: int = 0
) -> Following | None:
    """Let a person follow a merchant's main channel; None if the merchant has none."""
    channel_id = await store.find_main(work.db, merchant_id)
    if channel_id is None:
        return None
    channel = await access_channel(work.db, channel_id)
    return await follow_channel(work, channel, person_id, code_id=code_id)


async def ensure_openids(work: Work, channel_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """Return what a channel knows each person by; whom it never met it knows from now on.

    An openid says nothing about the person and differs from channel to channel.
    """
    known = await store.find_openids(work.db, channel_id, person_ids)
    missing = sorted(set(person_ids) - known.keys())
    if not missing:
        return known
    fresh = {person_id: new_token("o")[:_openid_length] for person_id in missing}
    await store.insert_known(work.db, channel_id, fresh)
    # A rival may have been faster with some; by now it has committed and can be seen.
    return known | await store.find_openids(work.db, channel_id, missing)


async def adopt_openids(work: Work, channel_id: int, people: Mapping[str, int]) -> None:
    """Let a channel know people whom it never met by these openids, which were given elsewhere."""
    await store.insert_known(work.db, channel_id, {one: openid for openid, one in people.items()})


async def find_openids(
    db: Connection, merchant_id: int, person_ids: Sequence[int]
) -> dict[int, str]:
    """Return what a merchant's main channel knows these people by, as far as it met them."""
    channel_id = await store.find_main(db, merchant_id)
    return await store.find_openids(db, channel_id, person_ids) if channel_id else {}


def check_following(follower: Follower | None) -> Follower:
    """Return one who follows. Raises Refusal `channels.not_following`."""
    if follower is None or follower.state is not FollowerState.FOLLOWING:
        raise Refusal("channels.not_following")
    return follower


def _followed(
    channel: Channel, person_id: int, before: Follower, after: Follower
) -> ChannelFollowed:
    return ChannelFollowed(
        merchant_id=int(channel.merchant_id),
        person_id=person_id,
        code_id=int(after.code_id),
        channel_id=int(channel.channel_id),
        openid=after.openid,
        scene=after.scene,
        is_return=before.state is FollowerState.LEFT,
    )


async def _welcome(work: Work, channel: Channel, person_id: int) -> None:
    if channel.welcome_text and not await is_blocked(work.db, channel.channel_id, person_id):
        notice = NewNotice(
            person_id=person_id,
            kind="channels.welcome",
            at=work.now,
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            title=channel.name,
            body=channel.welcome_text,
        )
        await send_notices(work, [notice])
