"""The API of red packets: a person's own, and those that merchants send."""

from banyan.doors.http import Route
from banyan.reach.redpackets import (
    grab_packets,
    list_merchant_packets,
    list_received_packets,
    list_sent_packets,
    read_merchant_packet,
    read_packet,
    read_packet_summary,
    send_merchant_packet,
    send_packet,
    thank_sender,
)

_MINE = ("red packets",)
_SHOP = ("merchants' red packets",)
_OF_MERCHANT = "/v1/merchants/{merchant_id}/packets"

ROUTES = (
    Route("POST", "/v1/packets", send_packet, summary="Send a red packet", status=201, tags=_MINE),
    Route(
        "GET", "/v1/packets/{token}", read_packet, summary="Read what a link leads to", tags=_MINE
    ),
    Route("POST", "/v1/packets/{token}/grab", grab_packets, summary="Take your share", tags=_MINE),
    Route("POST", "/v1/packets/{token}/thanks", thank_sender, summary="Thank for it", tags=_MINE),
    Route(
        "GET",
        "/v1/packet-records/sent",
        list_sent_packets,
        summary="List the red packets that you sent",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/packet-records/received",
        list_received_packets,
        summary="List the shares that you took",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/packet-records/years/{year}",
        read_packet_summary,
        summary="Sum up your year of red packets",
        tags=_MINE,
    ),
    Route(
        "POST",
        _OF_MERCHANT,
        send_merchant_packet,
        summary="Send a red packet from the purse",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        _OF_MERCHANT,
        list_merchant_packets,
        summary="List the red packets that a merchant sent",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_OF_MERCHANT}/{{packet_id}}",
        read_merchant_packet,
        summary="Read a merchant's red packet with who took its shares",
        tags=_SHOP,
    ),
)
