"""Pays with the pay password: what a till asks to confirm, and what is dear."""

import msgspec

from banyan.base.money import Fen
from banyan.books.work import Permission, Steps, stepped
from banyan.pay.charges.judging import subject_of
from banyan.pay.charges.pay_charges import PayCharge, pay_charges
from banyan.pay.charges.settle_paid import PaidCharge
from banyan.pay.charges.types import Token
from banyan.pay.passwords import Password, ProvePassword, prove_password


class ConfirmCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: pay what this token stands for; here is my pay password."""

    token: Token
    password: Password
    expected_total_fen: Fen | None = None
    expected_payer_fen: Fen | None = None
    """What the payer was shown that their wallet gives, after vouchers: no other sum is paid."""


@stepped(permission=Permission.PERSON)
async def confirm_charge(steps: Steps, command: ConfirmCharge) -> PaidCharge:
    """Prove the pay password, and pay. Raises like `prove_password` and `pay_charges`."""
    subject = subject_of(command.token)
    proving = ProvePassword(password=command.password, subject=subject)
    proof = await steps.run(prove_password, proving)
    return await steps.run(
        pay_charges,
        PayCharge(
            token=command.token,
            expected_total_fen=command.expected_total_fen,
            expected_payer_fen=command.expected_payer_fen,
            proof=proof.token,
        ),
    )
