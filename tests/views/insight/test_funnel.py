"""The funnel over histories told by hand: one population, and each step some of the one before."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from banyan.views.insight.kinds import COLUMNS
from banyan.views.insight.rows import micros
from banyan.views.insight.rules import day_number
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import FunnelBy, Told
from tests.views.insight import plain
from tests.views.insight.invented import MERCHANT, Row, compute, invent, scope_of, write_rows

LIN, WU = 101, 102
DOOR, POSTER, LONDON_DOOR = 11, 12, 13
"""Two codes of the first store and one of the second."""
STORE = {DOOR: 1, POSTER: 1, LONDON_DOOR: 2}
STEPS = ("visitors", "people", "joined", "ordered", "paid", "came_back")
DAYS = date(2024, 3, 1)


class Story:
    """A history told line by line, in which `day` 1 is the first of March, at noon in Shanghai."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.touches = 5000

    def add(self, kind: str, day: float, person: int, **told: int | str) -> None:
        """Record a fact."""
        at = datetime(2024, 3, 1, 4, tzinfo=UTC).timestamp() + (day - 1) * 86_400
        blank: Row = {name: "" if type_ == "string" else 0 for name, type_ in COLUMNS.items()}
        number = len(self.rows) + 1
        fixed: Row = {"lane": 5, "number": number, "kind": kind, "merchant_id": MERCHANT}
        when: Row = {"at_us": micros(datetime.fromtimestamp(at, UTC)), "person_id": person}
        self.rows.append(blank | fixed | when | told)

    def scan(self, day: float, person: int = 0, code: int = DOOR, known_as: int = 0) -> None:
        """Somebody scans; a visitor may turn out to be a person later."""
        self.touches += 1
        seen: Row = {"code_id": code, "store_id": STORE[code], "subject_id": self.touches}
        self.add("places.touched", day, person, **seen)
        if known_as:
            self.add("places.touch_joined", day, known_as, **seen)

    def join(self, day: float, person: int) -> None:
        """Somebody becomes a member and follows, in no store."""
        self.add("channels.followed", day, person, channel_id=31)
        self.add("members.joined", day, person)

    def place(self, day: float, person: int, order: int, store: int = 1) -> None:
        """Somebody orders."""
        self.add("orders.placed", day, person, order_id=order, store_id=store, amount_fen=100)

    def pay(self, day: float, person: int, order: int, store: int = 1) -> None:
        """Somebody pays an order."""
        self.add("orders.paid", day, person, order_id=order, store_id=store, amount_fen=100)

    def buy(self, day: float, person: int, order: int, store: int = 1) -> None:
        """Somebody orders and pays a little later."""
        self.place(day, person, order, store)
        self.pay(day + 0.01, person, order, store)

    def told(self, *by: FunnelBy, scope: Scope | None = None) -> list[Told]:
        """The funnel, which plain Python must find the same."""
        scope = scope or scope_of()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "story.parquet"
            write_rows(self.rows, file)
            told = compute([file], "funnel", scope, by)
        assert told == plain.funnel(self.rows, scope, by)
        return told

    def steps(self, scope: Scope | None = None) -> tuple[int, ...]:
        """Visitors, people, joined, ordered, paid, came back: of the whole."""
        (row,) = self.told(scope=scope)
        return steps_of(row)


def steps_of(row: Told) -> tuple[int, ...]:
    """The steps of a row, in their order."""
    return tuple(row[name] for name in STEPS)


def of_days(first: int, last: int) -> Scope:
    """A scope of these days of March."""
    begin = day_number(DAYS) - 1
    return scope_of(from_day=begin + first, until_day=begin + last)


@pytest.fixture
def story() -> Story:
    """Nothing has happened yet."""
    return Story()


def test_one_comes_all_the_way(story: Story) -> None:
    story.scan(1, known_as=LIN)
    story.join(1.1, LIN)
    story.buy(2, LIN, 1)
    assert story.steps() == (1, 1, 1, 1, 1, 0)
    story.buy(9, LIN, 2)
    assert story.steps() == (1, 1, 1, 1, 1, 1)


def test_who_pays_without_scanning_is_only_in_the_money(story: Story) -> None:
    story.join(1, WU)
    story.buy(2, WU, 1)
    story.buy(3, 0, 2)
    (row,) = story.told()
    assert steps_of(row) == (0, 0, 0, 0, 0, 0)
    assert (row["orders"], row["revenue_fen"], row["followed"]) == (2, 200, 0)


def test_who_scans_after_paying_has_not_paid_after_scanning(story: Story) -> None:
    story.join(1, LIN)
    story.buy(2, LIN, 1)
    story.buy(3, LIN, 2)
    story.scan(4, LIN)
    assert story.steps() == (1, 1, 1, 0, 0, 0)
    story.buy(5, LIN, 3)
    assert story.steps() == (1, 1, 1, 1, 1, 0)


def test_an_order_placed_before_the_scan_and_paid_after_it_does_not_count(story: Story) -> None:
    story.join(1, LIN)
    story.place(2, LIN, 1)
    story.scan(2.1, LIN)
    story.pay(2.2, LIN, 1)
    assert story.steps() == (1, 1, 1, 0, 0, 0)
    story.place(3, LIN, 2)
    assert story.steps() == (1, 1, 1, 1, 0, 0)


