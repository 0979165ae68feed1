"""The API of parking that is paid for in passing: people's cars, and what came in and was taken."""

from banyan.doors.http import Route
from banyan.pay.parkings import (
    admit_park,
    bind_plate,
    drop_plate,
    list_parks,
    pause_plate,
    pay_my_parking,
    read_my_parking,
    read_parkings,
)

_ME = ("wallet",)

ROUTES = (
    Route("GET", "/v1/me/parking", read_my_parking, summary="Read my cars and parking", tags=_ME),
    Route(
        "POST",
        "/v1/me/plates",
        bind_plate,
        summary="Let my car pay in passing",
        status=201,
        tags=_ME,
    ),
    Route("PATCH", "/v1/me/plates", pause_plate, summary="Pause my car, or not", tags=_ME),
    Route(
        "DELETE",
        "/v1/me/plates/{color}/{plate_no}",
        drop_plate,
        summary="Say that a car is no more mine",
        status=204,
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/me/parking/{merchant_id}/{deduction_id}/pay",
        pay_my_parking,
        summary="Pay now what I owe for parking",
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/parkings",
        read_parkings,
        summary="Read which cars came in and what was taken",
        tags=("parkings",),
    ),
    Route("GET", "/v1/car-parks", list_parks, summary="List car parks", tags=("parkings",)),
    Route(
        "PUT",
        "/v1/merchants/{merchant_id}/car-park",
        admit_park,
        summary="Say whether a merchant is a car park",
        tags=("parkings",),
    ),
)
