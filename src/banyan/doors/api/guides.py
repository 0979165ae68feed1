"""The API of guides: who of a shop's people looks after its customers."""

from banyan.doors.http import Route
from banyan.pay.guides import add_guide, assign_charge, change_guide, find_my_guide, list_guides

_SHOP = ("guides",)
_all = "/v1/merchants/{merchant_id}/guides"
_one = f"{_all}/{{guide_id}}"

ROUTES = (
    Route("GET", _all, list_guides, summary="List guides", tags=_SHOP),
    Route("POST", _all, add_guide, summary="Add a guide", status=201, tags=_SHOP),
    Route("PATCH", _one, change_guide, summary="Change a guide", tags=_SHOP),
    Route(
        "POST",
        f"{_one}/charges",
        assign_charge,
        summary="Say which guide brings a payment about",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/me/guides/{merchant_id}/{out_no}",
        find_my_guide,
        summary="Read who looked after me",
        tags=("me",),
    ),
)
