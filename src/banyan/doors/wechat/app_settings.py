"""What mini programs are about, to which domains they speak, and who tries them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.doors.wechat.endpoint import APPS, Wire, endpoint, lacking
from banyan.doors.wechat.errors import WireError
from banyan.reach.miniapps import (
    AddCategories,
    BindTester,
    Category,
    CategoryId,
    Change,
    ChangeDomains,
    DomainLists,
    DropCategory,
    ListTesters,
    Origin,
    Purpose,
    ReadCategories,
    ReadDomains,
    UnbindTester,
    add_categories,
    bind_tester,
    change_domains,
    drop_category,
    list_testers,
    read_all_categories,
    read_categories,
    read_domains,
    unbind_tester,
)

_purposes = {
    "requestdomain": Purpose.REQUEST,
    "wsrequestdomain": Purpose.SOCKET,
    "uploaddomain": Purpose.UPLOAD,
    "downloaddomain": Purpose.DOWNLOAD,
    "udpdomain": Purpose.UDP,
    "tcpdomain": Purpose.TCP,
}
_origins = {
    "mp_domain": Origin.CONSOLE,
    "third_domain": Origin.INTERFACE,
    "direct_domain": Origin.DIRECT,
}
_prefetched_max = 5


class DomainBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/modify_domain`; what is not named stays."""

    action: str = ""
    requestdomain: list[str] | None = None
    wsrequestdomain: list[str] | None = None
    uploaddomain: list[str] | None = None
    downloaddomain: list[str] | None = None
    udpdomain: list[str] | None = None
    tcpdomain: list[str] | None = None


class WebBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/setwebviewdomain`."""

    action: str = ""
    webviewdomain: list[str] = []


class UrlPart(msgspec.Struct, frozen=True, kw_only=True):
    """A domain."""

    url: str = ""


class PrefetchBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/set_prefetchdnsdomain`."""

    prefetch_dns_domain: list[UrlPart] = []


class TesterBody(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who tries the mini program."""

    wechatid: str = ""
    userstr: str = ""


class ActionBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/memberauth`."""

    action: str = ""


class CategoryPart(msgspec.Struct, frozen=True, kw_only=True):
    """A category by its numbers."""

    first: int = 0
    second: int = 0


class CategoriesBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/wxopen/addcategory`."""

    categories: list[CategoryPart] = []


@endpoint("GET", "/wxa/get_category", kinds=APPS, is_said_ok=True)
async def get_category(wire: Wire) -> dict[str, object]:
    """What the mini program is about."""
    found = await wire.run(read_categories, ReadCategories(**wire.own))
    return {
        "category_list": [
            {
                "first_id": one.first_id,
                "first_class": one.first_class,
                "second_id": int(one.second_id),
                "second_class": one.second_class,
            }
            for one in found.items
        ]
    }


@endpoint("GET", "/cgi-bin/wxopen/getallcategories", kinds=APPS, is_said_ok=True)
async def getallcategories(wire: Wire) -> dict[str, object]:
    """Everything that mini programs can be about."""
    del wire
    every = list(read_all_categories().values())
    firsts = {one.first_id: one.first_class for one in every}
    tree = [
        {
            "id": number,
            "name": name,
            "level": 1,
            "father": 0,
            "children": [int(one.second_id) for one in every if one.first_id == number],
        }
        for number, name in firsts.items()
    ]
    leaves = [
        {"id": int(one.second_id), "name": one.second_class, "level": 2, "father": one.first_id}
        for one in every
    ]
    return {"categories_list": {"categories": [*tree, *leaves]}}


@endpoint("GET", "/cgi-bin/wxopen/getcategory", kinds=APPS, is_said_ok=True)
async def getcategory(wire: Wire) -> dict[str, object]:
    """What the mini program is about, and how much more it may be."""
    found = await wire.run(read_categories, ReadCategories(**wire.own))
    limit = 5
    return {
        "categories": [_category(one) for one in found.items],
        "limit": limit,
        "quota": limit - len(found.items),
        "category_limit": limit,
    }


@endpoint("POST", "/cgi-bin/wxopen/addcategory", kinds=APPS)
async def addcategory(wire: Wire, body: CategoriesBody) -> None:
    """Let the mini program be about more."""
    known = read_all_categories()
    for one in body.categories:
        if one.second not in known or known[CategoryId(one.second)].first_id != one.first:
            raise WireError(53305, "the category does not exist")
    command = wire.command(AddCategories, second_ids=[str(one.second) for one in body.categories])
    await wire.run(add_categories, command)


@endpoint("POST", "/cgi-bin/wxopen/deletecategory", kinds=APPS)
async def deletecategory(wire: Wire, body: CategoryPart) -> None:
    """Let the mini program be about less."""
    await wire.run(drop_category, wire.command(DropCategory, second_id=str(max(body.second, 0))))


@lacking("domains of a platform that these must be among")
@endpoint("POST", "/wxa/modify_domain", kinds=APPS)
async def modify_domain(wire: Wire, body: DomainBody) -> dict[str, list[str]]:
    """Change or read to which domains the mini program may speak."""
    return await _modify(wire, body, Origin.INTERFACE)


@endpoint("POST", "/wxa/modify_domain_directly", kinds=APPS)
async def modify_domain_directly(wire: Wire, body: DomainBody) -> dict[str, list[str]]:
    """The same, for domains that no platform has named."""
    return await _modify(wire, body, Origin.DIRECT)


@endpoint("POST", "/wxa/get_effective_domain", kinds=APPS)
async def get_effective_domain(wire: Wire) -> dict[str, object]:
    """To which domains the mini program may speak, by who named them."""
    lists = await wire.run(read_domains, ReadDomains(**wire.own))
    told: dict[str, object] = {name: _named(lists, origin) for name, origin in _origins.items()}
    every = {name: lists.effective(purpose) for name, purpose in _purposes.items()}
    return told | {"effective_domain": every}


@lacking("a check that the domain is its merchant's")
@endpoint("POST", "/wxa/setwebviewdomain", kinds=APPS)
async def setwebviewdomain(wire: Wire, body: WebBody) -> dict[str, list[str]]:
    """Change or read whose pages the mini program may show."""
    return await _set_web(wire, body, Origin.INTERFACE)


@endpoint("POST", "/wxa/setwebviewdomain_directly", kinds=APPS)
async def setwebviewdomain_directly(wire: Wire, body: WebBody) -> dict[str, list[str]]:
    """The same, for domains that no platform has named."""
    return await _set_web(wire, body, Origin.DIRECT)


@endpoint("POST", "/wxa/get_effective_webviewdomain", kinds=APPS)
async def get_effective_webviewdomain(wire: Wire) -> dict[str, object]:
    """Whose pages the mini program may show, by who named them."""
    lists = await wire.run(read_domains, ReadDomains(**wire.own))
    return {
        "mp_webviewdomain": lists.of(Origin.CONSOLE, Purpose.WEB),
        "third_webviewdomain": lists.of(Origin.INTERFACE, Purpose.WEB),
        "direct_webviewdomain": lists.of(Origin.DIRECT, Purpose.WEB),
        "effective_webviewdomain": lists.effective(Purpose.WEB),
    }


@endpoint("GET", "/wxa/get_prefetchdnsdomain", kinds=APPS, is_said_ok=True)
async def get_prefetchdnsdomain(wire: Wire) -> dict[str, object]:
    """The domains that are looked up before they are needed."""
    lists = await wire.run(read_domains, ReadDomains(**wire.own))
    names = lists.effective(Purpose.PREFETCH)
    return {
        "prefetch_dns_domain": [{"url": one, "status": 1} for one in names],
        "size_limit": _prefetched_max,
    }


@endpoint("POST", "/wxa/set_prefetchdnsdomain", kinds=APPS)
async def set_prefetchdnsdomain(wire: Wire, body: PrefetchBody) -> None:
    """Name the domains that are looked up before they are needed."""
    if len(body.prefetch_dns_domain) > _prefetched_max:
        raise WireError(85016, "domain count exceed limit")
    wanted = [one.url for one in body.prefetch_dns_domain]
    await _change(wire, Change.SET, {Purpose.PREFETCH: wanted}, Origin.INTERFACE, is_calm=True)


@endpoint("POST", "/wxa/bind_tester", kinds=APPS)
async def bind(wire: Wire, body: TesterBody) -> dict[str, str]:
    """Let somebody try the mini program."""
    command = wire.command(BindTester, wechat_id=body.wechatid)
    return {"userstr": (await wire.run(bind_tester, command)).userstr}


@endpoint("POST", "/wxa/unbind_tester", kinds=APPS)
async def unbind(wire: Wire, body: TesterBody) -> None:
    """Let somebody try the mini program no more."""
    command = wire.command(UnbindTester, wechat_id=body.wechatid, userstr=body.userstr)
    await wire.run(unbind_tester, command)


@endpoint("POST", "/wxa/memberauth", kinds=APPS)
async def memberauth(wire: Wire, body: ActionBody) -> dict[str, object]:
    """Who tries the mini program."""
    if body.action != "get_experiencer":
        raise WireError(40097, "invalid args: action")
    found = await wire.run(list_testers, ListTesters(**wire.own))
    return {"members": [{"userstr": one.userstr} for one in found.items]}


async def _modify(wire: Wire, body: DomainBody, origin: Origin) -> dict[str, list[str]]:
    named = {
        purpose: names
        for field, purpose in _purposes.items()
        if (names := getattr(body, field)) is not None
    }
    if body.action == "get":
        return _named(await wire.run(read_domains, ReadDomains(**wire.own)), origin)
    return _named(await _change(wire, _change_of(body.action), named, origin), origin)


async def _set_web(wire: Wire, body: WebBody, origin: Origin) -> dict[str, list[str]]:
    if body.action == "get":
        lists = await wire.run(read_domains, ReadDomains(**wire.own))
    elif not body.action:
        raise WireError(89020, "no webview domain has been set by the third party")
    else:
        change = _change_of(body.action)
        try:
            lists = await _change(wire, change, {Purpose.WEB: body.webviewdomain}, origin)
        except Refusal as failure:
            if failure.code == "miniapps.domains_unchanged":
                raise WireError(89019, "webview domain not changed") from None
            raise
    return {"webviewdomain": lists.of(origin, Purpose.WEB)}


async def _change(
    wire: Wire,
    change: Change,
    named: Mapping[Purpose, list[str]],
    origin: Origin,
    *,
    is_calm: bool = False,
) -> DomainLists:
    """Change domains; `is_calm` lets nothing change."""
    domains = {purpose.value: names for purpose, names in named.items()}
    command = wire.command(ChangeDomains, change=change.value, domains=domains, origin=origin.value)
    try:
        return await wire.run(change_domains, command)
    except Failure as failure:
        if is_calm and failure.code == "miniapps.domains_unchanged":
            return await wire.run(read_domains, ReadDomains(**wire.own))
        raise


def _change_of(action: str) -> Change:
    try:
        return Change(action)
    except ValueError:
        raise WireError(40097, "invalid args: action") from None


def _named(lists: DomainLists, origin: Origin) -> dict[str, list[str]]:
    return {field: lists.of(origin, purpose) for field, purpose in _purposes.items()}


def _category(one: Category) -> dict[str, object]:
    return {
        "first": one.first_id,
        "first_name": one.first_class,
        "second": int(one.second_id),
        "second_name": one.second_class,
        "audit_status": 3,
        "audit_reason": "",
    }
