"""What the phone says: sentences in Chinese, coupons and states in words, baskets."""

from pathlib import Path

import pytest
from babel.messages.extract import extract
from hypothesis import given
from hypothesis import strategies as st

from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import CouponKind, CouponTerms
from banyan.commerce.orders import OrderKind, OrderState
from banyan.doors import pages
from banyan.doors.pages.forms import Form, parse_query
from banyan.doors.pages.phone.basket import COUNT_MAX, LINES_MAX, parse_basket, render_basket
from banyan.doors.pages.phone.topping_up import suggest
from banyan.doors.pages.phone.words import Words
from banyan.doors.pages.shell import Language
from banyan.doors.pages.shell.i18n import read_catalogue
from banyan.pay.collect import PaymentMethod
from banyan.views.statements import EntryKind

FOLDER = Path(pages.__file__).parent
TEMPLATES = sorted(
    path for part in ("phone", "landing", "problem") for path in (FOLDER / part).rglob("*.html")
)
MODULES = sorted([*(FOLDER / "phone").rglob("*.py"), *FOLDER.glob("*.py")])
KEYWORDS = {"_": None, "n_": (1, 2), "mark": None, "words": None}

chinese, english = Words(Language.ZH), Words(Language.EN)


def sentences(path: Path) -> set[str]:
    """Everything in a file that is to be translated; of plurals the first form."""
    method = "jinja2" if path.suffix == ".html" else "python"
    with path.open("rb") as opened:
        options = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}
        found = list(extract(method, opened, KEYWORDS, options=options))
    texts = (one[1] for one in found)
    return {text if isinstance(text, str) else text[0] for text in texts}


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=lambda one: one.name)
def test_every_sentence_is_there_in_chinese(path: Path) -> None:
    assert not sorted(sentences(path) - set(read_catalogue(Language.ZH)))


def test_the_extraction_finds_something() -> None:
    found: set[str] = set().union(*(sentences(path) for path in (*TEMPLATES, *MODULES)))
    assert {"Check out", "{count} coupon", "Paid {money} at {shop}"} <= found
    assert len(found) > 200


def amount_off(fen: int, threshold_fen: int = 0) -> CouponTerms:
    return CouponTerms(kind=CouponKind.AMOUNT_OFF, amount_off_fen=fen, threshold_fen=threshold_fen)


def percent_off(basis_points: int, cap_fen: int = 0, threshold_fen: int = 0) -> CouponTerms:
    return CouponTerms(
        kind=CouponKind.PERCENT_OFF,
        percent_bp=basis_points,
        cap_fen=cap_fen,
        threshold_fen=threshold_fen,
    )


@pytest.mark.parametrize(
    ("terms", "currency", "in_chinese", "in_english"),
    [
        (amount_off(500, 3000), "CNY", ("¥5", "满 ¥30 可用"), ("¥5", "from ¥30")),
        (amount_off(550), "CNY", ("¥5.50", "无门槛"), ("¥5.50", "any order")),
        (amount_off(500), "JPY", ("JP¥500", "无门槛"), ("JP¥500", "any order")),
        (percent_off(1500, 1000), "CNY", ("8.5 折", "最多减 ¥10"), ("−15%", "up to ¥10")),
        (percent_off(2000, 0, 100), "CNY", ("8 折", "满 ¥1 可用"), ("−20%", "from ¥1")),
        (percent_off(1234), "CNY", ("8.766 折", "无门槛"), ("−12.34%", "any order")),
        (
            percent_off(1000, 500, 2000),
            "CNY",
            ("9 折", "满 ¥20 可用 · 最多减 ¥5"),
            ("−10%", "from ¥20 · up to ¥5"),
        ),
    ],
)
def test_what_a_coupon_is_worth_is_said_shortly(
    terms: CouponTerms, currency: str, in_chinese: tuple[str, str], in_english: tuple[str, str]
) -> None:
    for words, expected in ((chinese, in_chinese), (english, in_english)):
        said = (words.coupon_amount(terms, currency), words.coupon_condition(terms, currency))
        assert said == expected


def test_every_state_kind_and_way_has_its_words() -> None:
    for words in (chinese, english):
        for state in OrderState:
            assert words.state(state)
            assert words.state_kind(state) in {"neutral", "success", "info", "warning"}
        assert all(words.kind(one) for one in OrderKind)
        assert all(words.method(one) for one in PaymentMethod)
        assert all(words.entry(one) and words.entry_icon(one) for one in EntryKind)


@given(
    st.dictionaries(
        st.integers(min_value=1, max_value=10**18 - 1),
        st.integers(min_value=1, max_value=COUNT_MAX),
        max_size=LINES_MAX,
    )
)
def test_a_basket_survives_its_address(basket: dict[int, int]) -> None:
    typed = {SkuId(sku): count for sku, count in basket.items()}
    assert parse_basket(parse_query(render_basket(typed).encode())) == typed


@given(st.dictionaries(st.text(max_size=9), st.lists(st.text(max_size=30), max_size=3)))
def test_whatever_is_sent_makes_a_basket_within_bounds(values: dict[str, list[str]]) -> None:
    basket = parse_basket(Form({name: texts for name, texts in values.items() if texts}))
    assert len(basket) <= LINES_MAX
    assert all(0 < count <= COUNT_MAX for count in basket.values())


@pytest.mark.parametrize(
    ("short_fen", "most_fen", "suggested"),
    [(0, 100_000, 1_000), (1, 100_000, 1_000), (1_001, 100_000, 2_000), (9_600, 5_000, 5_000)],
)
def test_a_top_up_that_is_enough_is_suggested(
    short_fen: int, most_fen: int, suggested: int
) -> None:
    assert suggest(short_fen, most_fen) == suggested
