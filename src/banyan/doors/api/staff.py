"""The API of staff: who may act for a merchant, in which role and stores."""

from banyan.doors.http import Route
from banyan.parties.staff import (
    change_staff,
    invite_staff,
    leave_merchant,
    list_staff,
    remove_staff,
)

_TAGS = ("staff",)

ROUTES = (
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/staff",
        list_staff,
        summary="List who acts for a merchant",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/staff",
        invite_staff,
        summary="Invite somebody by phone",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "PUT",
        "/v1/merchants/{merchant_id}/staff/{staff_id}",
        change_staff,
        summary="Change somebody's role and stores",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/merchants/{merchant_id}/staff/{staff_id}",
        remove_staff,
        summary="End that somebody acts for the merchant",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/me/merchants/{merchant_id}",
        leave_merchant,
        summary="Act for a merchant no more",
        tags=_TAGS,
    ),
)
