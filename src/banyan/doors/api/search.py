"""The API of searching: accounts and articles."""

from banyan.doors.http import Route
from banyan.views.search import search_accounts, search_articles

_TAGS = ("search",)

ROUTES = (
    Route("GET", "/v1/search/accounts", search_accounts, summary="Find accounts", tags=_TAGS),
    Route("GET", "/v1/search/articles", search_articles, summary="Find articles", tags=_TAGS),
)
