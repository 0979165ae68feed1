"""Which language a person gets, and that catalogues cannot disagree."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.doors.pages.shell import i18n
from banyan.doors.pages.shell.i18n import (
    CatalogueError,
    Language,
    choose_language,
    read_catalogue,
    translate,
    translate_count,
)


@pytest.mark.parametrize(
    ("setting", "cookie", "header", "language"),
    [
        ("en", "zh", "zh", Language.EN),
        (None, "en", "zh", Language.EN),
        ("xx", "yy", "en-GB,en;q=0.9", Language.EN),
        (None, None, "zh-Hant-HK", Language.ZH),
        (None, None, "en;q=0.2, zh-CN;q=0.8", Language.ZH),
        (None, None, "fr, de;q=0.9, en;q=0.1", Language.EN),
        (None, None, "en, zh", Language.EN),
        (None, None, "fr", Language.ZH),
        (None, None, "", Language.ZH),
        (None, None, None, Language.ZH),
    ],
)
def test_setting_then_cookie_then_browser(
    setting: str | None, cookie: str | None, header: str | None, language: Language
) -> None:
    assert choose_language(setting, cookie, header) is language


@given(st.text(max_size=600))
def test_no_header_breaks_a_page(header: str) -> None:
    assert choose_language(header, header, header) in Language


def test_blanks_are_filled_and_unknown_sentences_stay() -> None:
    assert translate(Language.EN, "Shift since {time}", time="09:00") == "Shift since 09:00"
    assert translate(Language.ZH, "no such sentence") == "no such sentence"
    english = [
        translate_count(Language.EN, "{count} cup", "{count} cups", count) for count in (1, 2)
    ]
    assert english == ["1 cup", "2 cups"]


@pytest.mark.parametrize(
    ("shop", "said"),
    [
        ("榕树茶馆 Banyan Tea", "欢迎！你已是榕树茶馆 Banyan Tea 的会员。"),
        ("Wheat 面包", "欢迎！你已是 Wheat 面包的会员。"),
        ("拾页书店", "欢迎！你已是拾页书店的会员。"),
        ("", "欢迎！你已是的会员。"),
    ],
)
def test_a_latin_name_has_room_in_a_chinese_sentence(shop: str, said: str) -> None:
    told = translate(Language.ZH, "Welcome! You are a member of {shop} now.", shop=shop)
    assert told == said


def test_a_brace_in_a_value_is_only_text() -> None:
    assert translate(Language.EN, "Hello {name}", name="{0.__class__}") == "Hello {0.__class__}"


def test_catalogues_that_disagree_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zh").mkdir()
    for name, text in (("a", "支付"), ("b", "付款")):
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"'
        entry = f'{head}\n\nmsgid "Pay"\nmsgstr "{text}"\n'
        (tmp_path / "zh" / f"{name}.po").write_text(entry)
    monkeypatch.setattr(i18n, "locale_folder", tmp_path)
    with pytest.raises(CatalogueError, match="Pay"):
        read_catalogue.__wrapped__(Language.ZH)
