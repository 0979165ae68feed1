"""Give spots of a store a code each: a door, or a hundred tables at once."""

from typing import Annotated

import msgspec

from banyan.base.secret import new_code
from banyan.books.work import Permission, Work, single
from banyan.commerce.places import store
from banyan.commerce.places.types import (
    PLACES_MAX,
    TOKEN_LENGTH,
    Code,
    CodedPlace,
    CodeFacts,
    CodeId,
    PlaceFacts,
    PlaceId,
    PlaceKind,
    PlacesAdded,
)
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class NewPlace(PlaceFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place, and what is said about its first code."""

    code: CodeFacts = CodeFacts()


class AddPlaces(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Places of one kind in one store."""

    merchant_id: MerchantId
    store_id: StoreId
    kind: PlaceKind
    places: Annotated[list[NewPlace], msgspec.Meta(min_length=1, max_length=PLACES_MAX)]


class AddedPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """The places with their codes, in the order they were named."""

    places: list[CodedPlace]


@single(permission=Permission.PLACES_WRITE)
async def add_places(work: Work, command: AddPlaces) -> AddedPlaces:
    """Add all the places, each with an active code. Raises NotFound `stores.not_found`."""
    await access_store(work.db, command.merchant_id, command.store_id)
    added = AddedPlaces(places=[_place(work, command, one) for one in command.places])
    await store.insert_places(work.db, added.places)
    first = added.places[0]
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="places.place",
        subject_id=first.place_id,
        before=None,
        after=added,
    )
    work.record(
        PlacesAdded(
            merchant_id=command.merchant_id,
            store_id=command.store_id,
            subject_id=first.place_id,
            place_ids=[one.place_id for one in added.places],
        )
    )
    return added


def _place(work: Work, command: AddPlaces, facts: NewPlace) -> CodedPlace:
    return CodedPlace(
        merchant_id=command.merchant_id,
        place_id=PlaceId(work.ids.next()),
        store_id=command.store_id,
        kind=command.kind,
        name=facts.name,
        subject_id=facts.subject_id,
        added_at=work.now,
        codes=[make_code(work, facts.code)],
    )


def make_code(work: Work, facts: CodeFacts) -> Code:
    """A new active code with a token that nobody can guess."""
    return Code(
        code_id=CodeId(work.ids.next()),
        token=new_code(TOKEN_LENGTH),
        scene=facts.scene,
        source=facts.source,
        is_active=True,
        issued_at=work.now,
    )
