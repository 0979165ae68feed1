"""Which menu fits whom, and how many places a merchant's menus may lead to."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from banyan.base.errors import Invalid, Refusal
from banyan.reach.channels import ButtonKind, MenuButton, list_actions
from banyan.reach.menus.types import ConditionalMenu, Platform, Rule, Traits

MENUS_MAX = 200
"""Most menus of one account that only some of its followers see."""
DOMAINS_MAX = 3
"""Most domains to which an account's menus for some followers lead, all together."""

_apple = ("iPhone", "iPad", "iPod", "iOS")
_android = ("Android", "HarmonyOS")


def check_rule(rule: Rule) -> None:
    """Accept a rule that names something, and each place with the one around it.

    Raises Invalid `menus.rule_empty`, `menus.country_missing`, `menus.province_missing`.
    """
    if rule.is_empty:
        raise Invalid("menus.rule_empty")
    if (rule.province or rule.city) and not rule.country:
        raise Invalid("menus.country_missing")
    if rule.city and not rule.province:
        raise Invalid("menus.province_missing")


def check_domains(menus: Iterable[Sequence[MenuButton]]) -> None:
    """Accept menus that lead to few domains. Raises Refusal `menus.too_many_domains`."""
    actions = [one for buttons in menus for one in list_actions(buttons)]
    urls = [one.url for one in actions if one.kind is ButtonKind.VIEW]
    domains = {host for url in urls if (host := urlsplit(url).hostname)}
    if len(domains) > DOMAINS_MAX:
        raise Refusal("menus.too_many_domains", domains_max=DOMAINS_MAX)


def fits(rule: Rule, traits: Traits) -> bool:
    """Whether a menu under this rule is for somebody like that."""
    if rule.sex is not None or rule.country:
        return False
    wanted = ((rule.tag_number, traits.tag_number), (rule.platform, traits.platform))
    if any(named is not None and named != found for named, found in wanted):
        return False
    return not rule.language or rule.language.split("_")[0] == traits.language


def choose(menus: Sequence[ConditionalMenu], traits: Traits) -> ConditionalMenu | None:
    """Return the first of the menus, the newest first, that is for somebody like that."""
    return next((one for one in menus if fits(one.rule, traits)), None)


def platform_of(device: str) -> Platform:
    """What a device runs, by what it is called."""
    if any(name in device for name in _apple):
        return Platform.IOS
    if any(name in device for name in _android):
        return Platform.ANDROID
    return Platform.OTHER
