"""The API of payouts: where money is sent, having it sent, and what became of it."""

from banyan.doors.http import Route
from banyan.pay.payouts import (
    list_my_payouts,
    list_payouts,
    read_bank_account,
    read_my_bank_account,
    read_my_payout,
    read_payout,
    set_bank_account,
    set_my_bank_account,
    withdraw_purse,
    withdraw_wallet,
)

_MINE = ("wallet",)
_TAGS = ("funds",)

ROUTES = (
    Route(
        "GET",
        "/v1/wallet/bank-account",
        read_my_bank_account,
        summary="Read your bank account",
        tags=_MINE,
    ),
    Route(
        "PUT",
        "/v1/wallet/bank-account",
        set_my_bank_account,
        summary="Set your bank account",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/wallet/payouts",
        withdraw_wallet,
        summary="Send money to your bank account",
        status=201,
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/wallet/payouts",
        list_my_payouts,
        summary="List what you sent to your bank account",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/wallet/payouts/{payout_id}",
        read_my_payout,
        summary="Read what became of money you sent",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/bank-account",
        read_bank_account,
        summary="Read a merchant's bank account",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        "/v1/merchants/{merchant_id}/bank-account",
        set_bank_account,
        summary="Set a merchant's bank account",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/payouts",
        withdraw_purse,
        summary="Send money to a merchant's bank account",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/payouts",
        list_payouts,
        summary="List what was sent to a merchant's bank account",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/payouts/{payout_id}",
        read_payout,
        summary="Read a payout",
        tags=_TAGS,
    ),
)
