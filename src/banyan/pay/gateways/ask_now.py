"""Lets those who come back from a provider have it asked at once."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import store
from banyan.pay.gateways.types import BELL, Attempt, AttemptId, AttemptState


class AskMyAttempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I have paid; ask the provider."""

    merchant_id: MerchantId
    attempt_id: AttemptId


@single(permission=Permission.PERSON)
async def ask_my_attempt(work: Work, command: AskMyAttempt) -> Attempt:
    """Have the provider asked at once about an open payment of the caller's.

    Raises NotFound `gateways.not_found`.
    """
    kept = await store.lock_attempt(work.db, command.merchant_id, command.attempt_id)
    if kept is None or not kept.attempt.person_id:
        raise NotFound("gateways.not_found")
    attempt = kept.attempt
    if attempt.person_id != work.actor.person_id:
        raise NotFound("gateways.not_found")
    if attempt.state is AttemptState.OPEN and await store.ask_soon(
        work.db, attempt.merchant_id, attempt.out_no
    ):
        work.ring(BELL)
    return attempt
