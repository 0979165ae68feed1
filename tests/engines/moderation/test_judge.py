"""Words and rules find what should not be sent, and let alone what may be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.engines.moderation import Level, OwnWord, open_judge
from banyan.engines.moderation.rulebook import read_rulebook


def worst(text: str) -> tuple[str, str]:
    """The rule and the reason of what is worst in a text that is refused."""
    found = [one for one in open_judge().find([text]) if one.level is Level.REFUSE]
    return (found[0].rule, found[0].reason) if found else ("", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("加 微 信：abc123456 日赚500元，轻松赚", "advertising"),
        ("加v❤信 １３８００００００００ 兼职日结", "advertising"),
        ("年化收益率高达25%，跟投平台稳赚不赔", "fraud"),
        ("恭喜您中奖！请点击链接支付手续费", "fraud"),
        ("黑户可贷，秒批下款，电报群详聊", "fraud"),
        ("分享到朋友圈即可领取优惠券", "inducement"),
        ("集满38个赞送奶茶一杯", "inducement"),
        ("提供真人百家乐开户", "crime"),
        ("专业代开发票，价格优惠", "crime"),
        ("f u c k  y o u", "social"),
        ("You have won! Click here and give your bank account", "fraud"),
        ("Earn money at home, message me on Telegram", "advertising"),
    ],
)
def test_what_is_refused_and_why(text: str, reason: str) -> None:
    assert worst(text)[1] == reason


@pytest.mark.parametrize(
    "text",
    [
        "今天新茶到店，欢迎来喝",
        "我们店的电话是 13800138000，欢迎来电",
        "本店开业，前100名免费领取一杯，联系我们400-123-4567",
        "会员充值满100送20，扫码加会员群",
        "招聘服务员，电话联系13800138000，月入8千",
        "加，微信公众号里有菜单",
        "this mode is smart",
        "理财课：什么是投资风险，收益与风险如何平衡",
        "分享到朋友圈是一种生活方式",
        "",
        "\u200b" * 100,
    ],
)
def test_what_is_not_refused(text: str) -> None:
    assert worst(text) == ("", "")


def test_evidence_says_where() -> None:
    text = "各位好，加.微.信 abcd1234 一起刷单"
    found = open_judge().find(["前面的", text])
    assert found[0].place == 1
    assert [text[start:end] for start, end in found[0].spans] == ["加.微.信", "刷单"]


def test_signals_far_apart_mean_nothing_together() -> None:
    assert worst("加微信" + "茶" * 100 + "刷单") == ("", "")
    assert worst("加微信" + "茶" * 100 + "刷单" + "茶" * 20 + "加群") != ("", "")


def test_own_words_count() -> None:
    own = [OwnWord("隔壁老王", "other", Level.REFUSE), OwnWord("tea", "other", Level.REVIEW)]
    found = open_judge().find(["隔 壁 老 王来了，steam"], own)
    assert [(one.rule, one.level) for one in found] == [("own_words", Level.REFUSE)]
    assert open_judge().find(["Tea time"], own)[0].level is Level.REVIEW


def test_an_own_word_of_nothing_that_can_be_read_finds_nothing() -> None:
    assert open_judge().find(["茶"], [OwnWord("★★", "other", Level.REFUSE)]) == []


@given(st.text(max_size=500))
def test_any_text_is_judged(text: str) -> None:
    for one in open_judge().find([text]):
        assert all(0 <= start < end <= len(text) for start, end in one.spans)


@pytest.mark.parametrize(
    "filler", ["\u200b", "1", "加", "a ", "收益", "分享到", "一", "投1元", "vx"]
)
def test_floods_are_judged_too(filler: str) -> None:
    text = filler * (100_000 // len(filler))
    open_judge().find([text + "加微信刷单"])


def test_rules_are_sound() -> None:
    book = read_rulebook()
    names = [one.name for one in book.rules] + list(book.signals)
    assert len(names) == len(set(names))
    for rule in book.rules:
        assert set(rule.signals) <= set(book.signals)
        assert Level[rule.level.upper()] > Level.HINT
    for signal in book.signals.values():
        assert all(re.compile(one) for one in signal.patterns)
        assert len(signal.words) == len(set(signal.words))
