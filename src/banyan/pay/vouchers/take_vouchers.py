"""Takes vouchers inside payments: chosen, taken off and paid for with the payment or not at all."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.payees import Scope, find_bonds
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import CURRENCY, fund_of, note_count, note_money
from banyan.pay.vouchers.rules import Offer, Want, decide_offers
from banyan.pay.vouchers.tell import tell_used
from banyan.pay.vouchers.types import (
    Promotion,
    TransferCode,
    UseId,
    Voucher,
    VoucherUsed,
)
from banyan.pay.wallets import unsettled_of

_rounds_max = 3
"""How often a rival of the same person may be faster before we give up."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What vouchers take off one payment; `cash_fen` is paid by funds, `given_up_fen` by nobody."""

    promotions: list[Promotion] = []
    cash_fen: int = 0
    given_up_fen: int = 0

    @property
    def off_fen(self) -> int:
        """All that comes off."""
        return self.cash_fen + self.given_up_fen


NOTHING = Taken()


async def take_vouchers(work: Work, wants: Sequence[Want]) -> list[Taken | Failure]:
    """Use at most one voucher for each payment: the chosen one, or else the best that fits.

    Notes the vouchers, their money and what their makers are told under each payment's index, so
    that a payer who is short is refused whole. Who has no voucher costs one read a batch. Where
    another sum was shown than comes off, no voucher is used: whoever calls this sees that.

    Fails with NotFound `vouchers.not_found`; Refusal `vouchers.not_fitting`,
    `vouchers.contended`: only where somebody chose.
    """
    outcomes: list[Taken | Failure] = [NOTHING] * len(wants)
    open_places = [
        place
        for place, want in enumerate(wants)
        if want.person_id and want.chosen != 0 and want.currency == CURRENCY
    ]
    for _ in range(_rounds_max):
        if not open_places:
            return outcomes
        people = {wants[place].person_id for place in open_places}
        held = await store.list_held(work.db, people, min(wants[p].at for p in open_places))
        bonds = await _find_bonds(work, [wants[place] for place in open_places], held)
        picked = _pick(wants, open_places, held, bonds, outcomes)
        picked = _expected_only(wants, picked, outcomes)
        open_places = await _use(work, wants, picked, outcomes)
    for place in open_places:
        if _must(wants[place]):
            outcomes[place] = Refusal("vouchers.contended")
    return outcomes


def _pick(
    wants: Sequence[Want],
    places: Sequence[int],
    held: Sequence[Voucher],
    bonds: Collection[tuple[int, int]],
    outcomes: list[Taken | Failure],
) -> dict[int, Offer]:
    """Return the voucher of each payment that gets one; the earlier payment chooses first."""
    by_person: dict[int, list[Voucher]] = defaultdict(list)
    for voucher in held:
        by_person[voucher.person_id].append(voucher)
    picked: dict[int, Offer] = {}
    gone: set[int] = set()
    for place in places:
        want = wants[place]
        mine = [one for one in by_person[want.person_id] if int(one.voucher_id) not in gone]
        if want.chosen is not None:
            mine = [one for one in mine if int(one.voucher_id) == want.chosen]
            if not mine and want.is_needed:
                outcomes[place] = NotFound("vouchers.not_found")
                continue
        offers = decide_offers(want, [one for one in mine if _is_borne(want, one, bonds)])
        if offers:
            picked[place] = offers[0]
            gone.add(int(offers[0].voucher.voucher_id))
        elif _must(want):
            outcomes[place] = Refusal("vouchers.not_fitting")
    return picked


def _expected_only(
    wants: Sequence[Want], picked: dict[int, Offer], outcomes: Sequence[Taken | Failure]
) -> dict[int, Offer]:
    """Return what is picked without that of commands whose payer was shown another sum."""
    off_fen: dict[int, int] = defaultdict(int)
    for place, want in enumerate(wants):
        outcome = outcomes[place]
        off_fen[want.index] += 0 if isinstance(outcome, Failure) else outcome.off_fen
        off_fen[want.index] += picked[place].amount_fen if place in picked else 0
    return {
        place: offer
        for place, offer in picked.items()
        if wants[place].expected_off_fen in {None, off_fen[wants[place].index]}
    }


async def _find_bonds(
    work: Work, wants: Sequence[Want], held: Sequence[Voucher]
) -> Collection[tuple[int, int]]:
    """Return whose money makers of vouchers that nobody funds may give up, where that counts."""
    paid = {want.merchant_id for want in wants}
    makers = {int(one.merchant_id) for one in held if not one.is_cash}
    if not makers or len(makers | paid) == 1:
        return ()
    return await find_bonds(work.db, makers, paid, Scope.FUNDS)


