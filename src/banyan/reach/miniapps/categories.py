"""What mini programs are about: the list to choose from, and what one has chosen."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app
from banyan.reach.miniapps.types import App, Category, CategoryId, OwnCommand

CATEGORIES_MAX = 5
"""Most categories of a mini program."""
_first = 299
"""What a mini program is about that nobody said anything of: looking things up."""


class AddCategories(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mini program is about this as well."""

    second_ids: Annotated[list[CategoryId], msgspec.Meta(min_length=1, max_length=20)]


class DropCategory(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mini program is not about this any more."""

    second_id: CategoryId


class ReadCategories(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is a mini program about?"""


class Categories(msgspec.Struct, frozen=True, kw_only=True):
    """What a mini program is about."""

    items: list[Category]


@cache
def read_all_categories() -> dict[int, Category]:
    """Everything that a mini program can be about, by the number of the second class."""
    told = tomllib.loads((Path(__file__).parent / "categories.toml").read_text())
    return {
        int(number): Category(
            first_id=one["number"],
            first_class=one["name"],
            second_id=CategoryId(number),
            second_class=name,
        )
        for one in told["classes"]
        for number, name in one["seconds"].items()
    }


def read_chosen(app: App) -> list[Category]:
    """What a mini program is about."""
    known = read_all_categories()
    return [known[one] for one in app.category_ids or [_first]]


@reading(permission=Permission.CHANNELS_READ)
async def read_categories(work: Work, query: ReadCategories) -> Categories:
    """Return what a mini program is about. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    return Categories(items=read_chosen(await store.find_app(work.db, channel.channel_id)))


@single(permission=Permission.CHANNELS_WRITE)
async def add_categories(work: Work, command: AddCategories) -> Categories:
    """Add categories.

    Raises NotFound `channels.not_found`; Invalid `miniapps.no_such_category`; Refusal
    `miniapps.category_chosen`, `miniapps.too_many_categories`.
    """
    if any(one not in read_all_categories() for one in command.second_ids):
        raise Invalid("miniapps.no_such_category")
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    chosen = [one.second_id for one in read_chosen(app)]
    if set(chosen) & set(command.second_ids):
        raise Refusal("miniapps.category_chosen")
    chosen += dict.fromkeys(command.second_ids)
    if len(chosen) > CATEGORIES_MAX:
        raise Refusal("miniapps.too_many_categories", categories_max=CATEGORIES_MAX)
    return await _set(work, app, chosen)


@single(permission=Permission.CHANNELS_WRITE)
async def drop_category(work: Work, command: DropCategory) -> Categories:
    """Take a category away, but not the last one.

    Raises NotFound `channels.not_found`, `miniapps.no_such_category`; Refusal
    `miniapps.last_category`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    chosen = [one.second_id for one in read_chosen(app)]
    if command.second_id not in chosen:
        raise NotFound("miniapps.no_such_category")
    if len(chosen) == 1:
        raise Refusal("miniapps.last_category")
    chosen.remove(command.second_id)
    return await _set(work, app, chosen)


async def _set(work: Work, app: App, chosen: list[CategoryId]) -> Categories:
    after = msgspec.structs.replace(app, category_ids=[int(one) for one in chosen])
    await store.set_app(work.db, after)
    return Categories(items=read_chosen(after))
