"""The API of risk, for those who look after the platform, and what merchants hear of it."""

from banyan.doors.http import Route
from banyan.pay.risk import (
    block_person,
    change_notice_address,
    change_rules,
    drop_notice_address,
    limit_merchant,
    list_blocks,
    list_decisions,
    list_limits,
    list_rule_sets,
    name_notice_address,
    read_notice_address,
    read_rules,
    unblock_person,
    unlimit_merchant,
)

_TAGS = ("risk",)
_address = "/v1/merchants/{merchant_id}/limit-address"

ROUTES = (
    Route("GET", "/v1/risk/rules", read_rules, summary="Read the rules about payments", tags=_TAGS),
    Route(
        "PUT", "/v1/risk/rules", change_rules, summary="Change the rules about payments", tags=_TAGS
    ),
    Route(
        "GET", "/v1/risk/versions", list_rule_sets, summary="List versions of the rules", tags=_TAGS
    ),
    Route(
        "GET",
        "/v1/risk/decisions",
        list_decisions,
        summary="List what was decided of payments, and why",
        tags=_TAGS,
    ),
    Route("GET", "/v1/risk/blocks", list_blocks, summary="List who may not pay", tags=_TAGS),
    Route(
        "PUT",
        "/v1/risk/blocks/{blocked_id}",
        block_person,
        summary="Let a person not pay",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/risk/blocks/{blocked_id}",
        unblock_person,
        summary="Let a person pay again",
        status=204,
        tags=_TAGS,
    ),
    Route("GET", "/v1/risk/limits", list_limits, summary="List limits of merchants", tags=_TAGS),
    Route(
        "PUT",
        "/v1/risk/limits/{limited_id}",
        limit_merchant,
        summary="Limit what a merchant may be paid",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/risk/limits/{limited_id}",
        unlimit_merchant,
        summary="Let a merchant be paid as others are",
        status=204,
        tags=_TAGS,
    ),
    Route(
        "GET",
        _address,
        read_notice_address,
        summary="Read where a server is told of limits",
        tags=_TAGS,
    ),
    Route(
        "POST",
        _address,
        name_notice_address,
        summary="Have a server told of limits",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "PUT",
        _address,
        change_notice_address,
        summary="Have another server told of limits",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        _address,
        drop_notice_address,
        summary="Have no server told of limits",
        status=204,
        tags=_TAGS,
    ),
)
