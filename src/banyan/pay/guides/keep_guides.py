"""Adds guides to a shop, changes what is known of them, and finds them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.pay.guides import store
from banyan.pay.guides.ports import PORTS
from banyan.pay.guides.types import (
    PART_MAX,
    Guide,
    GuideAdded,
    GuideChanged,
    GuideId,
    GuideName,
    GuidePhone,
    Key,
    Url,
)

_OptionalKey = Annotated[str, msgspec.Meta(max_length=64)]


class AddGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more guide in a store."""

    merchant_id: MerchantId
    store_id: Id
    corp_no: Key
    staff_no: Key
    name: GuideName
    phone: GuidePhone
    code_url: Url
    avatar_url: Url
    group_url: Url = ""


class ChangeGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what is known of a guide; None leaves it as it is."""

    merchant_id: MerchantId
    guide_id: GuideId
    name: GuideName | None = None
    phone: GuidePhone | None = None
    code_url: Url | None = None
    avatar_url: Url | None = None
    group_url: Url | None = None


class ListGuides(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List guides: those of a store, or who are called so; 0 and empty texts stand for any."""

    merchant_id: MerchantId
    store_id: Id = Id(0)
    staff_no: _OptionalKey = ""
    phone: _OptionalKey = ""
    work_no: _OptionalKey = ""
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)] = PART_MAX


class SeenGuide(msgspec.Struct, frozen=True, kw_only=True):
    """A guide, and how many charges they brought about."""

    guide: Guide
    charges_count: int


class Guides(msgspec.Struct, frozen=True, kw_only=True):
    """Some guides, the earliest first, and how many there are."""

    items: list[SeenGuide]
    total: int


@single(permission=Permission.STORES_WRITE)
async def add_guide(work: Work, command: AddGuide) -> Guide:
    """Add a guide; added twice in the same words it is one guide.

    Raises NotFound `guides.no_such_store`; Refusal `guides.staff_taken`.
    """
    if await PORTS.find_store(work.db, command.merchant_id, command.store_id) is None:
        raise NotFound("guides.no_such_store")
    count = await store.count_of_store(work.db, command.merchant_id, command.store_id)
    guide = Guide(
        merchant_id=Id(command.merchant_id),
        guide_id=GuideId(work.ids.next()),
        store_id=command.store_id,
        corp_no=command.corp_no,
        staff_no=command.staff_no,
        work_no=str(count + 1),
        name=command.name,
        phone=command.phone,
        code_url=command.code_url,
        avatar_url=command.avatar_url,
        group_url=command.group_url,
        added_at=work.now,
        changed_at=work.now,
    )
    if await store.insert_guide(work.db, guide):
        await _note(work, None, guide)
        work.record(GuideAdded(**_where(guide), staff_no=guide.staff_no))
        return guide
    known = await store.find_staff(work.db, command.merchant_id, command.store_id, command.staff_no)
    assert known is not None, "it stood in the way"
    if (known.corp_no, known.name, known.phone) != (guide.corp_no, guide.name, guide.phone):
        raise Refusal("guides.staff_taken")
    return known


@single(permission=Permission.STORES_WRITE)
async def change_guide(work: Work, command: ChangeGuide) -> Guide:
    """Change what is known of a guide. Raises NotFound `guides.not_found`."""
    before = await access_guide(work, command.merchant_id, command.guide_id, is_locked=True)
    said = msgspec.structs.asdict(command)
    names = ("name", "phone", "code_url", "avatar_url", "group_url")
    changed = {name: said[name] for name in names if said[name] is not None}
    after = msgspec.structs.replace(before, **changed, changed_at=work.now)
    await store.set_guide(work.db, after)
    await _note(work, before, after)
    work.record(GuideChanged(**_where(after), staff_no=after.staff_no))
    return after


@reading(permission=Permission.STORES_READ)
async def list_guides(work: Work, query: ListGuides) -> Guides:
    """Return such guides."""
    sought = store.Sought(
        merchant_id=query.merchant_id,
        store_id=query.store_id,
        staff_no=query.staff_no,
        phone=query.phone,
        work_no=query.work_no,
    )
    found, total = await store.list_guides(work.db, sought, query.offset, query.limit)
    counts = await store.count_assigned(work.db, query.merchant_id, [one.guide_id for one in found])
    items = [SeenGuide(guide=one, charges_count=counts.get(int(one.guide_id), 0)) for one in found]
    return Guides(items=items, total=total)


async def access_guide(
    work: Work, merchant_id: int, guide_id: int, *, is_locked: bool = False
) -> Guide:
    """Return a merchant's guide. Raises NotFound `guides.not_found`."""
    guide = await store.find_guide(work.db, merchant_id, guide_id, is_locked=is_locked)
    if guide is None:
        raise NotFound("guides.not_found")
    return guide


def _where(guide: Guide) -> dict[str, int]:
    return {
        "merchant_id": int(guide.merchant_id),
        "store_id": int(guide.store_id),
        "subject_id": int(guide.guide_id),
    }


async def _note(work: Work, before: Guide | None, after: Guide) -> None:
    await note_change(
        work,
        merchant_id=MerchantId(after.merchant_id),
        subject="guides.guide",
        subject_id=after.guide_id,
        before=before,
        after=after,
    )
