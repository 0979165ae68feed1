"""Makes links to pages of mini programs, and tells what they are."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import access_merchant
from banyan.reach.applinks import store
from banyan.reach.applinks.ports import draw
from banyan.reach.applinks.rules import (
    CHANCE_BYTES,
    check_end,
    compute_day,
    compute_end,
    read_token,
    render_token,
)
from banyan.reach.applinks.types import (
    LASTING_MAX,
    LIFE_MAX,
    VISITS_MAX,
    AppLink,
    LinkCreated,
    LinkKind,
    LinkToken,
    Query,
)
from banyan.reach.miniapps import Env, OwnCommand, access_own_app, find_pages

_text_max = 200


class CreateLink(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a link that opens this page."""

    kind: LinkKind
    page: Query = ""
    """Empty for the first."""
    query: Query = ""
    env: Env = Env.RELEASE
    expires_at: datetime | None = None
    """Null for so many days from now, or for ever if it lasts."""
    life_days: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)] = LIFE_MAX.days
    is_lasting: bool = False
    title: Annotated[str, msgspec.Meta(max_length=_text_max, pattern=LINE)] = ""
    model_id: Annotated[str, msgspec.Meta(max_length=_text_max, pattern=LINE)] = ""
    serial_no: Annotated[str, msgspec.Meta(max_length=_text_max, pattern=LINE)] = ""


class ReadLink(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is this link of mine?"""

    kind: LinkKind
    token: LinkToken


class LinkInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A link, and how often links may still lead into the mini program today."""

    link: AppLink
    visits_left: int


@single(permission=Permission.CHANNELS_WRITE)
async def create_link(work: Work, command: CreateLink) -> AppLink:
    """Make a link. What everybody opens needs a page that everybody has.

    Raises NotFound `channels.not_found`; Invalid `applinks.no_such_page`,
    `applinks.life_out_of_range`; Refusal `applinks.not_released`, `applinks.too_many_links`.
    """
    channel = await access_own_app(work, command)
    page = command.page.removeprefix("/")
    pages = await find_pages(work, channel, command.env)
    if not pages:
        raise Refusal("applinks.not_released")
    if page and page not in pages:
        raise Invalid("applinks.no_such_page", page=page)
    expires_at = None
    if command.is_lasting:
        book = await store.lock_book(work.db, channel.channel_id)
        if book.lasting_count >= LASTING_MAX:
            raise Refusal("applinks.too_many_links", links_max=LASTING_MAX)
        await store.add_counts(work.db, channel.channel_id, lasting=1)
    else:
        expires_at = command.expires_at or compute_end(command.life_days, work.now)
        check_end(expires_at, work.now)
        await store.delete_ended(work.db, channel.channel_id, work.now - LIFE_MAX)
    chance = draw(CHANCE_BYTES)
    link = AppLink(
        channel_id=channel.channel_id,
        token=render_token(int(channel.channel_id), chance),
        kind=command.kind,
        page=page,
        query=command.query,
        env=command.env,
        title=command.title,
        model_id=command.model_id,
        serial_no=command.serial_no,
        created_at=work.now,
        expires_at=expires_at,
    )
    await store.insert_link(work.db, link, chance)
    work.record(
        LinkCreated(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            link_kind=link.kind,
            page=page,
        )
    )
    return link


@reading(permission=Permission.CHANNELS_READ)
async def read_link(work: Work, query: ReadLink) -> LinkInFull:
    """Return one of the mini program's own links, also after its end.

    Raises NotFound `channels.not_found`, `applinks.not_found`.
    """
    channel = await access_own_app(work, query)
    parsed = read_token(query.token)
    link = await store.find_link(work.db, *parsed) if parsed else None
    if link is None or link.channel_id != channel.channel_id or link.kind is not query.kind:
        raise NotFound("applinks.not_found")
    merchant = await access_merchant(work.db, channel.merchant_id)
    today = compute_day(work.now, merchant.time_zone)
    visits = await store.count_visits(work.db, channel.channel_id, today)
    return LinkInFull(link=link, visits_left=max(VISITS_MAX - visits, 0))
