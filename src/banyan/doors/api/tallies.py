"""The API of outside statements: compared with the books, asked for, and settled."""

from banyan.doors.http import Route
from banyan.pay.gateways import ask_again
from banyan.pay.tallies import (
    ask_statement,
    reopen_difference,
    set_agreed_fee,
    settle_difference,
)
from banyan.views.reconcile import list_tally_days, read_tally

_SHOP = ("gateways",)
_merchant = "/v1/merchants/{merchant_id}"
_gateway = f"{_merchant}/provider-accounts/{{gateway_id}}"

ROUTES = (
    Route(
        "GET",
        f"{_merchant}/provider-statements",
        list_tally_days,
        summary="List days of accounts at providers, compared with the books",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_gateway}/statements/{{day}}",
        read_tally,
        summary="Read how a day's statement of a provider compares, and every difference",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_gateway}/statements/{{day}}/fetch",
        ask_statement,
        summary="Have a day's statement fetched",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_gateway}/agreed-fee",
        set_agreed_fee,
        summary="Note what a provider may keep of each payment",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_gateway}/differences/settle",
        settle_difference,
        summary="Note how a difference was settled",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_gateway}/differences/reopen",
        reopen_difference,
        summary="Note that a difference is not settled after all",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/provider-payments/{{attempt_id}}/ask",
        ask_again,
        summary="Have the provider asked about a payment",
        tags=_SHOP,
    ),
)
