"""Whatever the rules: a decision is the strictest of what was noticed, and each hit is true."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from banyan.pay.risk import Absent, Action, Attempt, Kind, Measure, Rule
from banyan.pay.risk.rules import ALLOWED, Standing, Tally, decide, sort_rules

_strictness = [Action.ALLOW, Action.WATCH, Action.STEP_UP, Action.REFUSE]
_numbers = st.integers(0, 1_000)
_rules = st.lists(
    st.builds(
        Rule,
        code=st.just("a_rule"),
        title=st.just("A rule"),
        kinds=st.lists(st.sampled_from(Kind), max_size=2).map(tuple),
        measure=st.sampled_from([one for one in Measure if one is not Measure.DEVICE_MINUTES]),
        threshold=_numbers,
        from_fen=_numbers,
        currency=st.sampled_from(["CNY", "JPY"]),
        action=st.sampled_from(_strictness[1:]),
        absent=st.sampled_from(Absent),
        is_on=st.booleans(),
    ),
    max_size=6,
)
_tallies = st.builds(Tally, *[_numbers] * 6)
_attempts = st.builds(
    Attempt,
    person_id=st.just(1),
    session_id=st.just(0),
    merchant_id=st.just(2),
    kind=st.sampled_from(Kind),
    currency=st.sampled_from(["CNY", "JPY"]),
    amount_fen=_numbers,
    subject=st.just("a tea"),
    is_agreed=st.booleans(),
    at=st.just(datetime(2026, 5, 1, tzinfo=UTC)),
)


@given(_rules, _tallies, _attempts, st.booleans())
def test_the_strictest_wins_and_each_hit_is_true(
    rules: list[Rule],
    tally: Tally,
    attempt: Attempt,
    is_proved: bool,  # noqa: FBT001 - drawn
) -> None:
    standing = Standing(tally=tally)
    verdict = decide(sort_rules(rules)[attempt.kind], attempt, standing, is_proved=is_proved)
    assert (verdict is ALLOWED) == (not verdict.hits)
    for hit in verdict.hits:
        seen = attempt.amount_fen if hit.measure == "amount" else getattr(tally, hit.measure)
        assert hit.value == seen > hit.threshold
    wanted = max((one.action for one in verdict.hits), key=_strictness.index, default=Action.ALLOW)
    if wanted is Action.STEP_UP and is_proved:
        wanted = Action.WATCH
    assert verdict.action is wanted
    # Where nobody is there each rule says what it wants instead, and the decision that it did.
    for hit in verdict.hits if attempt.is_agreed and not is_proved else ():
        wants = {
            (
                one.absent.value if one.action is Action.STEP_UP else one.action.value,
                one.action is Action.STEP_UP,
            )
            for one in rules
        }
        assert (hit.action.value, hit.is_absent) in wants


@given(_rules, _tallies, _attempts)
def test_a_rule_more_never_makes_it_milder(
    rules: list[Rule], tally: Tally, attempt: Attempt
) -> None:
    standing = Standing(tally=tally)

    def strictness(some: list[Rule]) -> int:
        found = decide(sort_rules(some)[attempt.kind], attempt, standing, is_proved=False)
        return _strictness.index(found.action)

    assert all(strictness(rules[:n]) <= strictness(rules) for n in range(len(rules)))


@given(_tallies, st.lists(_numbers, max_size=5))
def test_what_is_added_can_be_taken_off(tally: Tally, amounts: list[int]) -> None:
    added, alone = tally, Tally()
    for amount in amounts:
        added, alone = added.plus(amount, 1), alone.plus(amount, 1)
    assert added.minus(alone) == tally
