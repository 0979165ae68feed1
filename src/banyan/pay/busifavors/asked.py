"""Answers what a program asks again under a number of its own."""

import hashlib
from datetime import datetime

import msgspec

from banyan.base import json
from banyan.base.errors import Refusal
from banyan.books.work import Work
from banyan.pay.busifavors import store

_digest_bytes = 16


class Asked(msgspec.Struct, frozen=True):
    """What came of asking under a number for the first time."""

    subject_id: int
    at: datetime
    is_new: bool


async def note_asked(
    work: Work, merchant_id: int, kind: str, request_no: str, command: msgspec.Struct
) -> Asked:
    """Note what is asked; the same words again have the subject and the time of the first.

    Raises Refusal `busifavors.request_used` (with other words before).
    """
    digest = hashlib.blake2b(json.encode(command), digest_size=_digest_bytes).hexdigest()
    mine = work.ids.next()
    known, subject_id, at = await store.set_request(
        work.db, (int(merchant_id), kind, request_no), digest, mine, work.now
    )
    if known != digest:
        raise Refusal("busifavors.request_used", request_no=request_no)
    return Asked(subject_id, at, subject_id == mine)
