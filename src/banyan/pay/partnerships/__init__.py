"""Partnerships: whom a merchant lets give out vouchers and coupons of its own."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.partnerships.build_partnership import (
    BuildPartnership,
    ListPartnerships,
    Partnerships,
    TerminatePartnership,
    build_partnership,
    list_partnerships,
    terminate_partnership,
)
from banyan.pay.partnerships.store import find_partnered
from banyan.pay.partnerships.types import (
    Business,
    Partnership,
    PartnershipBuilt,
    PartnershipTerminated,
)

ROOM = Room(
    name="partnerships",
    migrations=Path(__file__).parent / "migrations",
    operations=(build_partnership, terminate_partnership, list_partnerships),
    events=(PartnershipBuilt, PartnershipTerminated),
)

__all__ = (
    "ROOM",
    "BuildPartnership",
    "Business",
    "ListPartnerships",
    "Partnership",
    "PartnershipBuilt",
    "PartnershipTerminated",
    "Partnerships",
    "TerminatePartnership",
    "build_partnership",
    "find_partnered",
    "list_partnerships",
    "terminate_partnership",
)
