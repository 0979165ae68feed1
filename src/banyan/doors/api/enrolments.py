"""The API of enrolments: merchants whom providers bring, and what operators decide."""

from banyan.doors.http import Route
from banyan.pay.enrolments import (
    audit_enrolment,
    cancel_enrolment,
    change_settlement,
    decide_enrolment,
    list_enrolments,
    list_waiting_enrolments,
    read_confirmed,
    read_enrolment,
    read_offered_enrolment,
    read_settlement_change,
    sign_enrolment,
    submit_enrolment,
)

_TAGS = ("enrolments",)
_OF_PROVIDER = "/v1/merchants/{merchant_id}/enrolments"
_WAITING = "/v1/enrolments"
_ONE = _WAITING + "/{provider_id}/{enrolment_id}"
_OFFERED = "/v1/enrolment-offers/{token}"
_SETTLEMENTS = "/v1/merchants/{merchant_id}/settlement-changes"

ROUTES = (
    Route(
        "POST",
        _OF_PROVIDER,
        submit_enrolment,
        summary="Wish that a merchant be paid over the wire",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _OF_PROVIDER, list_enrolments, summary="List whom you bring", tags=_TAGS),
    Route(
        "GET",
        _OF_PROVIDER + "/{enrolment_id}",
        read_enrolment,
        summary="Read an enrolment",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _OF_PROVIDER + "/{enrolment_id}/cancel",
        cancel_enrolment,
        summary="Wish it no more",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/confirmed/{mchid}",
        read_confirmed,
        summary="Read whether a merchant confirmed who it is",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _SETTLEMENTS,
        change_settlement,
        summary="Have a merchant's money go elsewhere",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        _SETTLEMENTS,
        read_settlement_change,
        summary="Read where a merchant's money goes",
        tags=_TAGS,
    ),
    Route("GET", _WAITING, list_waiting_enrolments, summary="List what to decide", tags=_TAGS),
    Route("GET", _ONE, audit_enrolment, summary="Read all that was said", tags=_TAGS),
    Route("POST", _ONE + "/decision", decide_enrolment, summary="Decide one", tags=_TAGS),
    Route("GET", _OFFERED, read_offered_enrolment, summary="Read what to sign", tags=_TAGS),
    Route("POST", _OFFERED + "/sign", sign_enrolment, summary="Sign an enrolment", tags=_TAGS),
)
