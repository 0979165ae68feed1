"""What follows from tries and replies, whatever they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from banyan.reach.pushes import MESSAGES, Article, Outcome, PushKind, PushState, Reply, ReplyKind
from banyan.reach.pushes.rules import compute_due, decide_state, trim_reply
from banyan.reach.pushes.types import TRIES_MAX

AT = datetime(2026, 7, 1, tzinfo=UTC)
TAKEN = {Outcome.REPLIED, Outcome.ACKNOWLEDGED, Outcome.GARBAGE}


@given(st.lists(st.sampled_from(Outcome), min_size=TRIES_MAX, max_size=TRIES_MAX + 3))
def test_it_is_tried_until_it_is_taken_or_three_times(outcomes: list[Outcome]) -> None:
    states = [decide_state(one, tries) for tries, one in enumerate(outcomes, start=1)]
    ends = next(i for i, state in enumerate(states) if state is not PushState.WAITING)
    assert ends < TRIES_MAX
    assert (states[ends] is PushState.ANSWERED) == (outcomes[ends] in TAKEN)
    for early in outcomes[:ends]:
        assert early not in TAKEN | {Outcome.FORBIDDEN}


@given(st.integers(0, 30_000))
def test_between_two_tries_begins_at_least_a_second(took_ms: int) -> None:
    due_at = compute_due(AT, took_ms)
    assert due_at - AT >= timedelta(seconds=1)
    assert due_at - AT >= timedelta(milliseconds=took_ms)


@given(st.sampled_from(PushKind), st.integers(0, 10))
def test_a_message_is_answered_with_one_article(kind: PushKind, count: int) -> None:
    reply = Reply(kind=ReplyKind.NEWS, articles=[Article(title=str(i)) for i in range(count)])
    kept = trim_reply(kind, reply).articles
    assert kept == reply.articles[: 1 if kind in MESSAGES else 8]
