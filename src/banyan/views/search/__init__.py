"""Search: official accounts and what they publish, by words, Chinese ones too."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.search.find import (
    FoundAccounts,
    FoundArticles,
    SearchAccounts,
    SearchArticles,
    search_accounts,
    search_articles,
)
from banyan.views.search.index import INDEXER, begin_again
from banyan.views.search.invariants import INVARIANTS
from banyan.views.search.types import FoundAccount, FoundArticle, Part

ROOM = Room(
    name="search",
    migrations=Path(__file__).parent / "migrations",
    operations=(search_accounts, search_articles),
    followers=(INDEXER,),
    invariants=INVARIANTS,
)

__all__ = (
    "INDEXER",
    "ROOM",
    "FoundAccount",
    "FoundAccounts",
    "FoundArticle",
    "FoundArticles",
    "Part",
    "SearchAccounts",
    "SearchArticles",
    "begin_again",
    "search_accounts",
    "search_articles",
)
