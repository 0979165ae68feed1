"""What a notice is, and the kinds of notices that Banyan itself writes."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id

FieldValue = str | int | bool
"""What a notice of the system tells about; ids are strings."""

NoticeKind = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$(?!\n)")]


class NoticeId(Id):
    """One notice in one person's inbox."""


class NewNotice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A notice to put into somebody's inbox."""

    person_id: int
    kind: str
    """What it is about: `orders.receipt`, `coupons.arrived`, `channels.message`, ..."""
    at: datetime
    """When it happened: its place in the inbox, whenever it is told."""
    merchant_id: int = 0
    channel_id: int = 0
    """The official account that says it; 0 when Banyan itself does."""
    title: str = ""
    """Empty where the kind says it all."""
    body: str = ""
    link: str = ""
    """Where it leads inside the phone app, or an https address."""
    fields: dict[str, FieldValue] = {}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as its reader sees it."""

    notice_id: NoticeId
    kind: str
    merchant_id: Id
    channel_id: Id
    title: str
    body: str
    link: str
    fields: dict[str, FieldValue]
    arrived_at: datetime
    is_read: bool
