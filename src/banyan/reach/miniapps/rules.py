"""What may stand in a mini program's configuration, who gets which code, and which month counts."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.reach.miniapps.types import (
    PAGES_MAX,
    AppConfig,
    Audit,
    AuditItem,
    AuditState,
    Category,
    GrayPlan,
    GrayState,
)

ITEMS_MIN, ITEMS_MAX = 1, 5
TITLE_MAX = 32
TAG_MAX = 20
TAGS_MAX = 10
NOTE_MAX = 200
_page = re.compile(r"[A-Za-z0-9_\-]+(/[A-Za-z0-9_\-.]+)*")
_page_max = 256
_title_max = 60
_url_max = 1_000
_open = frozenset({AuditState.PENDING, AuditState.DELAYED})


def parse_config(text: str) -> AppConfig:
    """Return what an `app.json` says.

    Raises Invalid `miniapps.config_malformed`, `miniapps.pages_missing`, `miniapps.too_many_pages`,
    `miniapps.no_such_page`.
    """
    told = _parse(text)
    pages = _read_pages(told)
    if not pages:
        raise Invalid("miniapps.pages_missing")
    return _add(AppConfig(pages=pages), told)


def merge_config(base: AppConfig, text: str, appid: str) -> tuple[AppConfig, dict[str, Any]]:
    """Return a template's configuration as changed by an `ext.json`, and what its pages are told.

    Raises Invalid `miniapps.config_malformed`, `miniapps.other_appid`, `miniapps.pages_missing`,
    `miniapps.no_such_page`, `miniapps.tab_without_page`.
    """
    told = _parse(text) if text.strip() else {}
    if told.get("extAppid") not in {None, "", appid}:
        raise Invalid("miniapps.other_appid")
    merged = base
    if "pages" in told:
        pages = _read_pages(told)
        if not pages:
            raise Invalid("miniapps.pages_missing")
        _check_known(pages, base)
        merged = msgspec.structs.replace(merged, pages=pages)
    ext = told.get("ext")
    return _add(merged, told), ext if isinstance(ext, dict) else {}


def check_page(config: AppConfig, page: str) -> None:
    """Accept a page that there is. Raises Invalid `miniapps.no_such_page`."""
    if page not in config.pages:
        raise Invalid("miniapps.no_such_page", page=page[:_page_max])


def check_items(
    items: Sequence[AuditItem], config: AppConfig, categories: Sequence[Category]
) -> None:
    """Accept what is put to the audit: one to five pages, each of a category that was chosen.

    Nothing named stands for the first page. Raises Invalid `miniapps.items_count`,
    `miniapps.item_empty`, `miniapps.no_such_page`, `miniapps.tags_malformed`,
    `miniapps.title_malformed`, `miniapps.other_category`.
    """
    if not items:
        return
    if not ITEMS_MIN <= len(items) <= ITEMS_MAX:
        raise Invalid("miniapps.items_count", items_min=ITEMS_MIN, items_max=ITEMS_MAX)
    known = {(one.first_class, one.second_class) for one in categories}
    for item in items:
        if not (item.address or item.title or item.first_class):
            raise Invalid("miniapps.item_empty")
        if item.address:
            check_page(config, item.address)
        tags = item.tag.split()
        if len(tags) > TAGS_MAX or any(len(one) > TAG_MAX for one in tags):
            raise Invalid("miniapps.tags_malformed", tags_max=TAGS_MAX, characters_max=TAG_MAX)
        if len(item.title) > TITLE_MAX:
            raise Invalid("miniapps.title_malformed", characters_max=TITLE_MAX)
        if (item.first_class, item.second_class) not in known:
            raise Invalid("miniapps.other_category")


def list_texts(name: str, audit: Audit) -> list[str]:
    """Return all words of a mini program that people would see."""
    config = audit.version.config
    texts = [name, config.title, *config.titles.values(), *(one.title for one in audit.items)]
    return [one for one in texts if one]


def check_audited(audit: Audit | None) -> Audit:
    """Return the audit whose code may be released.

    Raises Refusal `miniapps.no_audit`, `miniapps.not_approved`.
    """
    if audit is None:
        raise Refusal("miniapps.no_audit")
    if audit.state is not AuditState.APPROVED:
        raise Refusal("miniapps.not_approved", state=audit.state.value)
    return audit


def check_percentage(gray: GrayPlan, percentage: int, *, has_testers: bool) -> None:
    """Let a release to a part of the people only grow.

    Raises Invalid `miniapps.percentage_malformed`, Refusal `miniapps.percentage_lower`.
    """
    if not (0 if has_testers else 1) <= percentage <= 100:  # noqa: PLR2004 - per cent
        raise Invalid("miniapps.percentage_malformed")
    if gray.state is GrayState.RUNNING and percentage <= gray.percentage:
        raise Refusal("miniapps.percentage_lower", percentage=gray.percentage)


def is_open(audit: Audit | None) -> bool:
    """Whether an audit may still end either way."""
    return audit is not None and audit.state in _open


def is_in_gray(gray: GrayPlan, channel_id: int, person_id: int, *, is_tester: bool) -> bool:
    """Whether a person is of the part that has the new code: always the same ones."""
    if gray.state is not GrayState.RUNNING:
        return False
    if is_tester and gray.has_testers_first:
        return True
    told = hashlib.sha256(f"{channel_id}:{gray.audit_id}:{person_id}".encode()).digest()
    return int.from_bytes(told[:8], "big") % 100 < gray.percentage


def compute_day(now: datetime, time_zone: str) -> date:
    """Return the day of an instant where the merchant is."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def _parse(text: str) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid("miniapps.config_malformed") from None
    if not isinstance(told, dict) or r"\u0000" in text:
        raise Invalid("miniapps.config_malformed")
    return told


