"""Listings: what official accounts say of a merchant's stores to whoever looks for one."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.listings.invariants import INVARIANTS
from banyan.commerce.listings.keep_listings import (
    SUBJECT,
    AddListing,
    ChangeListing,
    RemoveListing,
    add_listing,
    change_listing,
    on_checked,
    remove_listing,
)
from banyan.commerce.listings.read_listings import (
    FindShownListing,
    ListListings,
    ReadListing,
    ShownListing,
    find_shown_listing,
    list_listings,
    read_listing,
)
from banyan.commerce.listings.rules import read_categories
from banyan.commerce.listings.types import (
    Listing,
    ListingAdded,
    ListingChecked,
    ListingFacts,
    ListingRemoved,
    Listings,
    ListingState,
)

ROOM = Room(
    name="listings",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_listing,
        change_listing,
        remove_listing,
        read_listing,
        list_listings,
        find_shown_listing,
    ),
    events=(ListingAdded, ListingChecked, ListingRemoved),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "SUBJECT",
    "AddListing",
    "ChangeListing",
    "FindShownListing",
    "ListListings",
    "Listing",
    "ListingAdded",
    "ListingChecked",
    "ListingFacts",
    "ListingRemoved",
    "ListingState",
    "Listings",
    "ReadListing",
    "RemoveListing",
    "ShownListing",
    "add_listing",
    "change_listing",
    "find_shown_listing",
    "list_listings",
    "on_checked",
    "read_categories",
    "read_listing",
    "remove_listing",
)
