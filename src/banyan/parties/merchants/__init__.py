"""The legal sellers: their name, currency and clock, and how far they have proved who they are."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.change_merchant import ChangeMerchant, change_merchant
from banyan.parties.merchants.invariants import INVARIANTS
from banyan.parties.merchants.open_merchant import OpenMerchant, open_merchant
from banyan.parties.merchants.read_merchant import (
    ListMyMerchants,
    ListPublicMerchants,
    ReadMerchant,
    list_my_merchants,
    list_public_merchants,
    read_merchant,
)
from banyan.parties.merchants.rules import NEXT_STATES
from banyan.parties.merchants.store import (
    access_merchant,
    find_merchant,
    find_merchants,
    lock_merchant,
)
from banyan.parties.merchants.types import (
    Merchant,
    MerchantChanged,
    MerchantOpened,
    MerchantRejected,
    MerchantState,
    MerchantSubmitted,
    MerchantVerified,
    MyMerchant,
    PublicMerchant,
)
from banyan.parties.merchants.verify_merchant import (
    ListSubmitted,
    RejectMerchant,
    SubmitVerification,
    VerifyMerchant,
    list_submitted,
    reject_merchant,
    submit_verification,
    verify_merchant,
)

ROOM = Room(
    name="merchants",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        open_merchant,
        change_merchant,
        submit_verification,
        verify_merchant,
        reject_merchant,
        list_submitted,
        read_merchant,
        list_my_merchants,
        list_public_merchants,
    ),
    events=(
        MerchantOpened,
        MerchantChanged,
        MerchantSubmitted,
        MerchantVerified,
        MerchantRejected,
    ),
    invariants=INVARIANTS,
)

__all__ = (
    "NEXT_STATES",
    "ROOM",
    "ChangeMerchant",
    "ListMyMerchants",
    "ListPublicMerchants",
    "ListSubmitted",
    "Merchant",
    "MerchantChanged",
    "MerchantId",
    "MerchantOpened",
    "MerchantRejected",
    "MerchantState",
    "MerchantSubmitted",
    "MerchantVerified",
    "MyMerchant",
    "OpenMerchant",
    "PublicMerchant",
    "ReadMerchant",
    "RejectMerchant",
    "SubmitVerification",
    "VerifyMerchant",
    "access_merchant",
    "change_merchant",
    "find_merchant",
    "find_merchants",
    "list_my_merchants",
    "list_public_merchants",
    "list_submitted",
    "lock_merchant",
    "open_merchant",
    "read_merchant",
    "reject_merchant",
    "submit_verification",
    "verify_merchant",
)