def _is_borne(want: Want, voucher: Voucher, bonds: Collection[tuple[int, int]]) -> bool:
    """Whether the merchant who is paid bears it: nobody gives up the money of others."""
    maker = int(voucher.merchant_id)
    return voucher.is_cash or maker == want.merchant_id or (maker, want.merchant_id) in bonds


def _must(want: Want) -> bool:
    return want.chosen is not None and want.is_needed


async def _use(
    work: Work,
    wants: Sequence[Want],
    picked: dict[int, Offer],
    outcomes: list[Taken | Failure],
) -> list[int]:
    """Use the picked vouchers; return the payments where a rival was faster."""
    if not picked:
        return []
    rows = sorted(
        (
            wants[place].person_id,
            int(offer.voucher.voucher_id),
            wants[place].at,
            wants[place].merchant_id,
            wants[place].charge_id,
            wants[place].transaction_no,
            offer.amount_fen,
        )
        for place, offer in picked.items()
    )
    used = await store.set_used(work.db, rows)
    won = {p: offer for p, offer in picked.items() if int(offer.voucher.voucher_id) in used}
    promotions = {
        place: _promotion(UseId(work.ids.next()), wants[place], offer)
        for place, offer in won.items()
    }
    if promotions:
        uses = [_use_row(wants[place], one) for place, one in promotions.items()]
        await store.insert_uses(work.db, uses)
    for place, promotion in promotions.items():
        outcomes[place] = Taken(
            promotions=[promotion],
            cash_fen=promotion.amount_fen if promotion.is_cash else 0,
            given_up_fen=0 if promotion.is_cash else promotion.amount_fen,
        )
        _note(work, wants[place], promotion)
    await tell_used(work, [(wants[place], offer) for place, offer in won.items()])
    return [place for place in picked if place not in won]


def _promotion(use_id: UseId, want: Want, offer: Offer) -> Promotion:
    voucher, amount_fen = offer.voucher, offer.amount_fen
    is_own = not voucher.is_cash or int(voucher.merchant_id) == want.merchant_id
    is_platform = voucher.is_cash and not voucher.merchant_id
    return Promotion(
        use_id=use_id,
        voucher_id=voucher.voucher_id,
        stock_id=voucher.stock_id,
        merchant_id=voucher.merchant_id,
        name=voucher.name,
        is_single=bool(offer.goods),
        is_cash=voucher.is_cash,
        amount_fen=amount_fen,
        platform_fen=amount_fen if is_platform else 0,
        merchant_fen=amount_fen if is_own and not is_platform else 0,
        other_fen=0 if is_own or is_platform else amount_fen,
        goods=offer.goods,
    )


def _use_row(want: Want, one: Promotion) -> tuple[object, ...]:
    return (
        int(one.merchant_id),
        int(one.use_id),
        int(one.stock_id),
        int(one.voucher_id),
        want.person_id,
        want.merchant_id,
        want.charge_id,
        want.transaction_no,
        want.total_fen,
        one.is_cash,
        one.amount_fen,
        want.at,
    )


def _note(work: Work, want: Want, one: Promotion) -> None:
    note_count(
        work,
        one.merchant_id,
        one.stock_id,
        TransferCode.USED,
        cause=want.charge_id,
        index=want.index,
    )
    if one.is_cash:
        note_money(
            work,
            fund_of(one.stock_id),
            unsettled_of(currency(want.currency), want.merchant_id),
            one.amount_fen,
            TransferCode.PAID,
            cause=want.charge_id,
            index=want.index,
        )
    work.record(
        VoucherUsed(
            merchant_id=want.merchant_id,
            person_id=want.person_id,
            subject_id=int(one.voucher_id),
            stock_id=one.stock_id,
            charge_id=want.charge_id,
            amount_fen=one.amount_fen,
            is_cash=one.is_cash,
        ),
        index=want.index,
    )


async def list_offers(work: Work, wants: Sequence[Want]) -> list[list[Offer]]:
    """Return what each voucher of the payer would take off each payment, the best first."""
    ours = [want for want in wants if want.person_id and want.currency == CURRENCY]
    if not ours:
        return [[] for _ in wants]
    people = {want.person_id for want in ours}
    held = await store.list_held(work.db, people, min(want.at for want in ours))
    bonds = await _find_bonds(work, ours, held)
    return [
        decide_offers(
            want,
            [
                one
                for one in held
                if one.person_id == want.person_id and _is_borne(want, one, bonds)
            ],
        )
        if want.currency == CURRENCY
        else []
        for want in wants
    ]
