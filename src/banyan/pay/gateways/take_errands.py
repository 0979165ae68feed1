"""Hands out what providers are to be asked."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.pay.gateways import rules, store
from banyan.pay.gateways.keys import open_keys
from banyan.pay.gateways.ports import Asked, AskedRefund, LearnedRefund, RefundOutcome
from banyan.pay.gateways.refunds import become
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.rows import KeptAttempt, KeptGateway, KeptRefund
from banyan.pay.gateways.rules import ErrandKind
from banyan.pay.gateways.types import (
    GatewayKind,
    Keys,
    RefundState,
)

_removed = "the keys of this account were removed"


class TakeGatewayErrands(msgspec.Struct, frozen=True, kw_only=True):
    """Command: give me what is to be asked, and let nobody else have it until then.

    Both instants are of the real clock.
    """

    at: datetime
    until: datetime
    limit: int


class AttemptErrand(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask a provider about an attempt."""

    merchant_id: int
    attempt_id: int
    gateway_kind: GatewayKind
    kind: ErrandKind
    tries: int
    keys: Keys
    asked: Asked
    """Its addresses are paths; whoever asks puts this server's own before them."""


class RefundErrand(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask a provider about money that goes back."""

    merchant_id: int
    refund_id: int
    gateway_kind: GatewayKind
    is_query: bool
    """It has been sent, and is only asked about."""
    tries: int
    keys: Keys
    asked: AskedRefund


class CheckErrand(msgspec.Struct, frozen=True, kw_only=True):
    """Keys to be tried."""

    merchant_id: int
    gateway_id: int
    gateway_kind: GatewayKind
    tries: int
    keys: Keys


class GatewayErrands(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    attempts: list[AttemptErrand]
    refunds: list[RefundErrand]
    checks: list[CheckErrand]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.attempts) + len(self.refunds) + len(self.checks)


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_gateway_errands(work: Work, command: TakeGatewayErrands) -> GatewayErrands:
    """Take what providers are to be asked; who is killed with it loses it at `until`.

    That somebody is about to ask is committed before a provider hears of it.
    """
    span = (command.at, command.until, command.limit)
    checks = await store.take_checks(work.db, *span)
    refunds = await refund_store.take_refunds(work.db, *span)
    attempts = await store.take_attempts(work.db, *span)
    found = {int(one.gateway.gateway_id): one for one in checks}
    found |= await _find_gateways(
        work,
        [
            *((one.attempt.merchant_id, one.attempt.gateway_id) for one in attempts),
            *((one.refund.merchant_id, one.refund.gateway_id) for one in refunds),
        ],
    )
    keys = {gateway_id: open_keys(one) for gateway_id, one in found.items()}
    for kept in refunds:
        if keys[int(kept.refund.gateway_id)] is None:
            refused = LearnedRefund(outcome=RefundOutcome.REFUSED, why=_removed)
            await become(work, kept.refund, refused)
    for one in attempts:
        if keys[int(one.attempt.gateway_id)] is None:
            await store.set_due(work.db, one.attempt.merchant_id, one.attempt.attempt_id, None)
    return GatewayErrands(
        attempts=[
            _attempt_errand(work, one, found[int(one.attempt.gateway_id)], known)
            for one in attempts
            if (known := keys[int(one.attempt.gateway_id)]) is not None
        ],
        refunds=[
            _refund_errand(one, found[int(one.refund.gateway_id)], known)
            for one in refunds
            if (known := keys[int(one.refund.gateway_id)]) is not None
        ],
        checks=[
            _check_errand(one, known)
            for one in checks
            if (known := keys[int(one.gateway.gateway_id)]) is not None
        ],
    )


async def _find_gateways(work: Work, wanted: Iterable[tuple[int, int]]) -> dict[int, KeptGateway]:
    by_merchant: dict[int, set[int]] = {}
    for merchant_id, gateway_id in wanted:
        by_merchant.setdefault(int(merchant_id), set()).add(int(gateway_id))
    found: dict[int, KeptGateway] = {}
    for merchant_id, gateway_ids in sorted(by_merchant.items()):
        found |= await store.find_gateways(work.db, merchant_id, gateway_ids)
    return found


def _attempt_errand(
    work: Work, kept: KeptAttempt, gateway: KeptGateway, keys: Keys
) -> AttemptErrand:
    one = kept.attempt
    return AttemptErrand(
        merchant_id=int(one.merchant_id),
        attempt_id=int(one.attempt_id),
        gateway_kind=one.kind,
        kind=rules.decide_errand(one, work.now),
        tries=kept.tries,
        keys=keys,
        asked=Asked(
            out_no=one.out_no,
            way=one.way,
            currency=one.currency,
            amount_fen=one.amount_fen,
            description=one.description,
            notify_url=gateway.gateway.notify_path,
            return_url=kept.return_path,
            expires_at=one.expires_at,
            openid=one.openid,
            payer_ip=kept.payer_ip,
        ),
    )


def _refund_errand(kept: KeptRefund, gateway: KeptGateway, keys: Keys) -> RefundErrand:
    one = kept.refund
    return RefundErrand(
        merchant_id=int(one.merchant_id),
        refund_id=int(one.refund_id),
        gateway_kind=one.kind,
        is_query=one.state is RefundState.UNDER_WAY,
        tries=kept.tries,
        keys=keys,
        asked=AskedRefund(
            out_no=one.out_no,
            out_refund_no=one.out_refund_no,
            provider_no=kept.payment_no,
            currency=one.currency,
            amount_fen=one.amount_fen,
            total_fen=kept.total_fen,
            reason=one.reason,
            notify_url=gateway.gateway.notify_path,
        ),
    )


def _check_errand(kept: KeptGateway, keys: Keys) -> CheckErrand:
    return CheckErrand(
        merchant_id=int(kept.gateway.merchant_id),
        gateway_id=int(kept.gateway.gateway_id),
        gateway_kind=kept.gateway.kind,
        tries=kept.tries,
        keys=keys,
    )
