"""Stores: those that an account shows to whoever looks for one."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from banyan.commerce.listings import (
    AddListing,
    ChangeListing,
    Listing,
    ListingState,
    ListListings,
    ReadListing,
    RemoveListing,
    add_listing,
    change_listing,
    list_listings,
    read_categories,
    read_listing,
    remove_listing,
)
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError

_states = {ListingState.CHECKING: 2, ListingState.SHOWN: 3, ListingState.REFUSED: 4}
_file = re.compile(r".*/files/([0-9a-f]{64}\.[a-z0-9]{1,8})")
_mars = 1
"""The coordinates that WeChat knows as those of its own map."""
_empty = {
    "business_name": WireError(65109, "business_name is empty"),
    "address": WireError(65110, "address is empty"),
    "telephone": WireError(65111, "telephone is empty"),
    "city": WireError(65112, "city is empty"),
    "province": WireError(65113, "province is empty"),
}
_listed_max = 50


class PhotoPart(msgspec.Struct, frozen=True, kw_only=True):
    """A photo."""

    photo_url: str = ""


class BaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a store; what is missing stays as it is."""

    poi_id: str = ""
    sid: str = ""
    business_name: str = ""
    branch_name: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""
    telephone: str | None = None
    categories: list[str] = []
    offset_type: int = 1
    longitude: float = 0.0
    latitude: float = 0.0
    photo_list: list[PhotoPart] | None = None
    recommend: str | None = None
    special: str | None = None
    introduction: str | None = None
    open_time: str | None = None
    avg_price: int | None = None


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """A store."""

    base_info: BaseInfo = BaseInfo()


class BusinessBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call that says something of a store."""

    business: Business = Business()


class PoiBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a store."""

    poi_id: str = ""


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the list."""

    begin: int = 0
    limit: int = 20


@endpoint("POST", "/cgi-bin/poi/addpoi")
async def addpoi(wire: Wire, body: BusinessBody) -> dict[str, str]:
    """Add a store; it is shown once it has been checked."""
    info = body.business.base_info
    for name, error in _empty.items():
        if not getattr(info, name):
            raise error
    facts = _facts(info)
    command = wire.command(
        AddListing,
        sid=info.sid,
        name=info.business_name,
        branch_name=info.branch_name,
        province=info.province,
        city=info.city,
        district=info.district,
        address=info.address,
        telephone=info.telephone,
        latitude=info.latitude,
        longitude=info.longitude,
        categories=info.categories,
        facts=facts,
    )
    return {"poi_id": str(int((await wire.run(add_listing, command)).store_id))}


@endpoint("POST", "/cgi-bin/poi/getpoi")
async def getpoi(wire: Wire, body: PoiBody) -> dict[str, object]:
    """A store as it is shown."""
    command = wire.command(ReadListing, store_id=_poi_id(body.poi_id))
    info = _render(await wire.run(read_listing, command))
    return {"business": {"base_info": info}}


@endpoint("POST", "/cgi-bin/poi/getpoilist")
async def getpoilist(wire: Wire, body: PartBody) -> dict[str, object]:
    """Some of the account's stores, up to fifty."""
    command = wire.command(
        ListListings, offset=max(body.begin, 0), limit=min(max(body.limit, 1), _listed_max)
    )
    found = await wire.run(list_listings, command)
    return {
        "business_list": [{"base_info": _render(one)} for one in found.items],
        "total_count": str(found.total),
    }


@endpoint("POST", "/cgi-bin/poi/updatepoi")
async def updatepoi(wire: Wire, body: BusinessBody) -> None:
    """Change what a store offers; where it is and what it is called stays."""
    info = body.business.base_info
    command = wire.command(
        ChangeListing,
        store_id=_poi_id(info.poi_id),
        telephone=info.telephone or None,
        **_facts(info),
    )
    await wire.run(change_listing, command)


@endpoint("POST", "/cgi-bin/poi/delpoi")
async def delpoi(wire: Wire, body: PoiBody) -> None:
    """Show a store no more."""
    await wire.run(remove_listing, wire.command(RemoveListing, store_id=_poi_id(body.poi_id)))


@endpoint("GET", "/cgi-bin/poi/getwxcategory")
async def getwxcategory(wire: Wire) -> dict[str, object]:
    """What a store can be."""
    del wire
    return {"category_list": list(read_categories())}


@endpoint("GET", "/cgi-bin/api_getwxcategory")
async def api_getwxcategory(wire: Wire) -> dict[str, object]:
    """The same, where an SDK looks for it."""
    del wire
    return {"category_list": list(read_categories())}


def _poi_id(given: str) -> str:
    if not (given.isascii() and given.isdigit() and len(given) < 20):  # noqa: PLR2004 - of 64 bits
        raise WireError(65115, "invalid poi_id")
    return given


def _facts(info: BaseInfo) -> dict[str, Any]:
    """What the store says of itself, as far as something is said."""
    given = {
        "recommend": info.recommend,
        "special": info.special,
        "introduction": info.introduction,
        "open_time": info.open_time,
        "average_yuan": info.avg_price,
        "photos": None if info.photo_list is None else [_photo(one) for one in info.photo_list],
    }
    return {name: value for name, value in given.items() if value is not None}


def _photo(part: PhotoPart) -> str:
    """The file of a photo, which must have been uploaded here."""
    found = _file.fullmatch(part.photo_url)
    if found is None:
        raise WireError(65105, "invalid photo_url: upload it first")
    return found[1]


def _render(listing: Listing) -> dict[str, object]:
    facts = listing.facts
    return {
        "sid": listing.sid,
        "business_name": listing.name,
        "branch_name": listing.branch_name,
        "province": listing.province,
        "city": listing.city,
        "district": listing.district,
        "address": listing.address,
        "telephone": listing.telephone,
        "categories": listing.categories,
        "offset_type": _mars,
        "longitude": listing.longitude,
        "latitude": listing.latitude,
        "photo_list": [{"photo_url": ORIGIN.file_link(one)} for one in facts.photos],
        "recommend": facts.recommend,
        "special": facts.special,
        "introduction": facts.introduction,
        "open_time": facts.open_time,
        "avg_price": facts.average_yuan,
        "available_state": _states[listing.state],
        "update_status": int(listing.is_changing and listing.state is ListingState.SHOWN),
        "poi_id": str(int(listing.store_id)),
    }
