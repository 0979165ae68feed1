"""What may be said of a store, and what of it others have to check."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from banyan.base.errors import Invalid
from banyan.base.limits import NAME_MAX
from banyan.commerce.listings.types import ListingFacts


@cache
def read_categories() -> tuple[str, ...]:
    """Every category, the wider first: `美食,江浙菜`."""
    text = resources.files(__package__).joinpath("categories.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def check_categories(categories: Sequence[str]) -> None:
    """Accept one or more that exist. Raises Invalid `listings.no_such_category`."""
    if not categories:
        raise Invalid("listings.no_such_category", category="")
    known = read_categories()
    for one in categories:
        if one not in known:
            raise Invalid("listings.no_such_category", category=one[:40])


def list_texts(facts: ListingFacts) -> list[str]:
    """What people would read of it."""
    texts = (facts.recommend, facts.special, facts.introduction, facts.open_time)
    return [one for one in texts if one]


def join_name(name: str, branch: str) -> str:
    """What a store is called among all of its merchant's: with the branch, where it has one."""
    return f"{name}（{branch}）"[:NAME_MAX] if branch else name


def split_name(full: str, branch: str) -> str:
    """The name without the branch."""
    return full.removesuffix(f"（{branch}）") if branch else full
