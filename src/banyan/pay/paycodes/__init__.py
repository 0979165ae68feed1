"""Payment codes: eighteen digits that people show at tills, made each minute, also offline."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.paycodes.invariants import INVARIANTS
from banyan.pay.paycodes.ports import PORTS
from banyan.pay.paycodes.show_code import (
    GiveCode,
    ShowCode,
    SowSeed,
    give_code,
    show_code,
    sow_seed,
)
from banyan.pay.paycodes.take_codes import LookAtCode, TakeCode, look_at_codes, take_codes
from banyan.pay.paycodes.types import Holder, PayCode, Seed, ShownCode

ROOM = Room(
    name="paycodes",
    migrations=Path(__file__).parent / "migrations",
    operations=(sow_seed, show_code, give_code, take_codes, look_at_codes),
    invariants=INVARIANTS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "GiveCode",
    "Holder",
    "LookAtCode",
    "PayCode",
    "Seed",
    "ShowCode",
    "ShownCode",
    "SowSeed",
    "TakeCode",
    "give_code",
    "look_at_codes",
    "show_code",
    "sow_seed",
    "take_codes",
)
