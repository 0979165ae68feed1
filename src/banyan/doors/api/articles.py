"""The API of what accounts write and publish."""

from banyan.doors.http import Route
from banyan.reach.articles import (
    add_pack,
    change_article,
    delete_pack,
    list_packs,
    list_published,
    mark_articles,
    open_articles,
    read_article,
    read_pack,
    read_publication,
    share_articles,
    submit_pack,
    take_back,
)

_TAGS = ("articles of accounts",)
_ARTICLE = "/v1/channels/{channel_id}/articles/{article_id}/{place}"
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "GET",
        _ARTICLE,
        read_article,
        summary="Read a published article",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_ARTICLE}/readings",
        open_articles,
        summary="Say that you have opened an article",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_ARTICLE}/marks/{{mark}}",
        mark_articles,
        summary="Like an article or keep it, or no more",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_ARTICLE}/shares",
        share_articles,
        summary="Say that you show an article to somebody",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/packs",
        add_pack,
        summary="Write a pack of articles",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_CHANNEL}/packs", list_packs, summary="List packs of articles", tags=_TAGS),
    Route("GET", f"{_CHANNEL}/packs/{{media_id}}", read_pack, summary="Read a pack", tags=_TAGS),
    Route(
        "PUT",
        f"{_CHANNEL}/packs/{{media_id}}/articles/{{index}}",
        change_article,
        summary="Write one article of a pack anew",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_CHANNEL}/packs/{{media_id}}",
        delete_pack,
        summary="Delete a pack",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/packs/{{media_id}}/publish",
        submit_pack,
        summary="Publish a draft",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/publications",
        list_published,
        summary="List what is published",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/publications/{{publish_number}}",
        read_publication,
        summary="Read how far a publication is",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_CHANNEL}/articles/{{article_id}}",
        take_back,
        summary="Take back one published article, or all of a pack",
        tags=_TAGS,
    ),
)
