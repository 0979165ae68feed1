"""Pay passwords: six digits, tried a few times only, and the proofs that they were given."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.passwords.invariants import INVARIANTS
from banyan.pay.passwords.ports import PORTS
from banyan.pay.passwords.prove_password import (
    ProvePassword,
    ReadPassword,
    prove_password,
    read_password,
)
from banyan.pay.passwords.put_password import (
    ChangePassword,
    GivePassword,
    ResetPassword,
    change_password,
    give_password,
    reset_password,
)
from banyan.pay.passwords.take_proofs import Given, take_proofs
from banyan.pay.passwords.types import Password, PasswordSet, PasswordState, Proof, ProofToken

ROOM = Room(
    name="passwords",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        reset_password,
        change_password,
        give_password,
        prove_password,
        read_password,
    ),
    events=(PasswordSet,),
    invariants=INVARIANTS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "ChangePassword",
    "GivePassword",
    "Given",
    "Password",
    "PasswordSet",
    "PasswordState",
    "Proof",
    "ProofToken",
    "ProvePassword",
    "ReadPassword",
    "ResetPassword",
    "change_password",
    "give_password",
    "prove_password",
    "read_password",
    "reset_password",
    "take_proofs",
)
