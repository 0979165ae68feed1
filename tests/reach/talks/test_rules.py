"""Which messages make sense, what an account may still write, and what its rules answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, Refusal
from banyan.reach.talks.rules import (
    ACTED_LIFE,
    ACTED_MAX,
    SAID_LIFE,
    SAID_MAX,
    Credit,
    Credits,
    check_content,
    check_handle,
    check_in_time,
    check_nickname,
    check_rule,
    decide_credit,
    decide_replies,
    render_last,
    render_notice,
)
from banyan.reach.talks.types import (
    Article,
    Choice,
    Content,
    ContentKind,
    Keyword,
    ReplyMode,
    Rule,
    RuleId,
    RuleKind,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def words(text: str) -> Content:
    return Content(kind=ContentKind.TEXT, text=text)


def rule(*keywords: str, replies: int = 1, is_exact: bool = False, **facts: Any) -> Rule:  # noqa: ANN401 - any field
    made: dict[str, Any] = {
        "rule_id": RuleId(1),
        "kind": RuleKind.KEYWORD if keywords else RuleKind.DEFAULT,
        "name": "规则",
        "keywords": [Keyword(text=one, is_exact=is_exact) for one in keywords],
        "mode": ReplyMode.ALL,
        "replies": [words(f"答 {number}") for number in range(replies)],
        "created_at": NOW,
    }
    return Rule(**(made | facts))


@pytest.mark.parametrize(
    ("content", "is_said", "code"),
    [
        (words("  "), True, "text_missing"),
        (words("茶" * 683), False, "text_length"),
        (Content(kind=ContentKind.IMAGE), True, "media_missing"),
        (Content(kind=ContentKind.NEWS), False, "articles_missing"),
        (Content(kind=ContentKind.NEWS), True, "kind_refused"),
        (Content(kind=ContentKind.TEXT, text="茶", title="\0"), False, "content_malformed"),
        (Content(kind=ContentKind.TEXT, text="x" * 2049), False, "content_malformed"),
        (Content(kind=ContentKind.LOCATION), False, "kind_refused"),
        (Content(kind=ContentKind.LINK, title="茶"), True, "url_missing"),
        (Content(kind=ContentKind.LINK, url="https://a.example"), True, "title_missing"),
        (Content(kind=ContentKind.MSGMENU, text="满意吗"), False, "choices_missing"),
        (Content(kind=ContentKind.WXCARD), False, "card_missing"),
        (Content(kind=ContentKind.MINIPROGRAMPAGE), False, "appid_missing"),
        (Content(kind=ContentKind.MPNEWSARTICLE), False, "media_missing"),
    ],
)
def test_a_message_that_says_nothing_is_refused(
    content: Content, *, is_said: bool, code: str
) -> None:
    with pytest.raises(Invalid) as told:
        check_content(content, is_said=is_said)
    assert told.value.code == f"talks.{code}"


@given(
    said=st.none() | st.integers(0, 60 * 60 * 60),
    acted=st.none() | st.integers(0, 120),
    said_used=st.integers(0, SAID_MAX),
    acted_used=st.integers(0, ACTED_MAX),
)
def test_a_credit_is_live_and_not_used_up(
    said: int | None, acted: int | None, said_used: int, acted_used: int
) -> None:
    had = Credits(
        said_at=None if said is None else NOW - timedelta(seconds=said),
        said_used=said_used,
        acted_at=None if acted is None else NOW - timedelta(seconds=acted),
        acted_used=acted_used,
    )
    is_said = said is not None and said < SAID_LIFE.total_seconds()
    is_acted = acted is not None and acted < ACTED_LIFE.total_seconds()
    outcome: object
    try:
        outcome = decide_credit(had, NOW)
    except Refusal as refusal:
        outcome = refusal.code
    if is_acted and acted_used < ACTED_MAX:
        assert outcome is Credit.ACTED
    elif is_said and said_used < SAID_MAX:
        assert outcome is Credit.SAID
    else:
        assert outcome == ("talks.used_up" if is_said or is_acted else "talks.out_of_time")


def test_who_paid_may_be_written_to_at_will() -> None:
    had = Credits(paid_at=NOW - timedelta(hours=47), said_used=SAID_MAX)
    assert decide_credit(had, NOW) is Credit.PAID
    check_in_time(had, NOW)
    with pytest.raises(Refusal):
        decide_credit(had, NOW + timedelta(hours=1))
    with pytest.raises(Refusal):
        check_in_time(Credits(acted_at=NOW), NOW)


def test_the_first_rule_whose_keyword_is_said_answers() -> None:
    rules = [
        rule("营业时间", is_exact=True, name="时间"),
        rule("WIFI", "密码", replies=2, name="网络"),
        rule(replies=3, mode=ReplyMode.ONE, name="默认"),
    ]
    assert [one.text for one in decide_replies(rules, "你们的 wifi 呢", 0)] == ["答 0", "答 1"]
    assert [one.text for one in decide_replies(rules, " 营业时间 ", 0)] == ["答 0"]
    assert [one.text for one in decide_replies(rules, "营业时间？", 4)] == ["答 1"]
    assert decide_replies(rules[:2], "别的", 0) == []
    assert decide_replies([], "茶", 0) == []


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (rule("茶", keywords=[]), "keywords_missing"),
        (rule(keywords=[Keyword(text="茶")]), "keywords_unasked"),
        (rule("茶", replies=0), "replies_missing"),
    ],
)
def test_a_rule_that_cannot_answer_is_refused(broken: Rule, code: str) -> None:
    check_rule(rule("茶"))
    check_rule(rule())
    with pytest.raises(Invalid) as told:
        check_rule(broken)
    assert told.value.code == f"talks.{code}"


@pytest.mark.parametrize(
    ("handle", "code"),
    [
        ("anna", "handle_malformed"),
        ("@gh_1", "handle_malformed"),
        ("anna@", "handle_malformed"),
        ("annaannaanna@gh_1", "handle_length"),
        ("安娜@gh_1", "handle_characters"),
    ],
)
def test_handles_are_a_prefix_and_an_account(handle: str, code: str) -> None:
    check_handle("anna_1@gh_0123456789ab")
    with pytest.raises(Invalid) as told:
        check_handle(handle)
    assert told.value.code == f"talks.{code}"


@pytest.mark.parametrize("nickname", ["", "很" * 17, "a\nb"])
def test_nicknames_are_short(nickname: str) -> None:
    check_nickname("很" * 16)
    with pytest.raises(Invalid):
        check_nickname(nickname)


def test_what_lists_and_inboxes_show_of_a_message() -> None:
    long = words("一杯\n" * 40)
    assert len(render_last(long)) == 60
    news = Content(
        kind=ContentKind.NEWS,
        articles=[Article(title="新茶", description="到店", url="javascript:x")],
    )
    assert render_last(news) == "新茶"
    assert render_notice(news) == ("新茶", "到店", "")
    menu = Content(
        kind=ContentKind.MSGMENU,
        text="满意吗？",
        choices=[Choice(choice_id="1", text="满意"), Choice(choice_id="2", text="不满意")],
        tail="谢谢",
    )
    assert render_notice(menu) == ("", "满意吗？\n· 满意\n· 不满意\n谢谢", "")
    link = Content(kind=ContentKind.LINK, title="茶", url="https://a.example", description="好")
    assert render_notice(link) == ("茶", "好", "https://a.example")
