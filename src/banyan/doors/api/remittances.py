"""The API of remittances: what merchants send people, and what people are sent."""

from banyan.doors.http import Route
from banyan.pay.remit import (
    ask_receipt,
    cancel_remittance,
    confirm_remittance,
    list_batches,
    list_details,
    list_offers,
    list_remittances,
    read_batch,
    read_offer,
    read_receipt,
    read_remittance,
    send_batch,
    send_remittance,
)

_TAGS = ("remittances",)
_MINE = "/v1/remittances"
_OF_MERCHANT = "/v1/merchants/{merchant_id}/remittances"
_RECEIPTS = "/v1/merchants/{merchant_id}/remittance-receipts"
_BATCHES = "/v1/merchants/{merchant_id}/remittance-batches"

ROUTES = (
    Route("GET", _MINE, list_offers, summary="List what merchants sent you", tags=_TAGS),
    Route("GET", _MINE + "/{token}", read_offer, summary="Read what you are sent", tags=_TAGS),
    Route(
        "POST",
        _MINE + "/{token}/confirm",
        confirm_remittance,
        summary="Take what you are sent",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _OF_MERCHANT,
        send_remittance,
        summary="Send somebody money, who is to confirm it",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _OF_MERCHANT, list_remittances, summary="List what was sent", tags=_TAGS),
    Route(
        "GET",
        _OF_MERCHANT + "/{remittance_id}",
        read_remittance,
        summary="Read what was sent",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _OF_MERCHANT + "/{out_no}/cancel",
        cancel_remittance,
        summary="Take back what nobody has confirmed",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _BATCHES,
        send_batch,
        summary="Send many people money together",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _BATCHES, list_batches, summary="List batches", tags=_TAGS),
    Route("GET", _BATCHES + "/{batch_id}", read_batch, summary="Read a batch", tags=_TAGS),
    Route(
        "GET",
        _BATCHES + "/{batch_id}/details",
        list_details,
        summary="List who gets what of a batch",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _RECEIPTS,
        ask_receipt,
        summary="Ask for a receipt of what was sent",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _RECEIPTS, read_receipt, summary="Read whether a receipt is ready", tags=_TAGS),
)
