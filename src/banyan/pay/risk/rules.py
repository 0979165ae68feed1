"""What rules notice and what is decided: no I/O, clock or chance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import made_at
from banyan.pay.risk.types import Absent, Action, Attempt, Hit, Kind, Measure, Rule

LATE = timedelta(hours=1)
"""What happened longer ago is history that is brought in, and nobody's attempt any more."""
_zone = timezone(timedelta(hours=8))
"""In which a day of payments ends: China's, whatever the season."""
_minute = timedelta(minutes=1)
_of_money = frozenset({Measure.AMOUNT, Measure.HOUR_FEN, Measure.DAY_FEN})
_of_people = frozenset(Kind) - {Kind.REMITTANCE}
_strictness = (Action.ALLOW, Action.WATCH, Action.STEP_UP, Action.REFUSE)

DEFAULT_RULES = (
    Rule(
        code="code_dear",
        title="付款码单笔大额 / A dear payment by code",
        kinds=(Kind.CODE,),
        measure=Measure.AMOUNT,
        threshold=100_000,
        action=Action.STEP_UP,
    ),
    Rule(
        code="code_often",
        title="付款码免密次数 / Many payments by code without a password",
        kinds=(Kind.CODE,),
        measure=Measure.UNPROVED_COUNT,
        threshold=10,
        action=Action.STEP_UP,
    ),
    Rule(
        code="dear",
        title="单笔大额 / A dear payment",
        measure=Measure.AMOUNT,
        threshold=500_000,
        action=Action.STEP_UP,
        absent=Absent.REFUSE,
    ),
    Rule(
        code="new_device",
        title="新设备大额 / Much from a new device",
        measure=Measure.DEVICE_MINUTES,
        threshold=1_440,
        from_fen=300_000,
        action=Action.STEP_UP,
    ),
    Rule(
        code="switching",
        title="频繁更换设备 / Other devices again and again",
        measure=Measure.SWITCH_COUNT,
        threshold=5,
        action=Action.STEP_UP,
    ),
    Rule(
        code="hour_often",
        title="一小时内次数过多 / Many payments in an hour",
        measure=Measure.HOUR_COUNT,
        threshold=500,
        action=Action.STEP_UP,
    ),
    Rule(
        code="day_much",
        title="单日累计金额较大 / Much in a day",
        measure=Measure.DAY_FEN,
        threshold=5_000_000,
        action=Action.STEP_UP,
        absent=Absent.REFUSE,
    ),
    Rule(
        code="day_too_much",
        title="单日累计金额超限 / Too much in a day",
        measure=Measure.DAY_FEN,
        threshold=20_000_000,
        action=Action.REFUSE,
    ),
    Rule(
        code="sent_dear",
        title="商户大额转账 / A dear remittance of a merchant",
        kinds=(Kind.REMITTANCE,),
        measure=Measure.AMOUNT,
        threshold=5_000_000,
        action=Action.WATCH,
    ),
    Rule(
        code="sent_much",
        title="商户单日转账累计较大 / Much sent by a merchant in a day",
        kinds=(Kind.REMITTANCE,),
        measure=Measure.DAY_FEN,
        threshold=100_000_000,
        action=Action.WATCH,
    ),
)
"""What holds until somebody changes it. Dear payments at the till as WeChat Pay has them."""


class Tally(msgspec.Struct, frozen=True, gc=False):
    """What a person paid before, in this hour and on this day."""

    hour_count: int = 0
    hour_fen: int = 0
    day_count: int = 0
    day_fen: int = 0
    unproved_count: int = 0
    switch_count: int = 0

    def plus(self, amount_fen: int, unproved: int) -> "Tally":
        """With one payment more."""
        return Tally(
            self.hour_count + 1,
            self.hour_fen + amount_fen,
            self.day_count + 1,
            self.day_fen + amount_fen,
            self.unproved_count + unproved,
            self.switch_count,
        )

    def minus(self, other: "Tally") -> "Tally":
        """Without these payments."""
        return Tally(
            self.hour_count - other.hour_count,
            self.hour_fen - other.hour_fen,
            self.day_count - other.day_count,
            self.day_fen - other.day_fen,
            self.unproved_count - other.unproved_count,
            self.switch_count,
        )


class Bound(msgspec.Struct, frozen=True, gc=False):
    """How much a merchant may be paid."""

    merchant_id: int
    currency: str
    is_blocked: bool
    payment_max_fen: int | None
    day_max_fen: int | None


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is known of payer and merchant when a payment is judged."""

    tally: Tally
    """With this payment."""
    blocked_until: datetime | None = None
    is_blocked: bool = False
    """For ever, or until then."""
    payees: Sequence["Payee"] = ()
    """Of those with a limit."""


class Payee(msgspec.Struct, frozen=True, gc=False):
    """What a merchant with a limit is to be paid."""

    bound: Bound
    amount_fen: int
    day_fen: int
    """What it was paid on this day, with this; counted where the day has a limit."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, and what each rule noticed."""

    action: Action
    hits: list[Hit]
    is_proved: bool = False

    @property
    def passes(self) -> bool:
        """Whether the payment goes on."""
        return self.action in {Action.ALLOW, Action.WATCH}


