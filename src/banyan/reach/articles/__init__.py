"""What official accounts write: drafts, packs of articles, and what of it anybody may read."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.publish import (
    TIMERS,
    ListPublished,
    ReadArticle,
    ReadPublication,
    ReadPublished,
    SubmitPack,
    TakeBack,
    list_published,
    read_article,
    read_publication,
    read_published,
    submit_pack,
    take_back,
)
from banyan.reach.articles.read_packs import ListPacks, ReadPack, list_packs, read_pack
from banyan.reach.articles.store import find_pack
from banyan.reach.articles.types import (
    Article,
    ArticlePage,
    ArticlesTakenBack,
    Pack,
    PackPublished,
    Packs,
    PackState,
    Publication,
    Publications,
)
from banyan.reach.articles.write_packs import (
    AddPack,
    ChangeArticle,
    DeletePack,
    add_pack,
    change_article,
    delete_pack,
)

ROOM = Room(
    name="articles",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_pack,
        change_article,
        delete_pack,
        read_pack,
        list_packs,
        submit_pack,
        read_publication,
        read_published,
        list_published,
        take_back,
        read_article,
    ),
    events=(PackPublished, ArticlesTakenBack),
    timers=TIMERS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "AddPack",
    "Article",
    "ArticlePage",
    "ArticlesTakenBack",
    "ChangeArticle",
    "DeletePack",
    "ListPacks",
    "ListPublished",
    "Pack",
    "PackPublished",
    "PackState",
    "Packs",
    "Publication",
    "Publications",
    "ReadArticle",
    "ReadPack",
    "ReadPublication",
    "ReadPublished",
    "SubmitPack",
    "TakeBack",
    "add_pack",
    "change_article",
    "delete_pack",
    "find_pack",
    "list_packs",
    "list_published",
    "read_article",
    "read_pack",
    "read_publication",
    "read_published",
    "submit_pack",
    "take_back",
)
