"""What the record of changes keeps of gateways."""

import msgspec

from banyan.books.work import Work
from banyan.parties.audit import note_change
from banyan.pay.gateways.types import Gateway, GatewayKind


async def note_audit(work: Work, before: Gateway | None, after: Gateway | None) -> None:
    """Keep what changed of a gateway, and who changed it."""
    one = after or before
    assert one is not None
    await note_change(
        work,
        merchant_id=int(one.merchant_id),
        subject="gateways.gateway",
        subject_id=int(one.gateway_id),
        before=_shown(before),
        after=_shown(after),
    )


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the record of changes keeps of a gateway: not where the provider tells us."""

    kind: GatewayKind
    account: str
    is_on: bool
    changed_at: str


def _shown(one: Gateway | None) -> _Shown | None:
    if one is None:
        return None
    return _Shown(
        kind=one.kind, account=one.account, is_on=one.is_on, changed_at=one.changed_at.isoformat()
    )
