"""Follows the journal: who came and went, what people did, and how accounts' servers did."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from banyan.books.follow import rewind
from banyan.books.journal import LANES, Event, Fact, Follower
from banyan.books.office import Office
from banyan.books.work import Work
from banyan.reach.broadcasts import DeliveryResult, MessageSent
from banyan.reach.channels import ChannelFollowed, ChannelUnfollowed, MenuTapped
from banyan.reach.miniapps import AppOpened, AppShared
from banyan.reach.pushes import Outcome, PushFinished
from banyan.reach.talks import TalkSaid
from banyan.views.audience import store
from banyan.views.audience.rules import SUBJECT_MAX, hour_of, source_of
from banyan.views.audience.store import DeedKey, MoveKey, ServedKey
from banyan.views.audience.types import Deed

_heard = frozenset({Outcome.REPLIED, Outcome.ACKNOWLEDGED})


class ArticleDeed(Event, frozen=True, kw_only=True):
    """What is counted of something that somebody did with an article."""

    place: int = 0
    scene: str = ""


class ReadArticle(ArticleDeed, frozen=True, kw_only=True, tag="articles.read"):
    """What is counted of an article that was opened."""

    visitor: str = ""


class FavouredArticle(ArticleDeed, frozen=True, kw_only=True, tag="articles.favoured"):
    """What is counted of an article that was kept."""


class SharedArticle(ArticleDeed, frozen=True, kw_only=True, tag="articles.shared"):
    """What is counted of an article that was shown to others."""

    target: str = ""


async def on_facts(work: Work, facts: Sequence[Fact]) -> None:
    """Add what the facts say; each once, as the cursor is moved with it."""
    deeds: Counter[DeedKey] = Counter()
    moves: dict[MoveKey, tuple[int, int]] = {}
    served: dict[ServedKey, tuple[int, int, int, int]] = {}
    sendings: Counter[tuple[int, int]] = Counter()
    for fact in facts:
        if fact.kind in _DEEDS:
            deeds.update(_list_deeds(fact))
        elif fact.kind == "pushes.finished":
            _serve(served, fact)
        elif fact.kind == "broadcasts.sent":
            sent = fact.decode(MessageSent)
            delivered = sent.results.get(DeliveryResult.DELIVERED.value, 0)
            sendings[fact.channel_id, sent.publish_number] += delivered
        else:
            _move(moves, fact)
    await store.add_deeds(work.db, deeds)
    await store.add_moves(work.db, moves)
    await store.add_served(work.db, served)
    await store.add_sendings(work.db, sendings)


async def begin_again(office: Office) -> None:
    """Throw everything away; the next steps of the follower compute it again."""
    (follower,) = FOLLOWERS
    async with office.begin() as work:
        for lane in range(LANES):
            await rewind(work, follower, lane)
        await store.delete_all(work.db)


def _list_deeds(fact: Fact) -> list[DeedKey]:
    deed, subject, who = _DEEDS[fact.kind], "", str(fact.person_id)
    sources = {deed: ""}
    day, hour = hour_of(fact.at)
    match deed:
        case Deed.SAID:
            # A film is a film, however short.
            subject = fact.decode(TalkSaid).content_kind.value.removeprefix("short")
        case Deed.TAPPED:
            tapped = fact.decode(MenuTapped)
            subject, sources = tapped.key[:SUBJECT_MAX], {deed: tapped.button_kind.value}
        case Deed.READ | Deed.FAVOURED | Deed.SHARED:
            told = fact.decode(_EVENTS[deed])
            subject, sources = f"{fact.subject_id}_{told.place}", {deed: told.scene}
            if isinstance(told, ReadArticle) and not fact.person_id:
                who = f"v{told.visitor}"
            if isinstance(told, SharedArticle):
                sources = {deed: told.target, Deed.PASSED_ON: told.scene}
        case Deed.PAGED:
            opened = fact.decode(AppOpened)
            subject, sources = opened.page[:SUBJECT_MAX], {deed: str(opened.entry)}
        case Deed.PAGE_SHARED:
            subject = fact.decode(AppShared).page[:SUBJECT_MAX]
        case _:
            subject = "sign_in"
    found = [
        DeedKey(fact.channel_id, one.value, day, hour, subject, source, who)
        for one, source in sources.items()
    ]
    if deed is Deed.PAGED:
        visit = msgspec.structs.replace(
            found[0], deed=Deed.VISITED.value, subject="page", source=""
        )
        found.append(visit)
    return found


def _move(moves: dict[MoveKey, tuple[int, int]], fact: Fact) -> None:
    is_gain = fact.kind == "channels.followed"
    told = fact.decode(ChannelFollowed) if is_gain else fact.decode(ChannelUnfollowed)
    source = source_of(told.scene, fact.code_id)
    key = MoveKey(fact.channel_id, hour_of(fact.at)[0], source.value)
    gained, lost = moves.get(key, (0, 0))
    moves[key] = (gained + is_gain, lost + (not is_gain))


def _serve(served: dict[ServedKey, tuple[int, int, int, int]], fact: Fact) -> None:
    told = fact.decode(PushFinished)
    key = ServedKey(fact.channel_id, *hour_of(fact.at))
    pushes, failures, took_ms, longest_ms = served.get(key, (0, 0, 0, 0))
    served[key] = (
        pushes + 1,
        failures + (told.outcome not in _heard),
        took_ms + told.took_ms,
        max(longest_ms, told.took_ms),
    )


_DEEDS = {
    "talks.said": Deed.SAID,
    "channels.menu_tapped": Deed.TAPPED,
    "articles.read": Deed.READ,
    "articles.shared": Deed.SHARED,
    "articles.favoured": Deed.FAVOURED,
    "consents.app_signed_in": Deed.VISITED,
    "miniapps.opened": Deed.PAGED,
    "miniapps.shared": Deed.PAGE_SHARED,
}

_EVENTS: dict[Deed, type[ArticleDeed]] = {
    Deed.READ: ReadArticle,
    Deed.FAVOURED: FavouredArticle,
    Deed.SHARED: SharedArticle,
}

FOLLOWERS = (
    Follower(
        name="audience.journal",
        kinds=(
            *_DEEDS,
            "channels.followed",
            "channels.unfollowed",
            "pushes.finished",
            "broadcasts.sent",
        ),
        handle=on_facts,
        batch_max=2_000,
    ),
)
