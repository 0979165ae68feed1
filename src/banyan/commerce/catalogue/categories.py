"""Group products: add, change, remove and list a merchant's categories."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.access import lock_catalogue
from banyan.commerce.catalogue.types import CATEGORIES_MAX, Category, CategoryId, Position
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant


class AddCategory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more category."""

    merchant_id: MerchantId
    name: Name
    position: Position = 0


class ChangeCategory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about the category from now on."""

    merchant_id: MerchantId
    category_id: CategoryId
    name: Name
    position: Position = 0


class RemoveCategory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one category less; no product may be in it."""

    merchant_id: MerchantId
    category_id: CategoryId


class ListCategories(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All categories of a merchant."""

    merchant_id: MerchantId


class CategoryList(msgspec.Struct, frozen=True, kw_only=True):
    """Categories in the order in which a menu shows them."""

    items: list[Category]


@single(permission=Permission.CATALOGUE_WRITE)
async def add_category(work: Work, command: AddCategory) -> Category:
    """Add the category and answer it.

    Raises Refusal `catalogue.category_exists`, `catalogue.categories_full`.
    """
    await lock_catalogue(work, command.merchant_id)
    known = await store.list_categories(work.db, command.merchant_id, CATEGORIES_MAX)
    if len(known) >= CATEGORIES_MAX:
        raise Refusal("catalogue.categories_full", categories_max=CATEGORIES_MAX)
    added = Category(
        merchant_id=command.merchant_id,
        category_id=CategoryId(work.ids.next()),
        name=command.name,
        position=command.position,
    )
    await store.insert_categories(work.db, [added])
    await _note(work, None, added)
    return added


@single(permission=Permission.CATALOGUE_WRITE)
async def change_category(work: Work, command: ChangeCategory) -> Category:
    """Replace the category and answer it.

    Raises NotFound `catalogue.category_not_found`; Refusal `catalogue.category_exists`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await _access(work, command.merchant_id, command.category_id)
    after = Category(
        merchant_id=command.merchant_id,
        category_id=command.category_id,
        name=command.name,
        position=command.position,
    )
    if after != before:
        await store.set_category(work.db, after)
        await _note(work, before, after)
    return after


@single(permission=Permission.CATALOGUE_WRITE)
async def remove_category(work: Work, command: RemoveCategory) -> Category:
    """Remove the category and answer what it was.

    Raises NotFound `catalogue.category_not_found`; Refusal `catalogue.category_in_use`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await _access(work, command.merchant_id, command.category_id)
    if not await store.delete_category(work.db, command.merchant_id, command.category_id):
        raise Refusal("catalogue.category_in_use")
    await _note(work, before, None)
    return before


@reading(permission=Permission.PUBLIC)
async def list_categories(work: Work, query: ListCategories) -> CategoryList:
    """Every category of the merchant. Raises NotFound `merchants.not_found`."""
    found = await store.list_categories(work.db, query.merchant_id, CATEGORIES_MAX)
    if not found:
        await access_merchant(work.db, query.merchant_id)
    return CategoryList(items=found)


async def _access(work: Work, merchant_id: int, category_id: CategoryId) -> Category:
    known = await store.list_categories(work.db, merchant_id, CATEGORIES_MAX)
    found = next((one for one in known if one.category_id == category_id), None)
    if found is None:
        raise NotFound("catalogue.category_not_found")
    return found


async def _note(work: Work, before: Category | None, after: Category | None) -> None:
    named = after or before
    assert named is not None
    await note_change(
        work,
        merchant_id=named.merchant_id,
        subject="catalogue.category",
        subject_id=named.category_id,
        before=before,
        after=after,
    )
