"""Rename a place, print one more code for it, or let a code lead nowhere."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.places import store
from banyan.commerce.places.add_places import make_code
from banyan.commerce.places.types import (
    CODES_MAX,
    Code,
    CodedPlace,
    CodeFacts,
    CodeId,
    CodeIssued,
    CodeSwitched,
    Place,
    PlaceFacts,
    PlaceId,
)
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class ChangePlace(PlaceFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about the place from now on."""

    merchant_id: MerchantId
    place_id: PlaceId


class IssueCode(CodeFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more code for a place: a poster that hangs in two spots has two."""

    merchant_id: MerchantId
    place_id: PlaceId


class SwitchCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a code lead nowhere, because it was copied or torn down, or to its place again."""

    merchant_id: MerchantId
    code_id: CodeId
    is_active: bool


@single(permission=Permission.PLACES_WRITE)
async def change_place(work: Work, command: ChangePlace) -> CodedPlace:
    """Replace what is said about the place. Raises NotFound `places.not_found`."""
    before = await _lock(work, command.merchant_id, command.place_id)
    after = msgspec.structs.replace(before, name=command.name, subject_id=command.subject_id)
    if after != before:
        await store.set_place(work.db, after)
        await note_change(
            work,
            merchant_id=after.merchant_id,
            subject="places.place",
            subject_id=after.place_id,
            before=before,
            after=after,
        )
    return await _with_codes(work, after)


@single(permission=Permission.PLACES_WRITE)
async def issue_code(work: Work, command: IssueCode) -> CodedPlace:
    """Add an active code and answer the place with all its codes, the new one last.

    Raises NotFound `places.not_found`; Refusal `places.codes_full`.
    """
    place = await _lock(work, command.merchant_id, command.place_id)
    before = await _with_codes(work, place)
    if len(before.codes) >= CODES_MAX:
        raise Refusal("places.codes_full", codes_max=CODES_MAX)
    code = make_code(work, command)
    await store.insert_codes(work.db, [(place, code)])
    await _note_code(work, place, None, code)
    work.record(
        CodeIssued(
            merchant_id=place.merchant_id,
            store_id=place.store_id,
            code_id=code.code_id,
            subject_id=place.place_id,
            source=code.source,
        )
    )
    return msgspec.structs.replace(before, codes=[*before.codes, code])


@single(permission=Permission.PLACES_WRITE)
async def switch_code(work: Work, command: SwitchCode) -> Code:
    """Switch the code and answer it; nothing happens if it is so already.

    Raises NotFound `places.code_not_found`.
    """
    found = await store.find_code(work.db, command.merchant_id, command.code_id)
    if found is None:
        raise NotFound("places.code_not_found")
    place = await _lock(work, command.merchant_id, found[0])
    # Again, now that nobody else can switch it.
    found = await store.find_code(work.db, command.merchant_id, command.code_id)
    assert found is not None
    before = found[1]
    after = msgspec.structs.replace(before, is_active=command.is_active)
    if after != before:
        await store.set_active(work.db, command.merchant_id, after)
        await _note_code(work, place, before, after)
        work.record(
            CodeSwitched(
                merchant_id=place.merchant_id,
                store_id=place.store_id,
                code_id=after.code_id,
                subject_id=place.place_id,
                is_active=after.is_active,
            )
        )
    return after


async def _lock(work: Work, merchant_id: int, place_id: int) -> Place:
    place = await store.lock_place(work.db, merchant_id, place_id)
    if place is None:
        raise NotFound("places.not_found")
    work.check_store(merchant_id, place.store_id)
    return place


async def _with_codes(work: Work, place: Place) -> CodedPlace:
    codes = await store.list_codes(work.db, place.merchant_id, [place.place_id], CODES_MAX)
    return CodedPlace(**msgspec.structs.asdict(place), codes=codes[place.place_id])


async def _note_code(work: Work, place: Place, before: Code | None, after: Code) -> None:
    await note_change(
        work,
        merchant_id=place.merchant_id,
        subject="places.code",
        subject_id=after.code_id,
        before=before,
        after=after,
    )
