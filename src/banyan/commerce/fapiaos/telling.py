"""Tells servers of taxed invoices, in the transaction in which something becomes of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base import json
from banyan.base.ids import Id
from banyan.books.work import Work
from banyan.commerce.fapiaos import store
from banyan.commerce.fapiaos.types import FapiaoState, Step
from banyan.parties.ids import MerchantId
from banyan.pay.charges import charge_id_of
from banyan.pay.notifications import NewNotification, Protocol, note_notifications

TOLD = "fapiaos.step"
"""What a server is told of a taxed invoice."""


class ToldFapiao(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is told: what became of the invoice of which payment."""

    merchant_id: MerchantId
    told_id: Id
    apply_no: str
    fapiao_no: str = ""
    state: FapiaoState | None = None
    is_held: bool = False
    """Whether it is in the person's hands as one that counts."""
    step: Step
    at: datetime


async def tell(work: Work, told: Sequence[ToldFapiao]) -> None:
    """Tell whoever asked for it, if it named an address."""
    urls: dict[int, str] = {}
    for told_id in {int(one.told_id) for one in told}:
        urls[told_id] = (await store.find_settings(work.db, told_id)).callback_url
    notes = [
        NewNotification(
            merchant_id=int(one.told_id),
            protocol=Protocol.WECHAT,
            kind=TOLD,
            subject_id=charge_id_of(one.apply_no),
            url=urls[int(one.told_id)],
            data=json.encode(one),
        )
        for one in told
    ]
    await note_notifications(work, [(0, one) for one in notes])
