"""The API of payees: keys and certificates of payment programs, and what their servers are told."""

from banyan.doors.http import Route
from banyan.pay.notifications import list_notifications, replay_notification
from banyan.pay.payees import (
    add_certificate,
    bind_payee,
    change_payee,
    open_payee,
    read_payee,
    revoke_certificate,
    set_terms,
    unbind_payee,
)

_TAGS = ("payees",)
_payee = "/v1/merchants/{merchant_id}/payee"

ROUTES = (
    Route("GET", _payee, read_payee, summary="Read how one is paid over the wire", tags=_TAGS),
    Route("PUT", _payee, open_payee, summary="Be paid over the wire", tags=_TAGS),
    Route("PATCH", _payee, change_payee, summary="Change keys and key mode", tags=_TAGS),
    Route("PUT", f"{_payee}/terms", set_terms, summary="Agree on the fee", tags=_TAGS),
    Route(
        "POST",
        f"{_payee}/certificates",
        add_certificate,
        summary="Know a payment program by a certificate",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_payee}/certificates/{{serial_no}}",
        revoke_certificate,
        summary="Trust a certificate no more",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_payee}/providers/{{provider_mchid}}",
        bind_payee,
        summary="Let a provider act for one",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_payee}/providers/{{provider_mchid}}",
        unbind_payee,
        summary="Let a provider act for one no more",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/notifications",
        list_notifications,
        summary="List what one's server was told of payments",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/notifications/{notification_id}/replay",
        replay_notification,
        summary="Tell one's server again",
        tags=_TAGS,
    ),
)