def day_of(at: datetime) -> date:
    """The day on which a payment counts."""
    return at.astimezone(_zone).date()


def hour_of(at: datetime) -> datetime:
    """The hour in which a payment counts."""
    return at.replace(minute=0, second=0, microsecond=0)


def is_unproved(attempt: Attempt, *, is_proved: bool) -> bool:
    """Whether a payment counts as one by code that no password confirmed."""
    return attempt.kind is Kind.CODE and not is_proved


ALLOWED = Verdict(action=Action.ALLOW, hits=[])


def sort_rules(rules: Sequence[Rule]) -> Mapping[Kind, tuple[Rule, ...]]:
    """Those rules that are on, by what they look at."""
    return {
        kind: tuple(one for one in rules if one.is_on and kind in (one.kinds or _of_people))
        for kind in Kind
    }


def decide(
    rules: Sequence[Rule], attempt: Attempt, standing: Standing, *, is_proved: bool
) -> Verdict:
    """Judge one payment by the rules for its kind: the strictest of all that was noticed.

    Whoever gave their pay password passes where one is asked for; where nobody can be asked, each
    rule says what it wants instead. Refused is refused.
    """
    hits = _apply(rules, attempt, standing.tally, is_proved=is_proved)
    if standing.is_blocked or standing.payees or attempt.must_prove:
        hits = [*_look_at_lists(attempt, standing), *hits]
    if not hits:
        return ALLOWED
    action = max((one.action for one in hits), key=_strictness.index)
    if action is Action.STEP_UP and (is_proved or not attempt.is_present):
        action = Action.WATCH
    return Verdict(action=action, hits=hits, is_proved=is_proved)


def check_rules(rules: Sequence[Rule]) -> None:
    """Accept rules. Raises Invalid `risk.one_code_twice`, `risk.rule_does_nothing`."""
    codes = [one.code for one in rules]
    if len(set(codes)) < len(codes):
        raise Invalid("risk.one_code_twice")
    if any(one.action is Action.ALLOW for one in rules):
        raise Invalid("risk.rule_does_nothing")


def _look_at_lists(attempt: Attempt, standing: Standing) -> Iterable[Hit]:
    if standing.is_blocked and (
        standing.blocked_until is None or standing.blocked_until > attempt.at
    ):
        yield _hit("blocked", 1, 0)
    if attempt.must_prove:
        yield _hit("till", 1, 0, Action.STEP_UP)
    for payee in standing.payees:
        yield from _look_at_payee(payee, attempt.currency)


def _look_at_payee(payee: Payee, currency: str) -> Iterable[Hit]:
    bound = payee.bound
    if bound.is_blocked:
        yield _hit("merchant_blocked", 1, 0)
    if bound.currency != currency:
        return
    if bound.payment_max_fen is not None and payee.amount_fen > bound.payment_max_fen:
        yield _hit("merchant_payment", payee.amount_fen, bound.payment_max_fen)
    if bound.day_max_fen is not None and payee.day_fen > bound.day_max_fen:
        yield _hit("merchant_day", payee.day_fen, bound.day_max_fen)


def _hit(what: str, value: int, threshold: int, action: Action = Action.REFUSE) -> Hit:
    return Hit(code=what, title="", measure=what, value=value, threshold=threshold, action=action)


def _apply(rules: Sequence[Rule], attempt: Attempt, tally: Tally, *, is_proved: bool) -> list[Hit]:
    hits = []
    cannot_ask = attempt.is_agreed and not is_proved
    amount_fen = attempt.amount_fen
    for rule in rules:
        measure = rule.measure
        is_about_money = rule.from_fen > 0 or measure in _of_money
        if amount_fen < rule.from_fen or (is_about_money and rule.currency != attempt.currency):
            continue
        value = _measure(measure, attempt, tally)
        if value is None or value == rule.threshold:
            continue
        if (value > rule.threshold) is not (measure is Measure.DEVICE_MINUTES):
            is_absent = cannot_ask and rule.action is Action.STEP_UP
            hits.append(
                Hit(
                    code=rule.code,
                    title=rule.title,
                    measure=measure.value,
                    value=value,
                    threshold=rule.threshold,
                    action=Action(rule.absent) if is_absent else rule.action,
                    is_absent=is_absent,
                )
            )
    return hits


def _measure(measure: Measure, attempt: Attempt, tally: Tally) -> int | None:
    if measure is Measure.AMOUNT:
        return attempt.amount_fen
    if measure is not Measure.DEVICE_MINUTES:
        counted: int = getattr(tally, measure.value)
        return counted
    if not attempt.session_id:
        return None
    return max(0, (attempt.at - made_at(attempt.session_id)) // _minute)
