"""An account's listings: added with the store they are about, changed, and removed."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.text import Name, OptionalName, Phone
from banyan.books.work import Permission, Work, single
from banyan.commerce.listings import store
from banyan.commerce.listings.read_listings import show
from banyan.commerce.listings.rules import check_categories, join_name, list_texts
from banyan.commerce.listings.types import (
    LISTINGS_MAX,
    File,
    Line,
    Lines,
    Listing,
    ListingAdded,
    ListingChecked,
    ListingFacts,
    ListingRemoved,
    ListingState,
    Sid,
)
from banyan.commerce.stores import (
    ChangeStore,
    OpenStore,
    StoreId,
    access_store,
    change_store,
    open_store,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.moderation import Check, CheckState, Content, Subject, ask_check
from banyan.reach.pushes import PushKind, note_push

SUBJECT = "listings.listing"
"""Under which checks are told of."""


class AddListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a store that the account shows; a new one, unless it is one of these."""

    merchant_id: MerchantId
    channel_id: ChannelId
    sid: Sid = ""
    name: Name
    branch_name: OptionalName = ""
    province: Line
    city: Line
    district: Line = ""
    address: Name
    telephone: Phone
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    categories: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=5)]
    facts: ListingFacts = ListingFacts()


class ChangeListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say this of a store from now on; what is null stays as it is."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId
    telephone: Phone | None = None
    photos: Annotated[list[File], msgspec.Meta(max_length=20)] | None = None
    recommend: Lines | None = None
    special: Lines | None = None
    introduction: Lines | None = None
    open_time: Line | None = None
    average_yuan: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None


class RemoveListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show a store no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId


@single(permission=Permission.CHANNELS_WRITE)
async def add_listing(work: Work, command: AddListing) -> Listing:
    """Open a store and have what it says checked; the account's server hears what comes of it.

    Raises NotFound `channels.not_found`; Invalid `listings.no_such_category`,
    `listings.sid_taken`; Refusal `listings.too_many`.
    """
    check_categories(command.categories)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    count = await store.count_listings(work.db, command.merchant_id, channel.channel_id)
    if count >= LISTINGS_MAX:
        raise Refusal("listings.too_many", listings_max=LISTINGS_MAX)
    opened = await open_store(
        work,
        OpenStore(
            merchant_id=command.merchant_id,
            name=join_name(command.name, command.branch_name),
            address=command.address,
            phone=command.telephone,
            latitude=command.latitude,
            longitude=command.longitude,
        ),
    )
    row = store.ListingRow(
        merchant_id=int(command.merchant_id),
        store_id=opened.store_id,
        channel_id=channel.channel_id,
        sid=command.sid,
        branch_name=command.branch_name,
        province=command.province,
        city=command.city,
        district=command.district,
        categories=list(command.categories),
        facts=command.facts,
        wanted=command.facts,
        state=ListingState.CHECKING,
        why="",
        created_at=work.now,
    )
    if not await store.insert_listing(work.db, row):
        raise Invalid("listings.sid_taken", sid=command.sid)
    work.record(ListingAdded(**_where(row), sid=row.sid))
    await _ask(work, channel, row, command.facts, [command.name, command.branch_name])
    found = await store.find_listing(work.db, row.merchant_id, row.store_id)
    assert found is not None
    return show(found, opened)


@single(permission=Permission.CHANNELS_WRITE)
async def change_listing(work: Work, command: ChangeListing) -> Listing:
    """Have other facts checked, which then stand in place of the present ones.

    Raises NotFound `channels.not_found`, `listings.not_found`; Refusal `listings.being_checked`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    row = await _lock(work, channel, command.store_id)
    if row.wanted is not None:
        raise Refusal("listings.being_checked")
    given = msgspec.structs.asdict(command)
    names = ListingFacts.__struct_fields__
    changed = {name: given[name] for name in names if given[name] is not None}
    facts = msgspec.structs.replace(row.facts, **changed)
    place = await access_store(work.db, row.merchant_id, row.store_id)
    if command.telephone is not None:
        facts_of_store = {**msgspec.structs.asdict(place), "phone": command.telephone}
        del facts_of_store["opened_at"]
        place = await change_store(work, ChangeStore(**facts_of_store))
    if facts != row.facts or row.state is ListingState.REFUSED:
        await store.set_wanted(work.db, row.merchant_id, row.store_id, facts)
        await _ask(work, channel, row, facts, [])
    found = await store.find_listing(work.db, row.merchant_id, row.store_id)
    assert found is not None
    return show(found, place)


@single(permission=Permission.CHANNELS_WRITE)
async def remove_listing(work: Work, command: RemoveListing) -> None:
    """Show a store no more; the store, its orders and its stock stay.

    Raises NotFound `channels.not_found`, `listings.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    row = await _lock(work, channel, command.store_id)
    await store.delete_listing(work.db, row.merchant_id, row.store_id)
    work.record(ListingRemoved(**_where(row), sid=row.sid))


async def on_checked(work: Work, channel: Channel, check: Check) -> None:
    """Show what passed, and tell the account's server; a removed listing is forgotten."""
    merchant_id, store_id = int(channel.merchant_id), check.subject.subject_id
    row = await store.lock_listing(work.db, merchant_id, store_id)
    if row is None:
        return
    is_shown = check.state is CheckState.PASSED
    why = "" if is_shown or check.reason is None else check.reason.value
    # What was shown before stays so while something else was refused.
    was_shown = row.state is ListingState.SHOWN
    await store.set_state(
        work.db,
        row,
        facts=(row.wanted or row.facts) if is_shown else row.facts,
        state=ListingState.SHOWN if is_shown or was_shown else ListingState.REFUSED,
        why=why,
    )
    work.record(ListingChecked(**_where(row), is_shown=is_shown, why=why))
    fields = {
        "uniq_id": row.sid,
        "poi_id": str(int(row.store_id)),
        "result": "succ" if is_shown else "fail",
        "msg": why,
    }
    await note_push(work, channel, 0, "", PushKind.LISTING_CHECKED, fields)


async def _lock(work: Work, channel: Channel, store_id: int) -> store.ListingRow:
    row = await store.lock_listing(work.db, int(channel.merchant_id), store_id)
    if row is None or row.channel_id != channel.channel_id:
        raise NotFound("listings.not_found")
    return row


async def _ask(
    work: Work, channel: Channel, row: store.ListingRow, facts: ListingFacts, names: list[str]
) -> None:
    texts = [one for one in names if one] + list_texts(facts)
    subject = Subject(kind=SUBJECT, subject_id=int(row.store_id))
    await ask_check(work, channel, subject, Content(texts=texts, files=list(facts.photos)))


def _where(row: store.ListingRow) -> dict[str, int]:
    return {
        "merchant_id": row.merchant_id,
        "channel_id": int(row.channel_id),
        "store_id": int(row.store_id),
        "subject_id": int(row.store_id),
    }
