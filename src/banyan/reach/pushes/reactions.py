"""What accounts' servers are told of the merchant behind them: whether it proved who it is."""

from collections.abc import Sequence
from typing import Any

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.parties.merchants import MerchantId, find_merchant
from banyan.reach.channels import CHANNELS_MAX, FOLLOWED, list_of_merchants
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.note_push import note_push

_endless_s = 2**31 - 1
"""Who is verified here stays so; the protocol names an end, and this is the last that all read."""
_verified = "merchants.verified"


async def on_verification(work: Work, facts: Sequence[Fact]) -> None:
    """Tell the servers of a merchant's accounts what became of its papers and its name."""
    for fact in facts:
        told: dict[PushKind, dict[str, Any]]
        if fact.kind == _verified:
            until = {"expired_time": _endless_s}
            told = {PushKind.QUALIFIED: until, PushKind.NAMED: until}
        else:
            merchant = await find_merchant(work.db, MerchantId(fact.merchant_id))
            reason = merchant.decision_note if merchant else ""
            failed = {"fail_time": int(fact.at.timestamp()), "fail_reason": reason}
            told = {PushKind.NOT_QUALIFIED: failed}
        for channel in await list_of_merchants(work.db, [fact.merchant_id], CHANNELS_MAX):
            if channel.kind in FOLLOWED:
                for kind, fields in told.items():
                    await note_push(work, channel, 0, "", kind, fields)


FOLLOWERS = (
    Follower(
        name="pushes.verification",
        kinds=(_verified, "merchants.rejected"),
        handle=on_verification,
    ),
)
