"""Finds mini programs: a merchant's own, and what everybody has of one."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.parties.merchants import access_merchant
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    access_by_appid,
    access_channel,
    access_own,
)
from banyan.reach.miniapps import store
from banyan.reach.miniapps.rules import compute_day
from banyan.reach.miniapps.types import App, Env, OwnCommand, Version
from banyan.reach.tokens import ChannelActor


async def access_own_app(work: Work, command: OwnCommand) -> Channel:
    """Return a merchant's own mini program. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    return _check_kind(channel)


async def access_app(work: Work, appid: str) -> Channel:
    """Return the mini program of an appid. Raises NotFound `channels.not_found`."""
    return _check_kind(await access_by_appid(work.db, appid))


async def find_maker(work: Work, merchant_id: int) -> int:
    """Return whose templates and quotas count: those of a platform that acts, or one's own."""
    actor = work.actor
    if isinstance(actor, ChannelActor) and actor.via_id:
        return int((await access_channel(work.db, actor.via_id)).merchant_id)
    return int(merchant_id)


async def find_released(work: Work, app: App) -> Version | None:
    """Return the code that everybody has, or None."""
    if not app.release_id:
        return None
    found = await store.list_releases(work.db, app.channel_id, app.release_id, 1)
    return found[0].version if found else None


async def find_pages(work: Work, channel: Channel, env: Env) -> list[str]:
    """Return the pages of a mini program's code; none if there is no such code."""
    app = await store.find_app(work.db, channel.channel_id)
    if env is Env.RELEASE:
        version = await find_released(work, app)
    else:
        version = await store.find_version(work.db, channel.channel_id, app.trial_id)
    return version.config.pages if version else []


async def compute_periods(work: Work, merchant_id: int) -> tuple[datetime, datetime]:
    """Return when the merchant's day and month began."""
    zone = (await access_merchant(work.db, merchant_id)).time_zone
    today = compute_day(work.now, zone)
    return tuple(  # type: ignore[return-value] # of two
        datetime.combine(one, time(), ZoneInfo(zone)) for one in (today, today.replace(day=1))
    )


def _check_kind(channel: Channel) -> Channel:
    if channel.kind is not ChannelKind.MINIAPP:
        raise NotFound("channels.not_found")
    return channel
