"""What people are called on invoices: kept, changed, shown to be copied."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.rules import check_title
from banyan.commerce.invoices.types import TITLES_MAX, Title, TitleFacts, TitleId, Token

_prefix = "it"


class KeepTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I am called this on invoices."""

    facts: TitleFacts


class ChangeTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I am called otherwise on these invoices."""

    title_id: TitleId
    facts: TitleFacts


class DropTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I am not called this on invoices any more."""

    title_id: TitleId


class ListMyTitles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What am I called on invoices?"""


class FindTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is the person called who showed this?"""

    token: Annotated[Token, msgspec.Meta(min_length=1)]


class Titles(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's titles, the latest first."""

    items: list[Title]


@single(permission=Permission.PERSON)
async def keep_title(work: Work, command: KeepTitle) -> Title:
    """Keep a title of the person who asks.

    Raises Invalid `invoices.tax_number_missing`; Refusal `invoices.too_many_titles`.
    """
    check_title(command.facts)
    person_id = work.actor.person_id
    if len(await store.list_titles(work.db, person_id, TITLES_MAX)) >= TITLES_MAX:
        raise Refusal("invoices.too_many_titles", titles_max=TITLES_MAX)
    title = Title(title_id=TitleId(work.ids.next()), token=new_token(_prefix), facts=command.facts)
    await store.insert_title(work.db, person_id, title, work.now)
    return title


@single(permission=Permission.PERSON)
async def change_title(work: Work, command: ChangeTitle) -> None:
    """Write a title anew.

    Raises Invalid `invoices.tax_number_missing`; NotFound `invoices.no_such_title`.
    """
    check_title(command.facts)
    key = (work.actor.person_id, command.title_id)
    if not await store.set_title(work.db, *key, command.facts, work.now):
        raise NotFound("invoices.no_such_title")


@single(permission=Permission.PERSON)
async def drop_title(work: Work, command: DropTitle) -> None:
    """Delete a title. Raises NotFound `invoices.no_such_title`."""
    if not await store.delete_title(work.db, work.actor.person_id, command.title_id):
        raise NotFound("invoices.no_such_title")


@reading(permission=Permission.PERSON)
async def list_my_titles(work: Work, query: ListMyTitles) -> Titles:
    """Return the titles of the person who asks."""
    del query
    return Titles(items=await store.list_titles(work.db, work.actor.person_id, TITLES_MAX))


@reading(permission=Permission.PUBLIC)
async def find_title(work: Work, query: FindTitle) -> TitleFacts:
    """Return a title to whoever was shown its code. Raises NotFound `invoices.no_such_title`."""
    found = await store.find_title(work.db, query.token)
    if found is None:
        raise NotFound("invoices.no_such_title")
    return found.facts