def test_two_codes_are_two_rows_and_one_person(story: Story) -> None:
    story.join(1, LIN)
    story.scan(2, LIN, DOOR)
    story.buy(2.1, LIN, 1)
    story.scan(3, LIN, POSTER)
    story.buy(3.1, LIN, 2)
    assert story.steps() == (1, 1, 1, 1, 1, 1)
    door, poster = story.told(FunnelBy.CODE)
    assert (door["code_id"], *steps_of(door)) == (DOOR, 1, 1, 1, 1, 1, 1)
    assert (poster["code_id"], *steps_of(poster)) == (POSTER, 1, 1, 1, 1, 1, 0)
    assert [row["orders"] for row in (door, poster)] == [1, 1], "each order has one code"


def test_scanning_the_same_code_twice_is_two_scans_of_one_person(story: Story) -> None:
    story.scan(1, LIN)
    story.scan(1.5, LIN)
    (row,) = story.told(FunnelBy.CODE)
    assert (row["touches"], row["visitors"], row["people"]) == (2, 1, 1)


def test_visitors_are_one_person_once_they_are_known(story: Story) -> None:
    story.scan(1)
    story.scan(1.1)
    assert story.steps() == (2, 0, 0, 0, 0, 0)
    story.scan(1.2, known_as=LIN)
    story.scan(1.3, known_as=LIN)
    (row,) = story.told()
    assert (row["touches"], *steps_of(row)) == (4, 3, 1, 0, 0, 0, 0)


def test_who_never_joins_goes_no_further(story: Story) -> None:
    story.scan(1, WU)
    story.buy(2, WU, 1)
    (row,) = story.told()
    assert (*steps_of(row), row["orders"]) == (1, 1, 0, 0, 0, 0, 1)


def test_members_and_those_who_join_after_ordering_count_alike(story: Story) -> None:
    story.join(1, LIN)
    story.scan(2, LIN)
    story.scan(2, WU)
    story.buy(2.1, LIN, 1)
    story.buy(2.1, WU, 2)
    story.join(2.2, WU)
    assert story.steps(of_days(2, 2)) == (2, 2, 2, 2, 2, 0)


def test_a_store_has_its_own_scans_and_orders(story: Story) -> None:
    story.join(1, LIN)
    story.scan(2, LIN, DOOR)
    story.buy(2.1, LIN, 1, store=2)
    story.scan(3, WU, LONDON_DOOR)
    assert story.steps() == (2, 2, 1, 1, 1, 0)
    assert story.steps(scope_of(store_ids=(1,))) == (1, 1, 1, 0, 0, 0)
    (london,) = story.told(scope=scope_of(store_ids=(2,)))
    assert (*steps_of(london), london["orders"]) == (1, 1, 0, 0, 0, 0, 1)
    assert [row["store_id"] for row in story.told(FunnelBy.STORE)] == [1, 2]


def test_days_are_the_scan_s_and_what_came_later_counts_to_the_last(story: Story) -> None:
    story.join(1, LIN)
    story.scan(2, LIN)
    story.buy(4, LIN, 1)
    story.scan(5, LIN)
    second, fourth, fifth = story.told(FunnelBy.DAY)
    assert steps_of(second) == (1, 1, 1, 1, 1, 0)
    assert (*steps_of(fourth), fourth["orders"]) == (0, 0, 0, 0, 0, 0, 1)
    assert steps_of(fifth) == (1, 1, 1, 0, 0, 0)
    assert story.steps(of_days(2, 3)) == (1, 1, 1, 0, 0, 0), "paid after the last day"
    assert story.steps(of_days(3, 4)) == (0, 0, 0, 0, 0, 0), "scanned before the first day"
    assert story.steps(of_days(5, 5)) == (1, 1, 1, 0, 0, 0), "scanned again, and not paid since"


def test_who_joins_after_the_last_day_is_no_member_yet(story: Story) -> None:
    story.scan(2, LIN)
    story.join(3, LIN)
    assert story.steps(of_days(2, 2)) == (1, 1, 0, 0, 0, 0)
    assert story.steps(of_days(2, 3)) == (1, 1, 1, 0, 0, 0)


def test_other_merchants_do_not_count(story: Story) -> None:
    story.scan(1, LIN)
    story.join(1.1, LIN)
    scope = msgspec.structs.replace(scope_of(), merchant_id=MERCHANT + 1)
    assert story.steps(scope) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("seed", range(10, 16))
@pytest.mark.parametrize("by", [(), (FunnelBy.CODE,), (FunnelBy.STORE, FunnelBy.DAY)])
def test_no_step_is_larger_than_the_one_before(
    tmp_path: Path, seed: int, by: Sequence[FunnelBy]
) -> None:
    write_rows(invent(seed), tmp_path / "one.parquet")
    rows = compute([tmp_path / "one.parquet"], "funnel", scope_of(), tuple(by))
    assert rows
    for row in rows:
        steps = steps_of(row)
        assert list(steps) == sorted(steps, reverse=True), row
        assert row["touches"] >= row["visitors"]
        assert 0 <= row["followed"] <= row["people"]
