"""What a merchant says of a difference: that it is settled and how, or not after all."""

from typing import Annotated

import msgspec

from banyan.base.text import TRIMMED
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import GatewayId, access_gateway
from banyan.pay.tallies import store
from banyan.pay.tallies.types import Disagreement, OutNo, Remark, Side

_Note = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=TRIMMED)]


class SettleDifference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this difference was settled by hand."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    problem: Disagreement
    out_no: OutNo
    out_refund_no: OutNo = ""
    here_fen: Side
    there_fen: Side
    note: _Note


class ReopenDifference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: this difference is not settled after all."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    problem: Disagreement
    out_no: OutNo
    out_refund_no: OutNo = ""
    here_fen: Side
    there_fen: Side


@single(permission=Permission.FINANCE_WRITE)
async def settle_difference(work: Work, command: SettleDifference) -> Remark:
    """Note how a difference was settled; it counts as open again if either side tells otherwise.

    Raises NotFound `gateways.not_set`.
    """
    await access_gateway(work.db, command.merchant_id, command.gateway_id)
    remark = Remark(note=command.note, actor_id=int(work.actor.actor_id), at=work.now)
    await store.set_remark(work.db, _key(command), remark.note, remark.actor_id, remark.at)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="tallies.difference",
        subject_id=command.gateway_id,
        before=None,
        after=command,
    )
    return remark


@single(permission=Permission.FINANCE_WRITE)
async def reopen_difference(work: Work, command: ReopenDifference) -> None:
    """Forget that a difference was settled. Raises NotFound `gateways.not_set`."""
    await access_gateway(work.db, command.merchant_id, command.gateway_id)
    await store.delete_remark(work.db, _key(command))
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="tallies.difference",
        subject_id=command.gateway_id,
        before=command,
        after=None,
    )


def _key(command: SettleDifference | ReopenDifference) -> store.RemarkKey:
    return store.RemarkKey(
        merchant_id=int(command.merchant_id),
        gateway_id=int(command.gateway_id),
        problem=command.problem.value,
        out_no=command.out_no,
        out_refund_no=command.out_refund_no,
        here_fen=command.here_fen,
        there_fen=command.there_fen,
    )
