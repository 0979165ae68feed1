"""People open links to mini programs."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import access_merchant
from banyan.reach.applinks import store
from banyan.reach.applinks.rules import compute_day, read_token
from banyan.reach.applinks.types import VISITS_MAX, AppLink, LinkToken
from banyan.reach.channels import access_channel


class FollowLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where does this link lead me?"""

    token: LinkToken


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A link, and whose mini program it leads into."""

    link: AppLink
    appid: str


@single(permission=Permission.PERSON)
async def follow_link(work: Work, command: FollowLink) -> Followed:
    """Return where a link leads, and count that somebody went there.

    Raises NotFound `applinks.not_found`; Refusal `applinks.expired`, `applinks.too_many_visits`.
    """
    parsed = read_token(command.token)
    link = await store.find_link(work.db, *parsed) if parsed else None
    if link is None:
        raise NotFound("applinks.not_found")
    if link.expires_at is not None and link.expires_at <= work.now:
        raise Refusal("applinks.expired")
    channel = await access_channel(work.db, link.channel_id)
    merchant = await access_merchant(work.db, channel.merchant_id)
    today = compute_day(work.now, merchant.time_zone)
    if await store.count_visits(work.db, channel.channel_id, today) >= VISITS_MAX:
        raise Refusal("applinks.too_many_visits")
    await store.add_visit(work.db, channel.channel_id, today, work.actor.person_id)
    return Followed(link=link, appid=channel.appid)
