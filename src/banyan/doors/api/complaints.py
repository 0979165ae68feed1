"""The API of complaints: what people complain of, and what merchants answer."""

from banyan.doors.http import Route
from banyan.pay.complaints import (
    answer_complaint,
    answer_refund,
    change_address,
    complain,
    complete_complaint,
    drop_address,
    list_complaints,
    list_my_complaints,
    list_steps,
    name_address,
    read_address,
    read_complaint,
    read_my_complaint,
    read_subject,
    say_more,
    withdraw_complaint,
)

_ME = ("me",)
_SHOP = ("complaints",)
_all = "/v1/merchants/{merchant_id}/payment-complaints"
_one = f"{_all}/{{complaint_id}}"
_mine = "/v1/me/payment-complaints/{merchant_id}/{complaint_id}"
_address = "/v1/merchants/{merchant_id}/complaint-address"

ROUTES = (
    Route(
        "GET",
        "/v1/me/payment-complaints",
        list_my_complaints,
        summary="List my complaints",
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/me/payment-complaints",
        complain,
        summary="Complain of something I paid",
        status=201,
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/me/payments/{merchant_id}/{charge_id}/complaint",
        read_subject,
        summary="Read what I paid and may complain of",
        tags=_ME,
    ),
    Route("GET", _mine, read_my_complaint, summary="Read one of my complaints", tags=_ME),
    Route(
        "POST",
        f"{_mine}/messages",
        say_more,
        summary="Say more about my complaint",
        status=201,
        tags=_ME,
    ),
    Route("POST", f"{_mine}/withdraw", withdraw_complaint, summary="Complain no more", tags=_ME),
    Route("GET", _all, list_complaints, summary="List complaints", tags=_SHOP),
    Route("GET", _one, read_complaint, summary="Read a complaint", tags=_SHOP),
    Route("GET", f"{_one}/steps", list_steps, summary="Read what was said and done", tags=_SHOP),
    Route(
        "POST",
        f"{_one}/answers",
        answer_complaint,
        summary="Answer a complaint",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_one}/refund-answer",
        answer_refund,
        summary="Say whether money goes back",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_one}/complete",
        complete_complaint,
        summary="Say that a complaint is settled",
        tags=_SHOP,
    ),
    Route("GET", _address, read_address, summary="Read where complaints are told", tags=_SHOP),
    Route(
        "POST",
        _address,
        name_address,
        summary="Have a server told of complaints",
        status=201,
        tags=_SHOP,
    ),
    Route("PUT", _address, change_address, summary="Have another server told", tags=_SHOP),
    Route(
        "DELETE",
        _address,
        drop_address,
        summary="Have no server told of complaints",
        status=204,
        tags=_SHOP,
    ),
)
