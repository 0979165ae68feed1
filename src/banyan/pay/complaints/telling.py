"""Tells merchants' servers of what is said and done about complaints, in the transaction of it."""

import msgspec

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.complaints import store
from banyan.pay.complaints.types import Complaint, Step
from banyan.pay.notifications import NewNotification, Protocol, note_notification


class ToldStep(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant's server is told: what was done about which complaint."""

    complaint: Complaint
    step: Step


async def tell_step(work: Work, complaint: Complaint, step: Step) -> None:
    """Tell a merchant's server, if it named an address."""
    url = await store.find_address(work.db, complaint.merchant_id)
    await note_notification(
        work,
        NewNotification(
            merchant_id=complaint.merchant_id,
            protocol=Protocol.WECHAT,
            kind="complaints.step",
            subject_id=complaint.complaint_id,
            url=url or "",
            data=json.encode(ToldStep(complaint=complaint, step=step)),
        ),
    )
