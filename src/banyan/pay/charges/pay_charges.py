"""Charges that people pay from their wallets: hot, hence many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.base.money import Fen
from banyan.books.work import Call, Permission, Work, plural
from banyan.parties.sessions import session_of
from banyan.pay.charges import rules, store
from banyan.pay.charges.judging import forget, judge
from banyan.pay.charges.settle_paid import Intent, PaidCharge, Won, settle
from banyan.pay.charges.take_off import take_off
from banyan.pay.charges.types import Charge, Token
from banyan.pay.passwords import ProofToken


class PayCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Command: pay what this token stands for from my wallet."""

    token: Token
    expected_total_fen: Fen | None = None
    """What the payer was shown; if it costs anything else it is not paid."""
    expected_payer_fen: Fen | None = None
    """What the payer was shown that their wallet gives, after vouchers: no other sum is paid."""
    voucher_id: Id | None = None
    """The voucher to use, 0 for none; the best that fits if not said."""
    proof: ProofToken = ""
    """That the pay password was given for `charges.<token>`: where `risk.password_needed`, and
    always for what a till asks to confirm."""


@plural(permission=Permission.PERSON, batch_max=256)
async def pay_charges(
    work: Work, calls: Sequence[Call[PayCharge]]
) -> Sequence[PaidCharge | Failure]:
    """Pay each once, from the wallet of the one who asks, in one transaction for all.

    What is combined is paid whole or not at all. With the money goes the word to the merchant's
    server, or neither does.

    Fails with NotFound `charges.not_found`; Refusal `charges.already_paid`, `charges.expired`,
    `charges.closed`, `charges.revoked`, `charges.failed`, `charges.for_another`,
    `charges.total_differs`, `charges.payer_fen_differs`, `risk.password_needed`, `risk.refused`,
    `wallets.insufficient`; of a voucher that was chosen NotFound `vouchers.not_found`, Refusal
    `vouchers.not_fitting`, `vouchers.contended`.
    """
    return await pay(
        work,
        [
            Intent(
                index=call.index,
                token=call.command.token,
                payer_id=call.actor.person_id,
                at=call.at,
                expected_total_fen=call.command.expected_total_fen,
                expected_payer_fen=call.command.expected_payer_fen,
                voucher_id=call.command.voucher_id,
                session_id=session_of(call.actor),
                proof=call.command.proof,
            )
            for call in calls
        ],
    )


async def pay_agreed(
    work: Work, payer_id: int, command: PayCharge, *, subject: str
) -> PaidCharge | Failure:
    """Pay from the wallet of somebody who agreed once to what is charged now.

    If it is they who act, they are there, and give their pay password for `subject` where it is
    needed: a charge that is refused may be asked for anew, by another token. Else nobody can be
    asked for a password. Fails like `pay_charges`.
    """
    is_there = work.actor.person_id == payer_id
    intent = Intent(
        index=0,
        token=command.token,
        payer_id=payer_id,
        at=work.now,
        expected_total_fen=command.expected_total_fen,
        session_id=session_of(work.actor) if is_there else 0,
        proof=command.proof,
        subject=subject,
        is_agreed=not is_there,
    )
    (outcome,) = await pay(work, [intent])
    return outcome


async def pay(work: Work, intents: Sequence[Intent]) -> list[PaidCharge | Failure]:
    """Pay what each token stands for, for the first that may; one outcome each, in order.

    A wallet that holds too little refuses its command at the end, by `wallets.insufficient`.
    """
    decided = await judge(work, await _lock_and_decide(work, intents))
    won = [one for one in decided if isinstance(one, Won)]
    off = await take_off(work, won)
    refused = [one for one in won if one.intent.index in off.failures]
    if refused:
        await store.give_back(work.db, [charge for one in refused for charge in one.charges])
        await forget(work, refused)
        won = [one for one in won if one.intent.index not in off.failures]
    outcomes: dict[int, PaidCharge | Failure] = {**off.failures}
    if won:
        outcomes |= await settle(work, won, off.taken)
    return [outcomes[one.intent.index] if isinstance(one, Won) else one for one in decided]


async def _lock_and_decide(work: Work, intents: Sequence[Intent]) -> list[Won | Failure]:
    wanted: dict[str, Intent] = {}
    for intent in intents:
        wanted.setdefault(intent.token, intent)
    due = [(one.token, one.payer_id, one.at) for _, one in sorted(wanted.items())]
    taken = _by_token(await store.take_payable(work.db, due))
    found = dict(taken)
    partial = await _look_at_rest(work, wanted, taken, found)
    decided: list[Won | Failure] = []
    open_to_take = set(taken) - partial
    for intent in intents:
        charges = found.get(intent.token, [])
        failure = rules.decide_unpayable(
            charges,
            intent.payer_id,
            intent.at,
            was_payable=intent.token in open_to_take,
            expected_total_fen=intent.expected_total_fen,
        )
        if failure is None:
            open_to_take.discard(intent.token)
            decided.append(Won(intent, charges))
        else:
            decided.append(failure)
    undone = [one for token in open_to_take | partial for one in taken[token]]
    if undone:
        await store.give_back(work.db, undone)
    return decided


async def _look_at_rest(
    work: Work,
    wanted: Mapping[str, Intent],
    taken: Mapping[str, list[Charge]],
    found: dict[str, list[Charge]],
) -> set[str]:
    """Put what could not be taken into `found`; return the tokens of which only a part was."""
    combined = {token for token, charges in taken.items() if charges[0].combined_id}
    unsure = (wanted.keys() - taken.keys()) | combined
    if not unsure:
        return set()
    partial = set()
    for token, charges in _by_token(await store.find_by_tokens(work.db, unsure)).items():
        if len(charges) > len(taken.get(token, [])):
            found[token] = charges
            if token in taken:
                partial.add(token)
    return partial


def _by_token(charges: Sequence[Charge]) -> dict[str, list[Charge]]:
    found: dict[str, list[Charge]] = defaultdict(list)
    for one in sorted(charges, key=lambda one: one.charge_id):
        found[one.token].append(one)
    return dict(found)
