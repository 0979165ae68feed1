"""Opens, changes and shows merchants' apps."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import Secret
from banyan.base.text import Name, plain
from banyan.books.work import Permission, Steps, Work, reading, single, stepped
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps import store
from banyan.pay.alipayapps.certificates import (
    issue_for_app,
    issue_own,
    issue_root,
    render_public_key,
)
from banyan.pay.alipayapps.ports import PORTS, make_key
from banyan.pay.alipayapps.rules import (
    APPS_MAX,
    check_host,
    check_notify_url,
    check_public_key,
    render_app_id,
    render_number,
)
from banyan.pay.alipayapps.types import App, AppChanged, AppId, AppOpened, Host, KeyText, Url

_chance_bytes = 16


class OpenApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open an app for my merchant's programs."""

    merchant_id: MerchantId
    name: Name
    private_key: Secret
    """From `make_key`: by which Banyan signs what the app is told."""
    notify_url: Url = ""
    redirect_host: Host = ""
    app_public_key: KeyText = ""


class MakeApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open an app for my merchant's programs, with a fresh key of Banyan's."""

    merchant_id: MerchantId
    name: Name
    notify_url: Url = ""
    redirect_host: Host = ""
    app_public_key: KeyText = ""


class ChangeApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change an app; null leaves a thing as it is."""

    merchant_id: MerchantId
    app_id: AppId
    name: Name | None = None
    notify_url: Url | None = None
    redirect_host: Host | None = None
    app_public_key: KeyText | None = None
    is_closed: bool | None = None


class ListApps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which apps does my merchant have?"""

    merchant_id: MerchantId


class Apps(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's apps, the oldest first; `seller_id` is empty before there is one."""

    seller_id: str
    items: list[App]


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def open_app(work: Work, command: OpenApp) -> App:
    """Return a new app; its merchant has a seller's number from then on.

    Raises Invalid `alipayapps.key_malformed`, `alipayapps.url_malformed`,
    `alipayapps.host_malformed`; Refusal `alipayapps.too_many`.
    """
    merchant_id = command.merchant_id
    if len(await store.list_apps(work.db, merchant_id, APPS_MAX)) >= APPS_MAX:
        raise Refusal("alipayapps.too_many", count_max=APPS_MAX)
    await store.ensure_seller(work.db, merchant_id, render_number(PORTS.draw(_chance_bytes)))
    app_id = AppId(render_app_id(PORTS.draw(_chance_bytes)))
    private_key = command.private_key.reveal()
    public_key = check_public_key(command.app_public_key)
    row = store.AppRow(
        merchant_id=merchant_id,
        app_id=app_id,
        name=plain(command.name),
        notify_url=check_notify_url(command.notify_url),
        redirect_host=check_host(command.redirect_host),
        app_public_key=public_key,
        app_certificate=_certify(work, private_key, public_key, app_id),
        private_key_sealed=PORTS.seal.close(private_key, str(int(app_id))),
        public_key=render_public_key(private_key),
        certificate=issue_own(private_key, work.ids.next(), work.now),
        root_certificate=issue_root(private_key, work.ids.next(), work.now),
        created_at=work.now,
    )
    await store.insert_app(work.db, row)
    app = row.shown()
    await _note(work, None, app)
    work.record(AppOpened(merchant_id=merchant_id, subject_id=app_id, name=app.name))
    return app


@stepped(permission=Permission.KEYS_WRITE)
async def make_app(steps: Steps, command: MakeApp) -> App:
    """Make Banyan's key of a new app, which takes long, and open the app. Raises as `open_app`."""
    fields = {name: getattr(command, name) for name in command.__struct_fields__}
    return await steps.run(open_app, OpenApp(**fields, private_key=await make_key()))


@single(permission=Permission.KEYS_WRITE)
async def change_app(work: Work, command: ChangeApp) -> App:
    """Change an app; another key of its program's works from now on, and the one before no more.

    Raises NotFound `alipayapps.not_found`; Invalid `alipayapps.key_malformed`,
    `alipayapps.url_malformed`, `alipayapps.host_malformed`.
    """
    row = await store.lock_app(work.db, command.merchant_id, command.app_id)
    if row is None:
        raise NotFound("alipayapps.not_found")
    before, changed = row.shown(), row.shown()
    if command.name is not None:
        changed = msgspec.structs.replace(changed, name=plain(command.name))
    if command.notify_url is not None:
        url = check_notify_url(command.notify_url)
        changed = msgspec.structs.replace(changed, notify_url=url)
    if command.redirect_host is not None:
        host = check_host(command.redirect_host)
        changed = msgspec.structs.replace(changed, redirect_host=host)
    if command.is_closed is not None:
        changed = msgspec.structs.replace(changed, is_closed=command.is_closed)
    if command.app_public_key is not None:
        key = check_public_key(command.app_public_key)
        private_key = PORTS.seal.open(row.private_key_sealed, str(int(row.app_id)))
        certificate = _certify(work, private_key, key, row.app_id)
        changed = msgspec.structs.replace(changed, app_public_key=key, app_certificate=certificate)
    await store.set_app(work.db, changed)
    await _note(work, before, changed)
    work.record(
        AppChanged(
            merchant_id=changed.merchant_id, subject_id=changed.app_id, is_closed=changed.is_closed
        )
    )
    return changed


@reading(permission=Permission.KEYS_READ)
async def list_apps(work: Work, query: ListApps) -> Apps:
    """Return a merchant's apps."""
    rows = await store.list_apps(work.db, query.merchant_id, APPS_MAX)
    sellers = await store.find_sellers(work.db, [query.merchant_id])
    return Apps(seller_id=sellers.get(query.merchant_id, ""), items=[one.shown() for one in rows])


def _certify(work: Work, private_key: str, public_key: str, app_id: AppId) -> str:
    if not public_key:
        return ""
    return issue_for_app(private_key, public_key, int(app_id), work.ids.next(), work.now)


async def _note(work: Work, before: App | None, after: App) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="alipayapps.app",
        subject_id=after.app_id,
        before=before,
        after=after,
    )
