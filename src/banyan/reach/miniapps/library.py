"""A merchant's library of code: drafts that were uploaded, and templates for mini programs."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.miniapps import store
from banyan.reach.miniapps.rules import parse_config
from banyan.reach.miniapps.types import (
    PACKAGES_MAX,
    Description,
    Json,
    Package,
    PackageId,
    VersionName,
)


class UploadCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this code as a draft, as a developer uploads it."""

    merchant_id: MerchantId
    app_json: Json
    """Its `app.json`: the pages, their titles and tabs."""
    version_name: VersionName
    version_note: Description = ""


class KeepTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a template of a draft."""

    merchant_id: MerchantId
    draft_id: PackageId


class DeleteCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a template no more."""

    merchant_id: MerchantId
    template_id: PackageId


class ListCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's drafts or templates."""

    merchant_id: MerchantId
    is_template: bool


class Packages(msgspec.Struct, frozen=True, kw_only=True):
    """All drafts or templates of a merchant, the newest first."""

    items: list[Package]


@single(permission=Permission.CHANNELS_WRITE)
async def upload_code(work: Work, command: UploadCode) -> Package:
    """Add a draft.

    Raises Invalid `miniapps.config_malformed`, `miniapps.pages_missing`, `miniapps.too_many_pages`,
    `miniapps.no_such_page`, `miniapps.tab_without_page`; Refusal `miniapps.library_full`.
    """
    config = parse_config(command.app_json)
    package_id = await store.next_package_id(work.db, command.merchant_id)
    await _check_room(work, command.merchant_id, is_template=False)
    package = Package(
        merchant_id=Id(command.merchant_id),
        package_id=package_id,
        is_template=False,
        config=config,
        version_name=command.version_name,
        version_note=command.version_note,
        created_at=work.now,
    )
    await store.insert_package(work.db, package)
    return package


@single(permission=Permission.CHANNELS_WRITE)
async def keep_template(work: Work, command: KeepTemplate) -> Package:
    """Turn a draft into a template with a number of its own.

    Raises NotFound `miniapps.no_such_code`, Refusal `miniapps.library_full`.
    """
    package_id = await store.next_package_id(work.db, command.merchant_id)
    draft = await store.find_package(work.db, command.merchant_id, command.draft_id)
    if draft is None or draft.is_template:
        raise NotFound("miniapps.no_such_code")
    await _check_room(work, command.merchant_id, is_template=True)
    await store.delete_package(work.db, command.merchant_id, draft.package_id, is_template=False)
    template = msgspec.structs.replace(
        draft, package_id=package_id, is_template=True, created_at=work.now
    )
    await store.insert_package(work.db, template)
    return template


@single(permission=Permission.CHANNELS_WRITE)
async def delete_code(work: Work, command: DeleteCode) -> None:
    """Delete a template; what was committed from it stays.

    Raises NotFound `miniapps.no_such_code`.
    """
    found = await store.delete_package(
        work.db, command.merchant_id, command.template_id, is_template=True
    )
    if not found:
        raise NotFound("miniapps.no_such_code")


@reading(permission=Permission.CHANNELS_READ)
async def list_code(work: Work, query: ListCode) -> Packages:
    """Return a merchant's drafts or templates."""
    found = await store.list_packages(
        work.db, query.merchant_id, is_template=query.is_template, limit=PACKAGES_MAX
    )
    return Packages(items=found)


async def _check_room(work: Work, merchant_id: int, *, is_template: bool) -> None:
    known = await store.list_packages(
        work.db, merchant_id, is_template=is_template, limit=PACKAGES_MAX
    )
    if len(known) >= PACKAGES_MAX:
        raise Refusal("miniapps.library_full", packages_max=PACKAGES_MAX)
