"""The API of wallets: what a person holds, putting money in, and what came and went."""

from banyan.doors.http import Route
from banyan.pay.wallets import list_wallets, read_wallet, top_up
from banyan.views.statements import list_wallet_entries, read_wallet_bill

_TAGS = ("wallet",)

ROUTES = (
    Route("GET", "/v1/wallet", read_wallet, summary="Read your wallet", tags=_TAGS),
    Route(
        "GET",
        "/v1/wallets",
        list_wallets,
        summary="List your wallets, one in every currency that you had money in",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/wallet/top-ups",
        top_up,
        summary="Put money into your wallet",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/wallet/entries",
        list_wallet_entries,
        summary="List what came into your wallet and what went out",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/wallet/bill",
        read_wallet_bill,
        summary="Read what changed your wallet on some days",
        tags=_TAGS,
    ),
)
