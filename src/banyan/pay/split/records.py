"""How rows of this room become its structs."""

import asyncpg

from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.split.types import (
    Form,
    Part,
    PartId,
    PartState,
    Receiver,
    ReceiverKind,
    ReturnId,
    ShareReturn,
    Sharing,
    SharingId,
    Subsidy,
    SubsidyId,
)


def receiver_of(row: asyncpg.Record) -> Receiver:
    """Return a receiver."""
    return Receiver(
        merchant_id=MerchantId(row["merchant_id"]),
        kind=ReceiverKind(row["kind"]),
        receiver_id=Id(row["receiver_id"]),
        channel_id=Id(row["channel_id"]),
        account=row["account"],
        relation=row["relation"],
        custom_relation=row["custom_relation"],
        added_at=row["added_at"],
    )


def sharing_of(row: asyncpg.Record, parts: list[Part]) -> Sharing:
    """Return a sharing with its parts."""
    return Sharing(
        merchant_id=MerchantId(row["merchant_id"]),
        sharing_id=SharingId(row["sharing_id"]),
        charge_id=Id(row["charge_id"]),
        provider_id=MerchantId(row["provider_id"]),
        holder_id=MerchantId(row["holder_id"]),
        form=Form(row["form"]),
        out_no=row["out_no"],
        is_last=row["is_last"],
        unfrozen_fen=row["unfrozen_fen"],
        description=row["description"],
        created_at=row["created_at"],
        parts=parts,
    )


def part_of(row: asyncpg.Record) -> Part:
    """Return what one receiver gets."""
    return Part(
        part_id=PartId(row["part_id"]),
        kind=ReceiverKind(row["kind"]),
        receiver_id=Id(row["receiver_id"]),
        channel_id=Id(row["channel_id"]),
        account=row["account"],
        amount_fen=row["amount_fen"],
        description=row["description"],
        state=PartState(row["state"]),
        fail_reason=row["fail_reason"],
        returned_fen=row["returned_fen"],
    )


def return_of(row: asyncpg.Record) -> ShareReturn:
    """Return what a receiver gave back."""
    return ShareReturn(
        merchant_id=MerchantId(row["merchant_id"]),
        return_id=ReturnId(row["return_id"]),
        charge_id=Id(row["charge_id"]),
        sharing_id=SharingId(row["sharing_id"]),
        part_id=PartId(row["part_id"]),
        provider_id=MerchantId(row["provider_id"]),
        out_return_no=row["out_return_no"],
        payer_id=MerchantId(row["payer_id"]),
        payer_mchid=row["payer_mchid"],
        amount_fen=row["amount_fen"],
        description=row["description"],
        is_pooled=row["is_pooled"],
        returned_at=row["returned_at"],
    )


def subsidy_of(row: asyncpg.Record) -> Subsidy:
    """Return what a provider added or took back."""
    return Subsidy(
        merchant_id=MerchantId(row["merchant_id"]),
        subsidy_id=SubsidyId(row["subsidy_id"]),
        charge_id=Id(row["charge_id"]),
        provider_id=MerchantId(row["provider_id"]),
        out_no=row["out_no"],
        is_return=row["is_return"],
        refund_id=Id(row["refund_id"]),
        amount_fen=row["amount_fen"],
        description=row["description"],
        is_pooled=row["is_pooled"],
        given_at=row["given_at"],
    )
