"""What follows from what a provider says does not depend on the order in which it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import (
    Attempt,
    AttemptId,
    AttemptState,
    ErrandKind,
    GatewayId,
    GatewayKind,
    Learned,
    Outcome,
    RefundOutcome,
    RefundState,
    Way,
)
from banyan.pay.gateways.rules import (
    COUNTED,
    LIVE,
    WAITING,
    Verdict,
    compute_away,
    compute_refund_rest,
    compute_rest,
    decide_errand,
    decide_heard,
    decide_paid_at,
    decide_refund,
)

_now = datetime(2026, 5, 1, 12, tzinfo=UTC)
_amounts = st.sampled_from((99, 100, 101))


def attempt(state: AttemptState = AttemptState.OPEN) -> Attempt:
    return Attempt(
        merchant_id=MerchantId(1),
        attempt_id=AttemptId(77),
        gateway_id=GatewayId(2),
        kind=GatewayKind.WECHATPAY,
        way=Way.CODE,
        subject="order",
        subject_id=Id(3),
        person_id=Id(4),
        taken_by=Id(0),
        out_no="ABCDEF",
        currency="CNY",
        amount_fen=100,
        refunded_fen=0,
        description="",
        openid="",
        state=state,
        is_unwanted=False,
        link="",
        params={},
        provider_no="",
        learned_from="",
        why="",
        asked_at=_now,
        expires_at=_now + timedelta(minutes=14),
        paid_at=None,
    )


news = st.builds(
    Learned,
    outcome=st.sampled_from(Outcome),
    amount_fen=_amounts,
    currency=st.sampled_from(("CNY", "CNY", "HKD")),
    provider_no=st.sampled_from(("", "42")),
)


def hear(one: Attempt, learned: Learned) -> tuple[Attempt, Verdict]:
    """The attempt afterwards, as the room writes it."""
    verdict, why = decide_heard(one, learned)
    match verdict:
        case Verdict.COUNT:
            state, number = AttemptState.PAID, learned.provider_no
            return msgspec.structs.replace(one, state=state, provider_no=number), verdict
        case Verdict.CLOSE:
            return msgspec.structs.replace(one, state=AttemptState.CLOSED), verdict
        case Verdict.DISPUTE if one.state not in COUNTED:
            return msgspec.structs.replace(one, state=AttemptState.DISPUTED, why=why), verdict
        case _:
            return one, verdict


@given(st.lists(news, max_size=8), st.sampled_from(AttemptState))
def test_money_is_counted_once_at_most_and_only_the_same(
    told: list[Learned], state: AttemptState
) -> None:
    one = attempt(state)
    counted = 0
    for learned in told:
        was = one.state
        one, verdict = hear(one, learned)
        counted += verdict is Verdict.COUNT
        if verdict is Verdict.COUNT:
            assert (learned.amount_fen, learned.currency) == (100, "CNY")
        if was in {AttemptState.PAID, AttemptState.STRAY}:
            assert one.state is was
    assert counted <= 1


@given(st.permutations([Outcome.CLOSED, Outcome.UNPAID, Outcome.PAID, Outcome.UNKNOWN_NUMBER]))
def test_in_whatever_order_it_comes_what_was_paid_is_paid(order: list[Outcome]) -> None:
    one = attempt()
    for outcome in order:
        one, _ = hear(one, Learned(outcome=outcome, amount_fen=100, provider_no="42"))
    assert one.state is AttemptState.PAID


@given(st.sampled_from(AttemptState), st.booleans(), st.integers(-3_600, 3_600))
def test_what_may_be_paid_is_closed_once_it_is_over(
    state: AttemptState,
    is_unwanted: bool,  # noqa: FBT001 - drawn
    seconds: int,
) -> None:
    one = msgspec.structs.replace(attempt(state), is_unwanted=is_unwanted)
    now = one.expires_at + timedelta(seconds=seconds)
    kind = decide_errand(one, now)
    is_over = is_unwanted or seconds >= 0
    assert (kind is ErrandKind.CLOSE) == (state in LIVE and is_over)
    assert (kind is ErrandKind.CREATE) == (state is AttemptState.ASKING and not is_over)


@given(st.integers(0, 100), st.integers(-3_600, 900))
def test_rests_are_never_nothing_and_never_beyond_the_end(tries: int, seconds: int) -> None:
    one = attempt()
    now = one.asked_at + timedelta(seconds=seconds)
    rest = compute_rest(one, tries, now)
    assert timedelta(0) < rest <= timedelta(minutes=12)
    if now < one.expires_at:
        assert now + rest <= one.expires_at
    assert timedelta(seconds=1) <= compute_away(tries) <= timedelta(seconds=60)


@given(st.lists(st.sampled_from(RefundOutcome), max_size=8))
def test_what_went_back_stays_so_and_waiting_ends_only_by_an_answer(
    told: list[RefundOutcome],
) -> None:
    state = RefundState.ASKED
    for outcome in told:
        was, state = state, decide_refund(state, outcome)
        if was is RefundState.DONE:
            assert state is RefundState.DONE
        if was in WAITING and state not in WAITING:
            assert outcome in {RefundOutcome.DONE, RefundOutcome.REFUSED, RefundOutcome.STUCK}
        assert (compute_refund_rest(state, 3) is None) == (state not in WAITING)
    assert (RefundOutcome.DONE in told) == (state is RefundState.DONE)


@given(st.integers(-100, 100))
def test_the_providers_clock_is_believed_within_reason(minutes: int) -> None:
    told = Learned(outcome=Outcome.PAID, paid_at=_now + timedelta(minutes=minutes))
    at = decide_paid_at(attempt(), told, _now + timedelta(minutes=10))
    assert _now <= at <= _now + timedelta(minutes=10)