def _read_pages(told: Mapping[str, Any]) -> list[str]:
    pages = told.get("pages", [])
    if not isinstance(pages, list):
        raise Invalid("miniapps.config_malformed")
    if len(pages) > PAGES_MAX:
        raise Invalid("miniapps.too_many_pages", pages_max=PAGES_MAX)
    for page in pages:
        is_path = isinstance(page, str) and len(page) <= _page_max and _page.fullmatch(page)
        if not is_path:
            raise Invalid("miniapps.no_such_page", page=str(page)[:_page_max])
    return list(dict.fromkeys(pages))


def _add(config: AppConfig, told: Mapping[str, Any]) -> AppConfig:
    """What titles, tabs and pages of the web a configuration names."""
    titles = dict(config.titles)
    for page, facts in _pairs(told.get("extPages")).items():
        check_page(config, page)
        title = _title(facts)
        if title:
            titles[page] = title
    tabs = _pairs(told.get("tabBar")).get("list")
    for tab in tabs if isinstance(tabs, list) else []:
        path = tab.get("pagePath") if isinstance(tab, dict) else None
        if not isinstance(path, str) or not path:
            raise Invalid("miniapps.tab_without_page")
        check_page(config, path)
    web = dict(config.web)
    for page, url in _pairs(_pairs(told.get("ext")).get("web")).items():
        check_page(config, page)
        is_web = isinstance(url, str) and url.startswith("https://") and len(url) <= _url_max
        if not is_web or not url.isprintable() or " " in url:
            raise Invalid("miniapps.config_malformed")
        web[page] = url
    title = _title(told.get("window")) or config.title
    return msgspec.structs.replace(config, titles=titles, title=title, web=web)


def _title(facts: object) -> str:
    title = _pairs(facts).get("navigationBarTitleText", "")
    return title[:_title_max] if isinstance(title, str) and title.isprintable() else ""


def _pairs(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_known(pages: Sequence[str], base: AppConfig) -> None:
    for page in pages:
        check_page(base, page)
