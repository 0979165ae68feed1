"""What evidence comes to, and what people read of a page."""

import multiprocessing

from hypothesis import given
from hypothesis import strategies as st

from banyan.reach.moderation import Evidence, Opinion, Reason, read_page
from banyan.reach.moderation.rules import decide_verdict


def evidence(opinion: Opinion, reason: Reason) -> Evidence:
    return Evidence(rule="r", reason=reason, opinion=opinion, words=["茶"], starts=[0])


@given(st.lists(st.sampled_from(list(Opinion)), max_size=80))
def test_the_worst_counts(opinions: list[Opinion]) -> None:
    verdict = decide_verdict([evidence(one, Reason.FRAUD) for one in opinions])
    order = [Opinion.PASS, Opinion.REVIEW, Opinion.REFUSE]
    assert verdict.opinion is max(opinions, key=order.index, default=Opinion.PASS)
    assert (verdict.reason is None) is (verdict.opinion is Opinion.PASS)


def test_tags_hide_no_words() -> None:
    html = '<p>加<b></b>微<span style="x">信</span></p><p>茶</p><script>加群</script>'
    text, sources = read_page(html + '<img src="/a.png" alt="图"><img data-src="/b.png">')
    assert "加微信" in text
    assert "加群" not in text
    assert "\n茶" in text
    assert "图" in text
    assert sources == ["/a.png", "/b.png"]


def test_tags_that_no_page_shows_hide_no_words() -> None:
    text, _ = read_page("加微<x-y>信</x-y>，<font>加</font>群")
    assert "加微信" in text
    assert "加群" in text


def read_broken() -> None:
    for part in ("<a ", "<a b='", "<!--", "</a "):
        read_page(part * 60_000)


def test_no_page_takes_long() -> None:
    reader = multiprocessing.get_context("spawn").Process(target=read_broken)
    reader.start()
    reader.join(90)
    is_done = reader.exitcode == 0
    reader.kill()
    assert is_done, "it would take minutes"


@given(st.text(max_size=200))
def test_any_page_can_be_read(html: str) -> None:
    text, _ = read_page(html)
    assert isinstance(text, str)
