"""The API of beacons: had and arranged by accounts, shaken at by people."""

from banyan.doors.http import Route
from banyan.reach.beacons import (
    add_group,
    add_page,
    apply_beacons,
    change_beacon,
    change_page,
    count_shakes,
    delete_group,
    delete_pages,
    fill_group,
    find_shake,
    list_applications,
    list_beacons,
    list_counted,
    list_groups,
    list_pages,
    open_shake,
    read_registration,
    register_beacons,
    rename_group,
    shake_phone,
    show_pages,
)

_TAGS = ("beacons",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_PAGES = f"{_CHANNEL}/shake-pages"
_GROUPS = f"{_CHANNEL}/beacon-groups"
_BEACON = f"{_CHANNEL}/beacons/{{device_id}}"

ROUTES = (
    Route(
        "PUT",
        f"{_CHANNEL}/beacon-registration",
        register_beacons,
        summary="Say who answers for the beacons",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/beacon-registration",
        read_registration,
        summary="Read who answers for the beacons",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/beacon-applications",
        apply_beacons,
        summary="Have more beacons",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/beacon-applications",
        list_applications,
        summary="List applications for beacons",
        tags=_TAGS,
    ),
    Route("POST", f"{_CHANNEL}/beacons/found", list_beacons, summary="List beacons", tags=_TAGS),
    Route(
        "PATCH", _BEACON, change_beacon, summary="Say what a beacon is for and where", tags=_TAGS
    ),
    Route(
        "POST", f"{_BEACON}/pages", show_pages, summary="Say which pages a beacon shows", tags=_TAGS
    ),
    Route("POST", _PAGES, add_page, summary="Have one more page", status=201, tags=_TAGS),
    Route("PUT", f"{_PAGES}/{{page_id}}", change_page, summary="Have a page otherwise", tags=_TAGS),
    Route("POST", f"{_PAGES}/found", list_pages, summary="List pages", tags=_TAGS),
    Route("POST", f"{_PAGES}/deleted", delete_pages, summary="Have pages no more", tags=_TAGS),
    Route("POST", _GROUPS, add_group, summary="Have one more group", status=201, tags=_TAGS),
    Route("GET", _GROUPS, list_groups, summary="List groups", tags=_TAGS),
    Route("PATCH", f"{_GROUPS}/{{group_id}}", rename_group, summary="Rename a group", tags=_TAGS),
    Route(
        "DELETE",
        f"{_GROUPS}/{{group_id}}",
        delete_group,
        summary="Have a group no more",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_GROUPS}/{{group_id}}/beacons",
        fill_group,
        summary="Put beacons into a group",
        tags=_TAGS,
    ),
    Route("GET", f"{_CHANNEL}/shakes", count_shakes, summary="Count shakes day by day", tags=_TAGS),
    Route(
        "GET",
        f"{_CHANNEL}/shakes/counted",
        list_counted,
        summary="Count the shakes of a day",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/shakes/by-ticket/{{ticket}}",
        find_shake,
        summary="Find out who came with a ticket",
        tags=_TAGS,
    ),
    Route("POST", "/v1/shakes", shake_phone, summary="Shake near beacons", tags=_TAGS),
    Route(
        "POST",
        "/v1/shakes/{ticket}/opened",
        open_shake,
        summary="Open what a shake showed",
        tags=_TAGS,
    ),
)
