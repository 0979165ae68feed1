"""The API of shares: with whom merchants share what charges brought, and what came back."""

from banyan.doors.http import Route
from banyan.pay.split import (
    add_receiver,
    cancel_subsidy,
    delete_receiver,
    list_receivers,
    list_sharings,
    read_share_return,
    read_share_terms,
    read_sharing,
    return_share,
    return_subsidy,
    set_share_ratio,
    set_share_url,
    share_charge,
    subsidize,
)

_TAGS = ("shares",)
_RECEIVERS = "/v1/merchants/{merchant_id}/share-receivers"
_SHARES = "/v1/merchants/{merchant_id}/shares"
_RETURNS = "/v1/merchants/{merchant_id}/share-returns"
_TERMS = "/v1/merchants/{merchant_id}/share-terms"
_SUBSIDIES = "/v1/merchants/{merchant_id}/subsidies"

ROUTES = (
    Route("GET", _RECEIVERS, list_receivers, summary="List with whom you may share", tags=_TAGS),
    Route(
        "POST",
        _RECEIVERS,
        add_receiver,
        summary="Let somebody be shared with",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        _RECEIVERS + "/delete",
        delete_receiver,
        summary="Share with somebody no more",
        tags=_TAGS,
    ),
    Route("GET", _SHARES, list_sharings, summary="List what was shared", tags=_TAGS),
    Route(
        "POST",
        _SHARES,
        share_charge,
        summary="Split parts off what a charge brought",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", _SHARES + "/{sharing_id}", read_sharing, summary="Read a sharing", tags=_TAGS),
    Route(
        "POST",
        _RETURNS,
        return_share,
        summary="Have a receiver give something back",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        _RETURNS + "/{out_return_no}",
        read_share_return,
        summary="Read what a receiver gave back",
        tags=_TAGS,
    ),
    Route("GET", _TERMS, read_share_terms, summary="Read what was agreed", tags=_TAGS),
    Route(
        "PUT",
        _TERMS,
        set_share_url,
        summary="Say where your server is told of shares",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        _TERMS + "/ratio",
        set_share_ratio,
        summary="Agree on how much may be shared",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _SUBSIDIES,
        subsidize,
        summary="Add to what a charge brought its merchant",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        _SUBSIDIES + "/return",
        return_subsidy,
        summary="Take back what you added",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _SUBSIDIES + "/cancel",
        cancel_subsidy,
        summary="Say that you add nothing to what a charge brought",
        status=204,
        tags=_TAGS,
    ),
)
