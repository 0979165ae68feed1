"""What hosts may have under way: much for the quick, little for the slow, something for all."""

from __future__ import annotations

from banyan.outside.callbacks.shares import (
    FIRST,
    LEAST,
    MOST,
    SLOTS_MAX,
    SLOW_MAX,
    SLOW_MS,
    Shares,
)

_quick, _silent = 20, 5_000


def url_of(number: int) -> str:
    return f"https://shop{number}.example/told?x=1"


def call(shares: Shares, channel_id: int, url: str, took_ms: int) -> None:
    """One call from its beginning to its end."""
    shares.begin(channel_id, url)
    shares.end(url, took_ms)


def test_a_quick_host_has_more_and_a_silent_one_little_until_it_answers_again() -> None:
    shares = Shares()
    assert shares.rooms() == {}
    call(shares, 1, url_of(1), _quick)
    assert shares.rooms() == {1: 2 * FIRST}
    for _ in range(10):
        call(shares, 1, url_of(1), _quick)
    assert shares.rooms() == {1: MOST}
    for _ in range(10):
        call(shares, 1, url_of(1), _silent)
    assert shares.rooms() == {1: LEAST}
    # Whoever refuses at once costs nobody time.
    call(shares, 1, url_of(1), 1)
    assert shares.rooms() == {1: 2 * LEAST}


def test_silent_hosts_all_together_leave_half_to_the_others() -> None:
    shares = Shares()
    hosts = range(1, SLOTS_MAX)
    for number in hosts:
        call(shares, number, url_of(number), SLOW_MS + 1)
    call(shares, SLOTS_MAX, url_of(SLOTS_MAX), _quick)
    served: set[int] = set()
    for _ in range(20):
        rooms = shares.rooms()
        assert rooms.pop(SLOTS_MAX) == 2 * FIRST
        taken = [number for number, room in rooms.items() for _ in range(room)]
        assert len(taken) == SLOW_MAX
        for number in taken:
            shares.begin(number, url_of(number))
        assert shares.under_way == SLOW_MAX
        assert sum(shares.rooms().values()) == 2 * FIRST
        for number in taken:
            shares.end(url_of(number), _silent)
        served.update(taken)
    assert served == set(hosts)


def test_accounts_of_one_host_share_what_it_has_in_turn() -> None:
    shares = Shares()
    accounts = range(1, 11)
    for number in accounts:
        call(shares, number, url_of(0), _silent)
    served: set[int] = set()
    for _ in range(3):
        taken = [one for one, room in shares.rooms().items() for _ in range(room)]
        assert len(taken) == LEAST
        for number in taken:
            call(shares, number, url_of(0), _silent)
        served.update(taken)
    assert served == set(accounts)


def test_an_account_that_moves_is_counted_where_it_is() -> None:
    shares = Shares()
    for _ in range(10):
        call(shares, 1, url_of(1), _silent)
    call(shares, 1, url_of(2), _quick)
    assert shares.rooms() == {1: 2 * FIRST}
    # What we ended ourselves tells nothing of the host.
    shares.begin(1, url_of(2))
    shares.end(url_of(2), None)
    assert shares.rooms() == {1: 2 * FIRST}
