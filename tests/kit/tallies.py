"""Books of a gateway and statements of its provider, made up, and spoiled in known ways."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from banyan.pay.gateways import GatewayId, StatementKind, StatementLine
from banyan.pay.settle import CHINA
from banyan.pay.tallies import (
    SLACK,
    Disagreement,
    GiveStatement,
    SetAgreedFee,
    give_statement,
    set_agreed_fee,
)

if TYPE_CHECKING:
    from tests.kit.world import World

RATE_BP = 60
DAYS = 5
"""Days of which there are statements; things happen on all but the first and the last two."""
_likely = 0.6
_unpaid = ("asking", "open", "closed", "refused")
_gateway = """
insert into gateways.gateways (
    merchant_id, gateway_id, kind, account, appid, keys_sealed, token, is_current, is_on, state,
    changed_at
)
values ($1, $2, 'alipay', $3, '', '', $3, false, false, 'working', now())
"""
_attempt = """
insert into gateways.attempts (
    merchant_id, attempt_id, gateway_id, kind, way, subject, subject_id, person_id, taken_by,
    out_no, currency, amount_fen, description, openid, payer_ip, return_path, state, provider_no,
    asked_at, expires_at, paid_at
)
values ($1, $2, $3, 'alipay', 'code', 'order', $2, 0, 0, $4, 'CNY', $5, '', '', '', '', $6, $7, $8,
    $8, $9)
"""
_refund = """
insert into gateways.refunds (
    merchant_id, refund_id, attempt_id, gateway_id, kind, source_id, out_no, out_refund_no,
    currency, amount_fen, reason, state, asked_at, done_at
)
values ($1, $2, $3, $4, 'alipay', 1, $5, $6, 'CNY', $7, '', $8, $9, $10)
"""
_forget = "delete from gateways.refunds", "delete from gateways.attempts"


class Seen(NamedTuple):
    """A difference by what it is about."""

    day: date
    problem: Disagreement
    out_no: str
    out_refund_no: str


@dataclass
class Payment:
    """An attempt here."""

    number: int
    out_no: str
    fen: int
    at: datetime
    state: str = "paid"
    is_here: bool = True

    @property
    def provider_no(self) -> str:
        """The provider's number."""
        return f"9{self.number:d}"


@dataclass
class Back:
    """A refund here."""

    number: int
    payment: Payment
    out_refund_no: str
    fen: int
    asked_at: datetime
    done_at: datetime
    state: str = "done"
    is_here: bool = True


@dataclass
class Told:
    """A line there, in the statement of some day."""

    day: date
    line: StatementLine


@dataclass
class Books:
    """Both sides, which agree until they are spoiled; and what differs since."""

    chance: random.Random
    first: date
    payments: list[Payment] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    expected: set[Seen] = field(default_factory=set)

    def at(self, day: int, moment: time | None = None) -> datetime:
        """An instant of the so manieth day."""
        seconds = self.chance.randrange(600, 86_400 - 600)
        start = datetime.combine(self.first + timedelta(days=day), time(), CHINA)
        if moment is not None:
            return datetime.combine(start.date(), moment, CHINA)
        return start + timedelta(seconds=seconds)

    @property
    def last(self) -> date:
        """The last day of which there is a statement."""
        return self.first + timedelta(days=DAYS - 1)


def make_books(seed: int, first: date) -> Books:
    """Books and statements that agree: also where a day ends, and where money takes days back."""
    books = Books(random.Random(seed), first)
    chance = books.chance
    for number in range(1, 31):
        day = chance.randrange(1, DAYS - 2)
        at = books.at(day, chance.choice([None] * 5 + [time(23, 57), time(0, 3)]))
        one = Payment(number, f"T{seed:05d}{number:04d}", chance.randrange(20, 99_999), at)
        books.payments.append(one)
        # Their clock and ours tell a little apart.
        told_at = at + timedelta(seconds=chance.choice([0, 0, chance.randrange(-240, 240)]))
        books.told.append(Told(told_at.date(), tell_payment(one, told_at)))
        if chance.random() < _likely:
            _give_back(books, one)
    for number in range(31, 36):
        # Never paid, on either side.
        state = chance.choice(_unpaid)
        out_no = f"T{seed:05d}{number:04d}"
        books.payments.append(Payment(number, out_no, 100, books.at(1), state))
    return books


