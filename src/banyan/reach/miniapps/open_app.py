"""People open mini programs: which code they see, and which page of it."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    ensure_openids,
    find_openids,
)
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_app, find_released
from banyan.reach.miniapps.change_domains import find_web_domains
from banyan.reach.miniapps.domain_rules import covers
from banyan.reach.miniapps.rules import is_in_gray
from banyan.reach.miniapps.types import App, AppOpened, AppShared, Env, GrayState, Version

Appid = Annotated[str, msgspec.Meta(max_length=32)]
Query = Annotated[str, msgspec.Meta(max_length=1_024, pattern=LINE)]
LISTED = 1001
"""The way in by the list of mini programs that one used."""


class OpenApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a page of a mini program; the first if none is named."""

    appid: Appid
    page: Query = ""
    query: Query = ""
    """What stands behind the `?`."""
    scene: Query = ""
    """The parameter of the code that brought me."""
    env: Env = Env.RELEASE
    entry: Annotated[int, msgspec.Meta(ge=1_000, le=1_999)] = LISTED


class ShareApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I share a page of a mini program."""

    appid: Appid
    page: Query


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a mini program as its user sees it."""

    channel_id: ChannelId
    merchant_id: Id
    appid: str
    name: str
    openid: Openid
    page: str
    title: str
    pages: dict[str, str]
    """All of its pages and their titles."""
    web: str
    """The page of the web that it shows, if its domain was named; else empty."""
    version_name: str
    env: Env


@single(permission=Permission.PERSON)
async def open_app(work: Work, command: OpenApp) -> Opened:
    """Show a page, and count the visit.

    What is not released is for testers and the merchant's own people.

    Raises NotFound `channels.not_found`, `miniapps.no_such_page`; Refusal `miniapps.not_released`,
    `miniapps.closed`, `miniapps.not_tester`.
    """
    channel = await access_app(work, command.appid)
    app = await store.find_app(work.db, channel.channel_id)
    version = await _choose(work, channel, app, command.env)
    page = command.page.removeprefix("/") or version.config.pages[0]
    if page not in version.config.pages:
        raise NotFound("miniapps.no_such_page", page=page)
    person_id = work.actor.person_id
    known = await find_openids(work.db, channel.channel_id, [person_id])
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    work.record(
        AppOpened(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(version.version_id),
            openid=openid,
            page=page,
            query=command.query,
            entry=command.entry,
            scene=command.scene,
            is_first=not known,
        )
    )
    config = version.config
    first = {config.pages[0]: config.titles.get(config.pages[0]) or config.title}
    web = config.web.get(page, "")
    if web and not covers(await find_web_domains(work, channel.channel_id), web):
        web = ""
    return Opened(
        channel_id=channel.channel_id,
        merchant_id=channel.merchant_id,
        appid=channel.appid,
        name=channel.name,
        openid=openid,
        page=page,
        title=config.titles.get(page) or config.title or channel.name,
        pages={one: config.titles.get(one, "") for one in config.pages} | first,
        web=web,
        version_name=version.version_name,
        env=command.env,
    )


@single(permission=Permission.PERSON)
async def share_app(work: Work, command: ShareApp) -> None:
    """Count that a page was shared.

    Raises NotFound `channels.not_found`, `miniapps.no_such_page`; Refusal `miniapps.not_released`,
    `miniapps.closed`.
    """
    channel = await access_app(work, command.appid)
    app = await store.find_app(work.db, channel.channel_id)
    version = await _choose(work, channel, app, Env.RELEASE)
    if command.page not in version.config.pages:
        raise NotFound("miniapps.no_such_page", page=command.page)
    person_id = work.actor.person_id
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    work.record(
        AppShared(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            openid=openid,
            page=command.page,
        )
    )


async def _choose(work: Work, channel: Channel, app: App, env: Env) -> Version:
    """The code that the person who asks has."""
    person_id = work.actor.person_id
    if env is not Env.RELEASE:
        is_own = int(channel.merchant_id) in work.actor.grants
        if not is_own and not await store.is_tester(work.db, channel.channel_id, person_id):
            raise Refusal("miniapps.not_tester")
        trial = await store.find_version(work.db, channel.channel_id, app.trial_id)
        if trial is None:
            raise Refusal("miniapps.not_released")
        return trial
    if not app.is_open:
        raise Refusal("miniapps.closed")
    released = await find_released(work, app)
    if released is None:
        raise Refusal("miniapps.not_released")
    if app.gray.state is GrayState.RUNNING:
        is_tester = app.gray.has_testers_first and await store.is_tester(
            work.db, channel.channel_id, person_id
        )
        if is_in_gray(app.gray, int(channel.channel_id), person_id, is_tester=is_tester):
            audit = await store.find_audit(work.db, channel.channel_id, app.gray.audit_id)
            assert audit is not None
            return audit.version
    return released
