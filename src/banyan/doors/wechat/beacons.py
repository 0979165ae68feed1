"""Beacons: applied for and arranged, and the pages that a shake near them shows."""

from __future__ import annotations

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.beacon_forms import (
    BAD_DATA,
    BAD_PAGE,
    Identifier,
    Number,
    check_comment,
    check_part,
    identify,
    read_identifier,
    take,
    tell,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.beacons import (
    ASKED_MAX,
    AddPage,
    Application,
    ApplicationState,
    ApplyBeacons,
    Beacon,
    ChangeBeacon,
    ChangePage,
    DeletePages,
    FindShake,
    ListApplications,
    ListBeacons,
    ListPages,
    ReadRegistration,
    RegisterBeacons,
    ShowPages,
    add_page,
    apply_beacons,
    change_beacon,
    change_page,
    delete_pages,
    find_shake,
    list_applications,
    list_beacons,
    list_pages,
    read_registration,
    register_beacons,
    show_pages,
)
from banyan.reach.media import AddPicture, add_picture

_bad_page = WireError(9001027, "invalid page")
_bad_ticket = WireError(9001003, "invalid ticket")
_states = {
    ApplicationState.REJECTED: 0,
    ApplicationState.WAITING: 1,
    ApplicationState.APPROVED: 2,
}
_by_relation = 1


class RegisterBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/account/register`."""

    name: str = ""
    phone_number: str = ""
    email: str = ""
    industry_id: str | int = ""
    qualification_cert_urls: list[str] = []
    apply_reason: str = ""


class ApplyBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/device/applyid`."""

    quantity: Number = 0
    apply_reason: str = ""
    comment: str = ""
    poi_id: Number = 0


class ApplyIdBody(msgspec.Struct, frozen=True, kw_only=True):
    """An application."""

    apply_id: Number = 0


class DeviceBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a beacon."""

    device_identifier: Identifier = Identifier()
    comment: str = ""
    poi_id: Number = 0


class SearchBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/device/search`."""

    device_identifiers: list[Identifier] = []
    apply_id: Number | None = None
    begin: Number = 0
    count: Number = ASKED_MAX


class BindPageBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/device/bindpage`."""

    device_identifier: Identifier = Identifier()
    page_ids: list[Number] = []
    bind: Number = 1
    append: Number = 1


class PageBody(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it is to be."""

    page_id: Number = 0
    title: str = ""
    description: str = ""
    icon_url: str = ""
    page_url: str = ""
    comment: str = ""


class PageSearchBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/page/search`."""

    type: Number = 2
    page_ids: list[Number] = []
    begin: Number = 0
    count: Number = ASKED_MAX


class PageIdBody(msgspec.Struct, frozen=True, kw_only=True):
    """Pages to delete: one, or several under either name."""

    page_id: Number | list[Number] | None = None
    page_ids: list[Number] = []


class RelationBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/shakearound/relation/search`."""

    type: Number = _by_relation
    device_identifier: Identifier = Identifier()
    page_id: Number = 0
    begin: Number = 0
    count: Number = ASKED_MAX


class TicketBody(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket with which somebody came."""

    ticket: str = ""


@endpoint("POST", "/shakearound/account/register", is_said_ok=False)
async def register(wire: Wire, body: RegisterBody) -> dict[str, object]:
    """Say who answers for the account's beacons."""
    registration = {
        "name": body.name,
        "phone_number": body.phone_number,
        "email": body.email,
        "industry_id": str(body.industry_id),
        "certificate_urls": body.qualification_cert_urls,
        "reason": body.apply_reason,
    }
    command = take(wire, RegisterBeacons, BAD_DATA, registration=registration)
    await wire.run(register_beacons, command)
    return tell({})


@endpoint("GET", "/shakearound/account/auditstatus")
async def auditstatus(wire: Wire) -> dict[str, object]:
    """What became of that."""
    found = await wire.run(read_registration, ReadRegistration(**wire.own))
    at = int(found.registered_at.timestamp())
    is_decided = found.state is not ApplicationState.WAITING
    return tell(
        {
            "apply_time": at,
            "audit_comment": "",
            "audit_status": _states[found.state],
            "audit_time": at if is_decided else 0,
        }
    )


@endpoint("POST", "/shakearound/device/applyid", is_said_ok=False)
async def applyid(wire: Wire, body: ApplyBody) -> dict[str, object]:
    """Have more beacons; up to five hundred at once."""
    if body.quantity <= 0:
        raise WireError(9001022, "invalid quantity")
    command = take(
        wire,
        ApplyBeacons,
        WireError(9001035, "invalid application"),
        quantity=body.quantity,
        reason=body.apply_reason,
        comment=check_comment(body.comment),
        poi_id=str(max(body.poi_id, 0)),
    )
    made = await wire.run(apply_beacons, command)
    beacons: list[Beacon] = []
    if made.state is ApplicationState.APPROVED:
        query = ListBeacons(**wire.own, apply_id=made.apply_id)
        beacons = await _all_of(wire, query, made.quantity)
    return tell(
        {
            "apply_id": made.apply_id,
            "audit_status": _states[made.state],
            "audit_comment": made.note,
            "device_identifiers": [identify(one) for one in beacons],
        }
    )


@endpoint("POST", "/shakearound/device/applystatus", is_said_ok=False)
async def applystatus(wire: Wire, body: ApplyIdBody) -> dict[str, object]:
    """What became of an application."""
    query = take(wire, ListApplications, BAD_DATA, apply_id=body.apply_id)
    (one,) = (await wire.run(list_applications, query)).items
    return tell(_render_application(one))


@endpoint("POST", "/shakearound/device/update", is_said_ok=False)
async def update(wire: Wire, body: DeviceBody) -> dict[str, object]:
    """Say what a beacon is for."""
    device_id = read_identifier(wire, body.device_identifier)
    command = take(
        wire, ChangeBeacon, BAD_DATA, device_id=device_id, comment=check_comment(body.comment)
    )
    await wire.run(change_beacon, command)
    return tell({})


@endpoint("POST", "/shakearound/device/bindlocation", is_said_ok=False)
async def bindlocation(wire: Wire, body: DeviceBody) -> dict[str, object]:
    """Say at which store a beacon is; 0 for at none."""
    device_id = read_identifier(wire, body.device_identifier)
    bad_store = WireError(9001033, "invalid poi id")
    command = take(wire, ChangeBeacon, bad_store, device_id=device_id, poi_id=str(body.poi_id))
    await wire.run(change_beacon, command)
    return tell({})


@endpoint("POST", "/shakearound/device/search", is_said_ok=False)
async def search(wire: Wire, body: SearchBody) -> dict[str, object]:
    """Beacons: those named, those of an application, or all."""
    if body.device_identifiers:
        if len(body.device_identifiers) > ASKED_MAX:
            raise WireError(9001024, "too many devices")
        device_ids = [read_identifier(wire, one) for one in body.device_identifiers]
        query = ListBeacons(**wire.own, device_ids=device_ids)
    else:
        check_part(body.begin, body.count, WireError(9001024, "too many devices"))
        query = take(
            wire,
            ListBeacons,
            BAD_DATA,
            apply_id=body.apply_id,
            skip=body.begin,
            limit=body.count,
        )
    found = await wire.run(list_beacons, query)
    devices = [
        {
            **identify(one),
            "comment": one.comment,
            "page_ids": ",".join(str(page_id) for page_id in one.page_ids),
            "status": int(one.shaken_at is not None),
            "last_active_time": int(one.shaken_at.timestamp()) if one.shaken_at else 0,
            "poi_id": int(one.poi_id),
        }
        for one in found.items
    ]
    return tell({"devices": devices, "total_count": found.total})


@endpoint("POST", "/shakearound/device/bindpage", is_said_ok=False)
async def bindpage(wire: Wire, body: BindPageBody) -> dict[str, object]:
    """Say which pages a beacon shows, or no longer shows."""
    device_id = read_identifier(wire, body.device_identifier)
    bad = WireError(9001032, "invalid relation")
    if body.bind not in {0, 1} or body.append not in {0, 1}:
        raise bad
    command = take(
        wire,
        ShowPages,
        bad,
        device_id=device_id,
        page_ids=body.page_ids,
        is_shown=bool(body.bind),
        keeps_others=bool(body.append),
    )
    await wire.run(show_pages, command)
    return tell({})


@endpoint("POST", "/shakearound/material/add", is_said_ok=False)
async def material(wire: Wire) -> dict[str, object]:
    """Take in a picture for pages, or of a licence."""
    if wire.query.get("type", "icon") not in {"icon", "license"}:
        raise BAD_DATA
    if not wire.upload.files:
        raise WireError(9001007, "file missing")
    try:
        command = AddPicture(**wire.own, content=wire.upload.take().content)
        picture = await wire.run(add_picture, command)
    except Invalid as failure:
        if failure.code == "media.too_large":
            raise WireError(9001009, "invalid file size") from None
        raise WireError(9001008, "invalid file type") from None
    return tell({"pic_url": ORIGIN.file_link(picture.file)})


@endpoint("POST", "/shakearound/page/add", is_said_ok=False)
async def page_add(wire: Wire, body: PageBody) -> dict[str, object]:
    """Have one more page."""
    page = await wire.run(add_page, take(wire, AddPage, _bad_page, **_page(body)))
    return tell({"page_id": page.page_id})


@endpoint("POST", "/shakearound/page/update", is_said_ok=False)
async def page_update(wire: Wire, body: PageBody) -> dict[str, object]:
    """Have a page otherwise."""
    command = take(wire, ChangePage, _bad_page, page_id=body.page_id, **_page(body))
    page = await wire.run(change_page, command)
    return tell({"page_id": page.page_id})


@endpoint("POST", "/shakearound/page/search", is_said_ok=False)
async def page_search(wire: Wire, body: PageSearchBody) -> dict[str, object]:
    """Pages: those named, or all."""
    too_many = WireError(9001030, "too many pages")
    if body.type == _by_relation:
        if len(body.page_ids) > ASKED_MAX:
            raise too_many
        query = take(wire, ListPages, BAD_PAGE, page_ids=body.page_ids)
    else:
        check_part(body.begin, body.count, too_many)
        query = take(wire, ListPages, BAD_DATA, skip=body.begin, limit=body.count)
    found = await wire.run(list_pages, query)
    return tell({"pages": found.items, "total_count": found.total})


@endpoint("POST", "/shakearound/page/delete", is_said_ok=False)
async def page_delete(wire: Wire, body: PageIdBody) -> dict[str, object]:
    """Have pages no more."""
    named = body.page_id
    page_ids = [*body.page_ids, *(named if isinstance(named, list) else [named] if named else [])]
    if not page_ids:
        raise BAD_PAGE
    too_many = WireError(9001028, "too many pages")
    await wire.run(delete_pages, take(wire, DeletePages, too_many, page_ids=page_ids))
    return tell({})


@endpoint("POST", "/shakearound/relation/search", is_said_ok=False)
async def relation(wire: Wire, body: RelationBody) -> dict[str, object]:
    """Which pages a beacon shows, or which beacons show a page."""
    if body.type == _by_relation:
        device_id = read_identifier(wire, body.device_identifier)
        query = ListBeacons(**wire.own, device_ids=[device_id])
        (beacon,) = (await wire.run(list_beacons, query)).items
        relations = [{**identify(beacon), "page_id": one} for one in beacon.page_ids]
        return tell({"relations": relations, "total_count": len(relations)})
    check_part(body.begin, body.count, WireError(9001024, "too many devices"))
    query = take(
        wire, ListBeacons, BAD_PAGE, page_id=body.page_id, skip=body.begin, limit=body.count
    )
    found = await wire.run(list_beacons, query)
    relations = [{**identify(one), "page_id": body.page_id} for one in found.items]
    return tell({"relations": relations, "total_count": found.total})


@endpoint("POST", "/shakearound/user/getshakeinfo", is_said_ok=False)
async def getshakeinfo(wire: Wire, body: TicketBody) -> dict[str, object]:
    """Who came with a ticket, and where they were."""
    found = await wire.run(find_shake, take(wire, FindShake, _bad_ticket, ticket=body.ticket))
    beacon = {
        "distance": found.distance,
        "major": found.major,
        "minor": found.minor,
        "uuid": found.uuid,
    }
    told = {"page_id": found.page.page_id, "beacon_info": beacon, "openid": found.openid}
    return tell(told | {"poi_id": int(found.poi_id)})


async def _all_of(wire: Wire, query: ListBeacons, count: int) -> list[Beacon]:
    """All beacons of an application, part by part."""
    found: list[Beacon] = []
    for skip in range(0, count, ASKED_MAX):
        part = msgspec.structs.replace(query, skip=skip)
        found += (await wire.run(list_beacons, part)).items
    return found


def _render_application(one: Application) -> dict[str, object]:
    return {
        "apply_time": int(one.applied_at.timestamp()),
        "audit_comment": one.note,
        "audit_status": _states[one.state],
        "audit_time": int(one.decided_at.timestamp()) if one.decided_at else 0,
    }


def _page(body: PageBody) -> dict[str, object]:
    return {
        "title": body.title,
        "description": body.description,
        "icon_url": body.icon_url,
        "page_url": body.page_url,
        "comment": body.comment,
    }
