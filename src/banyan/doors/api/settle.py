"""The API of a merchant's money: what it holds, what was settled, and its bills."""

from banyan.doors.http import Route
from banyan.pay.settle import list_settlements, read_balances
from banyan.views.bills import (
    read_day_end,
    read_fund_bill,
    read_share_bill,
    read_trade_bill,
)
from banyan.views.reconcile import (
    list_reconciled_days,
    read_reconciliation,
    read_trial_balance,
)

_TAGS = ("funds",)

ROUTES = (
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/balances",
        read_balances,
        summary="Read what a merchant holds",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/day-end",
        read_day_end,
        summary="Read what a merchant held when a day ended",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/settlements",
        list_settlements,
        summary="List what was settled",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/trade-bill",
        read_trade_bill,
        summary="Read what was paid over the wire on a day, and what went back",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/share-bill",
        read_share_bill,
        summary="Read what was shared of charges on a day, and what came back",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/fund-bill",
        read_fund_bill,
        summary="Read how a merchant's money moved",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/reconciliation",
        read_reconciliation,
        summary="Compare the books of a day",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/reconciled-days",
        list_reconciled_days,
        summary="List how the books of some days compare",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/trial-balance",
        read_trial_balance,
        summary="Read the sums of all money accounts",
        tags=("platform",),
    ),
)
