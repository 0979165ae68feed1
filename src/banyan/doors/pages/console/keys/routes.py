"""Lists API keys, makes, renews and revokes them; a secret is shown once."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.keys import KeyId, create_key, list_keys, revoke_key, rotate_key

_home = "/console/keys"
_places = {"keys.not_a_scope": "scopes", "access.more_than_you_have": "scopes"}


@at_desk(Permission.KEYS_READ)
async def show_keys(desk: Desk) -> Answer:
    """All keys, those revoked too."""
    page = await desk.run(list_keys, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "keys/page.html",
        keys=page.items,
        now=desk.ask.house.now(),
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.KEYS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty key."""
    return await _show_new(desk, {})


@at_desk(Permission.KEYS_WRITE)
async def create(desk: Desk) -> Answer:
    """Make a key and show its secret, once."""
    form = desk.ask.form
    try:
        made = await desk.run(
            create_key,
            name=form.text("name"),
            scopes=form.texts("scopes"),
            store_ids=form.texts("stores") or None,
            valid_days=form.text("valid_days") or None,
        )
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, _places), status=422)
    return await desk.page("keys/secret.html", api_key=made.key, secret=made.secret)


@at_desk(Permission.KEYS_WRITE)
async def rotate(desk: Desk) -> Answer:
    """Give a key a new secret; the old one works for a day."""
    try:
        made = await desk.run(rotate_key, key_id=desk.ask.id("key_id", KeyId))
    except Failure as failure:
        return desk.ask.go(_home, " ".join(desk.mistakes(failure).values()), kind="danger")
    return await desk.page("keys/secret.html", api_key=made.key, secret=made.secret)


@at_desk(Permission.KEYS_WRITE)
async def revoke(desk: Desk) -> Answer:
    """Let a key work no more."""
    key_id = desk.ask.id("key_id", KeyId)
    return await desk.act(revoke_key, _home, mark("The key works no more."), key_id=key_id)


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    own = set(desk.mine.permissions)
    scopes = [(name, text) for name, text in words.SCOPES.items() if name in own]
    return await desk.page(
        "keys/new.html",
        status=status,
        errors=errors,
        scopes=scopes,
        chosen=desk.ask.form.texts("scopes"),
        chosen_stores=desk.ask.form.texts("stores"),
    )


ROUTES = (
    PageRoute("GET", _home, show_keys),
    PageRoute("POST", _home, create),
    PageRoute("GET", f"{_home}/new", show_new),
    PageRoute("POST", f"{_home}/{{key_id}}/rotate", rotate),
    PageRoute("POST", f"{_home}/{{key_id}}/revoke", revoke),
)
