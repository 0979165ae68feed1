"""Money as one would keep it with pencil and paper, beside a world that moves the same money.

Whatever the paper says is reckoned by itself, from the rules that people are told: it calls none of
the rooms' own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from banyan.app.invariants import list_invariants
from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, Account, AccountSums, read_accounts
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import FaultKind
from banyan.outside.bank import Teller
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import (
    Ask,
    ChargeState,
    CombinedAsk,
    PayCharge,
    Way,
    close_charge,
    create_charges,
    pay_charges,
    read_charge,
    refund_charge,
    reverse_charge,
)
from banyan.pay.payees import BindPayee, OpenPayee, bind_payee, open_payee
from banyan.pay.payouts import (
    ListMyPayouts,
    PayoutState,
    SetBankAccount,
    WithdrawWallet,
    list_my_payouts,
    list_payouts,
    set_bank_account,
    withdraw_purse,
    withdraw_wallet,
)
from banyan.pay.settle import CHINA, start_of_day
from banyan.pay.vouchers import send_vouchers
from banyan.pay.wallets import (
    fees_of,
    purse_of,
    shared_of,
    test_bank_of,
    unsettled_of,
    wallet_of,
)
from banyan.views.bills import read_fund_bill
from banyan.views.bills.days_store import count_moves
from banyan.views.reconcile import (
    ReadTrialBalance,
    read_reconciliation,
    read_trial_balance,
)
from banyan.views.statements import ReadWalletBill, read_wallet_bill
from tests.kit.payouts import (
    CARD,
    UNKNOWN_CARD,
    Deadly,
    Killed,
    add_fault,
    end_leases,
    give_card,
    open_teller,
    play_bank,
)
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.vouchers import add_stock, sending, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banyan.app.build import Building
    from banyan.pay.charges import Charge
    from banyan.pay.payouts import Payout
    from banyan.pay.vouchers import Stock as VoucherStock
    from tests.kit.world import World

RATE = Decimal(60)
_payable = timedelta(hours=2)
_at_banks = {"lin": CARD, "wu": UNKNOWN_CARD}
_rooms = "ledger charges payouts settle vouchers split wallets remit redpackets"
_PROMISES = tuple(f"{one}." for one in _rooms.split())
_sum_of_money = """
select sum(credits_posted - debits_posted)::bigint, sum(credits_pending - debits_pending)::bigint
from ledger.accounts where book = 156
"""


@dataclass
class Stock:
    """Vouchers of one kind on paper, given out and funded by the first merchant."""

    stock: VoucherStock
    is_cash: bool
    off: int
    least: int
    ends_at: datetime
    is_over: bool = False

    @property
    def fund(self) -> str:
        """Where their money lies."""
        return f"fund {int(self.stock.stock_id):d}"


@dataclass
class Ticket:
    """One voucher on paper."""

    voucher_id: int
    kind: Stock
    holder: str
    is_held: bool = True


@dataclass
class Owed:
    """A charge on paper."""

    number: str
    merchant: str
    total: int
    token: str
    is_shared: bool
    payable_until: datetime
    state: ChargeState = ChargeState.UNPAID
    payer: str = ""
    fee: int = 0
    pool: int = 0
    off: int = 0
    """What a voucher took off."""
    ticket: Ticket | None = None
    back: int = 0
    payer_back: int = 0
    fee_back: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    """What others got of it, less what came back."""
    is_over: bool = False
    """Whether nothing more of it is shared."""


class Parts(NamedTuple):
    """What a refund is made of."""

    payer: int
    fund: int
    """What goes back to whoever funded a voucher."""
    fee: int
    pool: int


@dataclass
class Sheet:
    """What everybody holds, on paper: what is theirs, and how much of it is set aside."""

    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    aside: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def move(self, source: str, target: str, fen: int) -> None:
        """Money goes from one to another."""
        self.held[source] -= fen
        self.held[target] += fen

    def free(self, name: str) -> int:
        """What is held and not set aside."""
        return self.held[name] - self.aside[name]


class Market:
    """Two merchants, four people and a bank that may misbehave, in a world and on paper."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sheet = Sheet()
        self.merchants: dict[str, int] = {}
        self.mchids: dict[str, str] = {}
        self.owners = {"tea": "mei", "rice": "chen"}
        self.people = ("lin", "wu", "mei", "chen")
        self.charges: list[Owed] = []
        self.payouts: dict[int, tuple[str, int]] = {}
        self.stocks: list[Stock] = []
        self.tickets: list[Ticket] = []
        self.faults = Faults()
        self.first_day = world.now.astimezone(CHINA).date()

    async def open(self) -> None:
        """Everybody comes, with money or without."""
        world = self.world
        await open_bank(world)
        merchant_id = MerchantId(0)
        for name, card in (("tea", CARD), ("rice", UNKNOWN_CARD)):
            owner = self.owners[name]
            merchant_id = await world.merchant(name, owner=owner)
            self.merchants[name] = int(merchant_id)
            run, actor = world.office.run, world.as_person(owner)
            payee = await run(open_payee, OpenPayee(merchant_id=merchant_id), actor)
            self.mchids[name] = payee.mchid
            account = SetBankAccount(merchant_id=merchant_id, name=name, number=card)
            await run(set_bank_account, account, actor)
        # Both are asked for together by the first, as the other's provider.
        binding = BindPayee(merchant_id=merchant_id, provider_mchid=self.mchids["tea"])
        await world.office.run(bind_payee, binding, SYSTEM)
        for name, fen in (("lin", 500_000), ("wu", 3_000)):
            await world.person(name)
            await fill_wallet(world, name, fen)
            self.sheet.move("bank", f"wallet {name}", fen)
        for name, card in _at_banks.items():
            await give_card(world, world.as_person(name), card)
        # Both have something to give from the first day on.
        for name in self.merchants:
            await self.ask(name, 60_000, is_shared=False)
            await self.pay(self.charges[-1], "lin")
        # By noon some hours may pass before it is another day.
        await self.next_days(1)

    # ---- charges

    async def ask(self, name: str, total: int, *, is_shared: bool) -> None:
        """A merchant asks for money."""
        number = f"N{len(self.charges):05d}"
        one = Ask(payee_id=self._id(name), out_no=number, total_fen=total, is_shared=is_shared)
        asked = await self._run(name, create_charges, way=Way.NATIVE, asks=[one])
        self.charges.append(Owed(number, name, total, asked.token, is_shared, self._soon()))

    async def ask_both(self, totals: tuple[int, int]) -> None:
        """Both merchants ask at once: it is paid whole or not at all. The first is the provider."""
        numbers = [f"N{len(self.charges) + index:05d}" for index in range(2)]
        asks = [
            Ask(payee_id=self._id(name), is_provided=False, out_no=number, total_fen=total)
            for name, number, total in zip(("tea", "rice"), numbers, totals, strict=True)
        ]
        combined = CombinedAsk(out_no=f"C{numbers[0]}")
        asked = await self._run("tea", create_charges, way=Way.NATIVE, asks=asks, combined=combined)
        self.charges += [
            Owed(number, name, total, asked.token, False, self._soon())  # noqa: FBT003 - none is shared
            for name, number, total in zip(("tea", "rice"), numbers, totals, strict=True)
        ]

    async def pay(self, charge: Owed, payer: str) -> None:
        """Somebody pays, by a voucher if one fits; or is refused: it is over, or they are short."""
        together = [one for one in self.charges if one.token == charge.token]
        total = sum(one.total for one in together)
        is_open = all(one.state is ChargeState.UNPAID for one in together)
        is_open = is_open and self.world.now <= charge.payable_until
        ticket = self._find_ticket(charge, payer) if len(together) == 1 else None
        off = min(ticket.kind.off, total) if ticket else 0
        is_rich = self.sheet.free(f"wallet {payer}") >= total - off
        command = PayCharge(token=charge.token, voucher_id=Id(ticket.voucher_id if ticket else 0))
        actor = self.world.as_person(payer)
        paid = await may(self.world.office.run(pay_charges, command, actor))
        assert paid == (is_open and is_rich), (paid, is_open, is_rich)
        for one in together if paid else ():
            one.state, one.payer, one.off, one.ticket = ChargeState.PAID, payer, off, ticket
            settled = one.total - (off if ticket and not ticket.kind.is_cash else 0)
            one.fee = _half_up(settled * RATE)
            one.pool = settled - one.fee if one.is_shared else 0
            self.sheet.move(f"wallet {payer}", f"unsettled {one.merchant}", one.total - off)
            if ticket:
                ticket.is_held = False
                if ticket.kind.is_cash:
                    self.sheet.move(ticket.kind.fund, f"unsettled {one.merchant}", off)
            self.sheet.move(f"unsettled {one.merchant}", "fees", one.fee)
            self.sheet.move(f"unsettled {one.merchant}", f"shared {one.merchant}", one.pool)

    def _find_ticket(self, charge: Owed, payer: str) -> Ticket | None:
        fitting = (
            one
            for one in self.tickets
            if one.is_held
            and one.holder == payer
            and charge.merchant == "tea"
            and charge.total >= one.kind.least
            and self.world.now < one.kind.ends_at
        )
        return next(fitting, None)

    async def close(self, charge: Owed) -> None:
        """The merchant closes what nobody has paid."""
        done = await may(self._run(charge.merchant, close_charge, out_no=charge.number))
        is_alone = sum(one.token == charge.token for one in self.charges) == 1
        fits = is_alone and not charge.payer
        assert done == fits, (done, charge)
        if done and charge.state is ChargeState.UNPAID:
            charge.state = ChargeState.CLOSED

    async def reverse(self, charge: Owed) -> None:
        """The till takes it back, whether it was paid or not."""
        left = charge.total - charge.back
        is_paid = charge.state is ChargeState.PAID
        fits = not is_paid or not left or self._source(charge, left) is not None
        fits = fits and self.world.now <= charge.payable_until - _payable + timedelta(days=7)
        done = await may(self._run(charge.merchant, reverse_charge, out_no=charge.number))
        assert done == fits, (done, fits, charge)
        if done and is_paid and left:
            self._give(charge, left)
        if done and charge.state is not ChargeState.CLOSED:
            charge.state = ChargeState.REVOKED

    async def refund(self, charge: Owed, fen: int, number: str) -> None:
        """The merchant gives something back; under the same number it is the same once."""
        known = charge.refunds.get(number)
        if known is not None:
            fits = known == fen
        else:
            fits = (
                charge.state in {ChargeState.PAID, ChargeState.REVOKED}
                and bool(charge.payer)
                and fen <= charge.total - charge.back
                and self._source(charge, fen) is not None
            )
        done = await may(
            self._run(
                charge.merchant,
                refund_charge,
                out_no=charge.number,
                out_refund_no=f"{charge.number}-{number}",
                refund_fen=fen,
            )
        )
        assert done == fits, (done, fits, charge, fen)
        if done and known is None:
            charge.refunds[number] = fen
            self._give(charge, fen)

    def _parts(self, charge: Owed, fen: int) -> Parts:
        so_far = charge.back + fen
        payer = (charge.total - charge.off) * so_far // charge.total - charge.payer_back
        fee_so_far = Decimal(charge.fee) * so_far / charge.total
        fee = int(fee_so_far.quantize(Decimal(1), ROUND_HALF_UP)) - charge.fee_back
        is_cash = charge.ticket is not None and charge.ticket.kind.is_cash
        fund = fen - payer if is_cash else 0
        return Parts(payer, fund, fee, max(0, min(charge.pool, payer + fund - fee)))

    def _source(self, charge: Owed, fen: int) -> str | None:
        """What a refund is taken from; None if neither has enough."""
        parts = self._parts(charge, fen)
        need = parts.payer + parts.fund - parts.fee - parts.pool
        unsettled, purse = (f"{kind} {charge.merchant}" for kind in ("unsettled", "purse"))
        if self.sheet.free(unsettled) >= need:
            return unsettled
        # What the merchant's own purse had funded goes nowhere once its stock is over.
        is_over = charge.ticket is not None and charge.ticket.kind.is_over
        return purse if self.sheet.free(purse) >= need - (parts.fund if is_over else 0) else None

    def _give(self, charge: Owed, fen: int) -> None:
        source = self._source(charge, fen)
        assert source is not None
        parts = self._parts(charge, fen)
        self.sheet.move("fees", source, parts.fee)
        self.sheet.move(f"shared {charge.merchant}", source, parts.pool)
        self.sheet.move(source, f"wallet {charge.payer}", parts.payer)
        charge.back += fen
        charge.payer_back += parts.payer
        charge.fee_back += parts.fee
        charge.pool -= parts.pool
        if charge.ticket is not None:
            kind = charge.ticket.kind
            self.sheet.move(source, "purse tea" if kind.is_over else kind.fund, parts.fund)
            charge.ticket.is_held = charge.back == charge.total and not kind.is_over

    # ---- vouchers

    async def print_vouchers(self, off: int, more: int, *, is_cash: bool) -> None:
        """The first merchant makes some vouchers, and sets their money aside if it has so much."""
        ends_at = self.world.now + timedelta(days=3)
        least = off + more
        stock = await add_stock(
            self.world,
            is_started=False,
            is_cash=is_cash,
            amount_fen=off,
            minimum_fen=least,
            max_count=5,
            max_by_person=5,
            ends_at=ends_at,
        )
        fits = not is_cash or self.sheet.free("purse tea") >= 5 * off
        assert await may(start(self.world, stock)) == fits
        if fits:
            kind = Stock(stock, is_cash, off, least, ends_at)
            self.stocks.append(kind)
            self.sheet.move("purse tea", kind.fund, 5 * off if is_cash else 0)

    async def send_voucher(self, kind: Stock, name: str) -> None:
        """Somebody gets a voucher, as long as there are any."""
        count = sum(one.kind is kind for one in self.tickets)
        command = sending(self.world, kind.stock, self._person(name), f"V{len(self.tickets):05d}")
        fits = count < 5 and self.world.now < kind.ends_at
        actor = self.world.as_person("mei")
        sent = await may(self.world.office.run(send_vouchers, command, actor))
        assert sent == fits, (sent, count)
        if sent:
            voucher = await self.world.office.run(send_vouchers, command, actor)
            self.tickets.append(Ticket(int(voucher.voucher_id), kind, name))

    def _end_what_is_over(self) -> None:
        for one in self.stocks:
            if not one.is_over and one.ends_at <= self.world.now:
                one.is_over = True
                self.sheet.move(one.fund, "purse tea", self.sheet.held[one.fund])

    # ---- time and banks

    async def next_days(self, days: int) -> None:
        """Days pass, up to noon in China: what was paid before is settled."""
        noon = start_of_day(self.world.now) + timedelta(days=days, hours=12)
        # The clock runs on while they play: what ends after an odd number of days must not end in
        # the very moment at which another day is looked at.
        noon += timedelta(seconds=noon.toordinal() % 2 * 30)
        await self.world.advance(noon - self.world.now)
        async with self.world.office.begin() as work:
            await count_moves(work.db, work.ids.next(), 1_000)
        self._end_what_is_over()
        for name in self.merchants:
            self.sheet.move(
                f"unsettled {name}", f"purse {name}", self.sheet.held[f"unsettled {name}"]
            )

    async def some_minutes(self, minutes: int) -> None:
        """A little time passes; it is still the same day."""
        await self.world.advance(timedelta(minutes=minutes))
        self._end_what_is_over()

    async def withdraw(self, name: str, fen: int) -> None:
        """A merchant sends money to its bank, if it has it."""
        purse = f"purse {name}"
        fits = self.sheet.free(purse) >= fen
        done = await may(self._run(name, withdraw_purse, amount_fen=fen))
        assert done == fits
        if done:
            self.sheet.aside[purse] += fen

    async def withdraw_own(self, name: str, fen: int) -> None:
        """A person sends money to their bank, if they have it."""
        wallet = f"wallet {name}"
        fits = self.sheet.free(wallet) >= fen
        actor = self.world.as_person(name)
        command = WithdrawWallet(amount_fen=fen)
        assert await may(self.world.office.run(withdraw_wallet, command, actor)) == fits
        if fits:
            self.sheet.aside[wallet] += fen

    async def ask_bank(self, kind: FaultKind | None) -> None:
        """The bank is asked once more; it may misbehave once."""
        if kind is not None:
            add_fault(self.faults, kind)
        await end_leases(self.world)
        await open_teller(self.world, self.faults).run_waiting()
        await self._note_payouts()

    async def die(self, *, after: bool) -> None:
        """We are killed while we ask the bank: before it hears of it, or after it has paid."""
        await end_leases(self.world)
        deadly = Teller(self.world.office, Deadly(play_bank(self.world), after=after))
        try:
            await deadly.run_waiting()
        except BaseExceptionGroup as group:
            assert group.split(Killed)[1] is None  # noqa: PT017 - whatever else failed is a bug
        await self._note_payouts()

    async def _note_payouts(self) -> None:
        for name in self.merchants:
            page = await self._run(name, list_payouts, limit=100)
            self._note_ended(f"purse {name}", page.items)
        for name in _at_banks:
            actor = self.world.as_person(name)
            mine = await self.world.office.run(list_my_payouts, ListMyPayouts(limit=100), actor)
            self._note_ended(f"wallet {name}", mine.items)

    def _note_ended(self, holder: str, payouts: Sequence[Payout]) -> None:
        for one in payouts:
            if one.state is PayoutState.ACCEPTED or one.payout_id in self.payouts:
                continue
            self.payouts[one.payout_id] = (holder, one.amount_fen)
            self.sheet.aside[holder] -= one.amount_fen
            is_known = holder in {"purse tea", "wallet lin"}
            assert one.state is (PayoutState.PAID if is_known else PayoutState.FAILED)
            if one.state is PayoutState.PAID:
                self.sheet.move(holder, "bank", one.amount_fen)

    # ---- proof

    async def check(self) -> None:
        """Paper and ledger agree, no fen was made or lost, and no promise of money is broken."""
        accounts = self._accounts()
        ids = {name: one.account_id for name, one in accounts.items()}
        async with self.world.building.pool.acquire() as db:
            assert tuple(await db.fetchrow(_sum_of_money) or ()) == (0, 0)
            sums = await read_accounts(db, list(ids.values()))
            for promise in _promises(self.world.building):
                broken = await db.fetch(promise.sql)
                assert not broken, f"{promise.name}: {promise.why} {broken[:3]}"
        for name, account_id in ids.items():
            found: AccountSums = sums.get(account_id, EMPTY)
            told = (found.balance, found.debits_pending if name != "bank" else 0)
            assert told == (self.sheet.held[name], self.sheet.aside[name]), name

    async def check_charges(self) -> None:
        """Each charge says what the paper says."""
        for one in self.charges:
            found = await self._read(one)
            told = (found.state, found.fee_fen, found.refunded_fen, found.fee_refunded_fen)
            assert told == (one.state, one.fee, one.back, one.fee_back), one
            assert found.unsplit_fen == one.pool
            assert found.payer_fen == (one.total - one.off if one.payer else 0)
            assert found.payer_refunded_fen == one.payer_back
            assert found.voucher_fen + found.discount_fen == one.off

    async def finish(self) -> None:
        """The bank behaves again and days pass; then every book tells the same story."""
        self.faults.clear()
        await self.ask_bank(None)
        await self.next_days(1)
        await self.check()
        await self.check_charges()
        await self._check_days()
        await self._check_bills()
        trial = await self.world.office.run(read_trial_balance, ReadTrialBalance(), SYSTEM)
        assert trial.is_even
        assert not trial.strays

    async def _check_days(self) -> None:
        today = self.world.now.astimezone(CHINA).date()
        for name in self.merchants:
            held = sum(
                self.sheet.held[f"{kind} {name}"] for kind in ("purse", "unsettled", "shared")
            )
            day, balance = self.first_day, 0
            while day <= today:
                found = await self._run(name, read_reconciliation, on=day)
                assert found.is_even, found
                assert found.opening_fen == balance
                balance = found.closing_fen
                day += timedelta(days=1)
            bill = await self._run(name, read_fund_bill, since=self.first_day, until=today)
            assert bill.closing_fen == balance == held
            for before, after in zip([None, *bill.flows], bill.flows, strict=False):
                assert after.balance_fen == (before.balance_fen if before else 0) + after.amount_fen

    async def _check_bills(self) -> None:
        today = self.world.now.astimezone(CHINA).date()
        for name in self.people:
            query = ReadWalletBill(since=self.first_day, until=today)
            bill = await self.world.office.run(read_wallet_bill, query, self.world.as_person(name))
            assert (bill.opening_fen, bill.closing_fen) == (0, self.sheet.held[f"wallet {name}"])

    # ---- help

    def _accounts(self) -> dict[str, Account]:
        return {
            **{f"wallet {one}": wallet_of(CNY, self._person(one)) for one in self.people},
            **{f"purse {one}": purse_of(CNY, self._id(one)) for one in self.merchants},
            **{f"unsettled {one}": unsettled_of(CNY, self._id(one)) for one in self.merchants},
            **{f"shared {one}": shared_of(CNY, self._id(one)) for one in self.merchants},
            **{one.fund: fund_account(one) for one in self.stocks},
            "fees": fees_of(CNY),
            "bank": test_bank_of(CNY),
        }

    def _soon(self) -> datetime:
        return self.world.now + _payable

    async def _read(self, charge: Owed) -> Charge:
        found: Charge = await self._run(charge.merchant, read_charge, out_no=charge.number)
        return found

    async def _run(self, name: str, operation: Any, /, **fields: Any) -> Any:  # noqa: ANN401 - any operation
        command = operation.command_type(merchant_id=self._id(name), **fields)
        return await self.world.office.run(
            operation, command, self.world.as_person(self.owners[name])
        )

    def _id(self, name: str) -> Any:  # noqa: ANN401 - of whatever kind the command wants
        return self.merchants[name]

    def _person(self, name: str) -> int:
        return self.world.as_person(name).person_id


def fund_account(kind: Stock) -> Account:
    """The ledger's account of a stock's money."""
    return Account(CNY.number, int(kind.stock.stock_id), 711)


def _promises(building: Building) -> list[Any]:

    return [one for one in list_invariants(building.rooms) if one.name.startswith(_PROMISES)]


async def may(going: Any) -> bool:  # noqa: ANN401 - any operation under way
    """Whether something is allowed, which is done then."""
    try:
        await going
    except Refusal:
        return False
    return True


def _half_up(amount: Decimal) -> int:
    return int((amount / 10_000).quantize(Decimal(1), ROUND_HALF_UP))