def _give_back(books: Books, payment: Payment) -> None:
    chance = books.chance
    asked = payment.at + timedelta(minutes=1)
    done = asked + timedelta(hours=chance.choice([0, 0, 0, 20]))
    number = f"{payment.out_no}R"
    one = Back(len(books.backs) + 1, payment, number, payment.fen // 2, asked, done)
    books.backs.append(one)
    line = tell_back(one, chance.choice([asked, done]))
    fate = chance.choice(["done", "done", "done", "under way", "done since"])
    if fate == "under way":
        one.state = chance.choice(["asked", "under_way", "needs_money", "stuck"])
        line = structs.replace(line, is_done=False)
    elif fate == "done since" and line.at.date() < done.date():
        line = structs.replace(line, is_done=False)
    books.told.append(Told(line.at.date(), line))


def tell_payment(one: Payment, at: datetime) -> StatementLine:
    """What a provider says of a payment."""
    return StatementLine(
        kind=StatementKind.PAYMENT,
        out_no=one.out_no,
        provider_no=one.provider_no,
        amount_fen=one.fen,
        fee_fen=fee_of(one.fen),
        at=at,
    )


def tell_back(one: Back, at: datetime) -> StatementLine:
    """What a provider says of a refund."""
    return StatementLine(
        kind=StatementKind.REFUND,
        out_no=one.payment.out_no,
        out_refund_no=one.out_refund_no,
        provider_no=one.payment.provider_no,
        amount_fen=one.fen,
        fee_fen=-1,
        at=at,
    )


def fee_of(fen: int) -> int:
    """The agreed fee, half a fen rounded up."""
    return (fen * RATE_BP + 5_000) // 10_000


def spoil(books: Books) -> None:
    """Spoil many things, each in one way, and note what must be found."""
    told = {(one.line.out_no, one.line.out_refund_no): one for one in books.told}
    spoilt = set()
    for payment in books.payments[:30]:
        if books.chance.random() < _likely:
            spoilt.add(payment.out_no)
            _spoil_payment(books, payment, told[payment.out_no, ""])
    for back in books.backs:
        if back.payment.out_no not in spoilt and books.chance.random() < _likely:
            _spoil_back(books, back, told[back.payment.out_no, back.out_refund_no])


def _spoil_payment(books: Books, one: Payment, told: Told) -> None:  # noqa: C901, PLR0912 - a way each
    chance, line = books.chance, told.line
    problem = chance.choice(
        [found for found in Disagreement if not found.value.startswith("refund_")] + ["disputed"]
    )
    day = told.day
    match problem:
        case Disagreement.MISSING_HERE:
            one.is_here = False
        case Disagreement.UNPAID_HERE:
            one.state = chance.choice([*_unpaid, "disputed"])
        case Disagreement.MISSING_THERE:
            books.told.remove(told)
            day = one.at.date()
        case Disagreement.AMOUNT_DIFFERS:
            if chance.random() < _likely:
                fen = one.fen + chance.choice([-1, 1, 100])
                told.line = structs.replace(line, amount_fen=fen, fee_fen=fee_of(fen))
            else:
                told.line = structs.replace(line, currency="USD")
        case "disputed":
            one.state = "disputed"
            fen = one.fen - 1
            told.line = structs.replace(line, amount_fen=fen, fee_fen=fee_of(fen))
            problem = Disagreement.AMOUNT_DIFFERS
        case Disagreement.TWICE_THERE:
            day = chance.choice([told.day, books.last])
            books.told.append(Told(day, _on(line, day)))
        case Disagreement.NUMBER_DIFFERS:
            told.line = structs.replace(line, provider_no="8")
        case Disagreement.DAY_DIFFERS:
            day = _move(books, told, one.at, one.at)
        case Disagreement.FEE_DIFFERS:
            told.line = structs.replace(line, fee_fen=line.fee_fen + chance.choice([-1, 1]))
        case Disagreement.STRAY:
            one.state = "stray"
            day = one.at.date()
        case _:
            raise AssertionError(problem)
    books.expected.add(Seen(day, Disagreement(problem), one.out_no, ""))


def _spoil_back(books: Books, one: Back, told: Told) -> None:
    chance, line = books.chance, told.line
    is_done = one.state == "done"
    ways = [Disagreement.REFUND_MISSING_HERE, Disagreement.REFUND_UNDONE_HERE]
    ways += [Disagreement.REFUND_AMOUNT_DIFFERS, Disagreement.REFUND_TWICE_THERE]
    if is_done:
        ways += [Disagreement.REFUND_MISSING_THERE, Disagreement.REFUND_UNDONE_THERE]
    if is_done and line.is_done:
        ways += [Disagreement.REFUND_DAY_DIFFERS]
    problem = chance.choice(ways)
    day = told.day
    match problem:
        case Disagreement.REFUND_MISSING_HERE:
            one.is_here = False
        case Disagreement.REFUND_UNDONE_HERE:
            states = ["asked", "under_way", "needs_money", "stuck"] if line.is_done else []
            one.state = chance.choice([*states, "refused", "by_hand"])
        case Disagreement.REFUND_AMOUNT_DIFFERS:
            told.line = structs.replace(line, amount_fen=line.amount_fen + 1)
        case Disagreement.REFUND_TWICE_THERE:
            day = chance.choice([told.day, books.last])
            books.told.append(Told(day, _on(line, day)))
        case Disagreement.REFUND_MISSING_THERE:
            books.told.remove(told)
            day = one.done_at.date()
        case Disagreement.REFUND_UNDONE_THERE:
            day = told.day = one.done_at.date()
            told.line = structs.replace(line, at=one.done_at, is_done=False)
        case Disagreement.REFUND_DAY_DIFFERS:
            day = _move(books, told, one.asked_at, one.done_at)
        case _:
            raise AssertionError(problem)
    books.expected.add(Seen(day, problem, one.payment.out_no, one.out_refund_no))


def _move(books: Books, told: Told, since: datetime, until: datetime) -> date:
    """Let a line stand in the statement of a day on which it cannot have happened."""
    days = [books.first + timedelta(days=place) for place in range(DAYS)]
    near = ((since - SLACK).date(), (until + SLACK).date())
    told.day = books.chance.choice([day for day in days if not near[0] <= day <= near[1]])
    told.line = _on(told.line, told.day)
    return told.day


def _on(line: StatementLine, day: date) -> StatementLine:
    return structs.replace(line, at=datetime.combine(day, line.at.timetz()))


async def keep_books(world: World, books: Books) -> GatewayId:
    """Write our side down as it is: nobody is asked whether it may be so."""
    gateway_id = GatewayId(books.chance.randrange(10**6, 10**12) * 1_000)
    merchant_id = int(world.merchant_id)
    async with world.building.pool.acquire() as db:
        await db.execute(_gateway, merchant_id, gateway_id, f"{gateway_id:d}")
        for one in books.payments:
            if one.is_here:
                paid_at = one.at if one.state in {"paid", "stray"} else None
                number = one.provider_no if paid_at else ""
                values = (one.out_no, one.fen, one.state, number, one.at, paid_at)
                await db.execute(
                    _attempt, merchant_id, gateway_id + one.number, gateway_id, *values
                )
        for back in books.backs:
            if back.is_here:
                done_at = back.done_at if back.state in {"done", "by_hand"} else None
                await db.execute(
                    _refund,
                    merchant_id,
                    gateway_id + back.number,
                    gateway_id + back.payment.number,
                    gateway_id,
                    back.payment.out_no,
                    back.out_refund_no,
                    back.fen,
                    back.state,
                    back.asked_at,
                    done_at,
                )
    return gateway_id


async def give_statements(world: World, books: Books, gateway_id: GatewayId) -> None:
    """Give all statements, and tell the agreed fee."""
    fee = SetAgreedFee(merchant_id=world.merchant_id, gateway_id=gateway_id, rate_bp=RATE_BP)
    await world.office.run(set_agreed_fee, fee, world.owner)
    for place in range(DAYS):
        day = books.first + timedelta(days=place)
        command = GiveStatement(
            merchant_id=world.merchant_id,
            gateway_id=gateway_id,
            day=day,
            lines=[one.line for one in books.told if one.day == day],
        )
        await world.office.run(give_statement, command, world.owner)


async def forget_books(world: World) -> None:
    """Wipe our side out: no money stands behind it."""
    async with world.building.pool.acquire() as db:
        for statement in _forget:
            await db.execute(statement)
