"""The API of devices: had by accounts, bound by people, and spoken with."""

from banyan.doors.http import Route
from banyan.reach.devices import (
    allot_device,
    ask_ticket,
    authorise_devices,
    bind_device,
    bind_mine,
    find_code,
    list_devices,
    list_devices_of,
    list_my_devices,
    list_products,
    name_devices,
    read_device,
    read_my_device,
    report_device,
    scan_device,
    set_product,
    speak_for,
    tell_connected,
    tell_device,
    unbind_device,
    unbind_mine,
    watch_device,
)

_TAGS = ("devices",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_DEVICE = f"{_CHANNEL}/devices/{{device_id}}"
_MINE = "/v1/my/devices/{channel_id}/{device_id}"

ROUTES = (
    Route(
        "GET",
        f"{_CHANNEL}/device-products",
        list_products,
        summary="List kinds of devices",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_CHANNEL}/device-products/{{number}}",
        set_product,
        summary="Write a kind of device and its quota",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/devices",
        allot_device,
        summary="Have one more device of a product",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/devices/authorised",
        authorise_devices,
        summary="Authorise devices, or say how to reach them",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/devices/named",
        name_devices,
        summary="Have codes for devices of these names",
        tags=_TAGS,
    ),
    Route("GET", f"{_CHANNEL}/devices", list_devices, summary="List the devices", tags=_TAGS),
    Route("GET", _DEVICE, read_device, summary="Read a device and its people", tags=_TAGS),
    Route(
        "GET",
        f"{_CHANNEL}/device-codes/{{ticket}}",
        find_code,
        summary="Find the device of a code",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/followers/{{openid}}/devices",
        list_devices_of,
        summary="List the devices of somebody",
        tags=_TAGS,
    ),
    Route(
        "POST", f"{_DEVICE}/people", bind_device, summary="Bind a device to somebody", tags=_TAGS
    ),
    Route(
        "POST",
        f"{_DEVICE}/people/removed",
        unbind_device,
        summary="Unbind a device from somebody",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_DEVICE}/messages",
        tell_device,
        summary="Tell a device something",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_DEVICE}/connected",
        tell_connected,
        summary="Tell somebody whether their device is connected",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/device-reports",
        report_device,
        summary="Speak as a device, and take what it is told",
        tags=_TAGS,
    ),
    Route("GET", "/v1/device-codes/{ticket}", scan_device, summary="Scan a device", tags=_TAGS),
    Route("POST", "/v1/my/devices", bind_mine, summary="Make a scanned device mine", tags=_TAGS),
    Route("GET", "/v1/my/devices", list_my_devices, summary="List my devices", tags=_TAGS),
    Route("GET", _MINE, read_my_device, summary="Read one of my devices", tags=_TAGS),
    Route("DELETE", _MINE, unbind_mine, summary="Have a device no more", tags=_TAGS),
    Route(
        "POST", f"{_MINE}/tickets", ask_ticket, summary="Let a page bind or unbind it", tags=_TAGS
    ),
    Route("POST", f"{_MINE}/said", speak_for, summary="Pass on what my device says", tags=_TAGS),
    Route(
        "PUT", f"{_MINE}/watch", watch_device, summary="Watch whether it is connected", tags=_TAGS
    ),
)
