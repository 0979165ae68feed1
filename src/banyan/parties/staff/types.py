"""Roles, those who hold them, and the facts about them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId, PersonId


class StaffId(Id):
    """One person's place at one merchant; what the merchant knows them by."""


class Role(StrEnum):
    """What somebody does for a merchant. Stored: never renamed."""

    OWNER = "owner"
    """May do everything, in all stores; there is always one."""
    MANAGER = "manager"
    """Runs the business day by day: everything but who owns it and its keys."""
    CASHIER = "cashier"
    """Takes orders and money."""
    CLERK = "clerk"
    """Looks after goods, prices, stock and codes."""
    FINANCE = "finance"
    """Reads the books and gives money back."""
    ANALYST = "analyst"
    """Reads figures, and nothing about single members."""
    SERVICE = "service"
    """Answers customers: reads members, orders and coupons."""
    READER = "reader"
    """Reads everything but keys."""


StoreIds = Annotated[list[Id], msgspec.Meta(min_length=1, max_length=500)]
"""The stores a role is limited to."""


class StaffRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's place at a merchant, as it is stored; `store_ids` None means in every store."""

    merchant_id: MerchantId
    staff_id: StaffId
    person_id: PersonId
    role: Role
    store_ids: list[Id] | None
    since_at: datetime


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who acts for a merchant, as the merchant sees them."""

    staff_id: StaffId
    nickname: str
    masked_phone: str
    role: Role
    store_ids: list[Id] | None
    """The stores they are limited to; null means all."""
    has_joined: bool
    """False as long as the invited person has never signed in."""
    since_at: datetime


class StaffRole(msgspec.Struct, frozen=True):
    """What of a place is noted in the audit log."""

    role: Role
    store_ids: list[Id] | None


class StaffGone(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody no longer acts for the merchant."""

    staff_id: StaffId


class StaffJoined(Event, frozen=True, kw_only=True, tag="staff.joined"):
    """A person may act for a merchant from now on; `subject_id` is their staff id."""

    role: str


class StaffChanged(Event, frozen=True, kw_only=True, tag="staff.changed"):
    """Somebody's role or stores are others now; `subject_id` is their staff id."""

    role: str
    old_role: str


class StaffLeft(Event, frozen=True, kw_only=True, tag="staff.left"):
    """A person no longer acts for a merchant; `subject_id` was their staff id."""

    role: str
