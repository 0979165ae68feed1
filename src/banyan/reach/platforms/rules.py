"""How long codes and tickets live, what platforms may be let do, and where owners are sent back."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from banyan.base.errors import Invalid, Refusal
from banyan.base.links import split_link
from banyan.reach.channels import Channel, ChannelKind
from banyan.reach.platforms.types import OptionName
from banyan.reach.tokens import Function

TICKET_STEP = timedelta(minutes=10)
TICKET_LIFE = timedelta(hours=12)
ASKING_LIFE = timedelta(minutes=30)
CODE_LIFE = timedelta(hours=1)
KEPT = timedelta(days=1)
"""How long it is still known that a code or ticket once worked."""
EXCLUSIVE = frozenset({Function.MESSAGES})
"""What only one platform at a time may have of an account."""

_official = (
    Function.MESSAGES,
    Function.FOLLOWERS,
    Function.SERVICE,
    Function.WEB,
    Function.AGENTS,
    Function.MASS,
    Function.CARDS,
    Function.SCAN,
    Function.WIFI,
    Function.MATERIAL,
    Function.SHAKE,
    Function.STORES,
    Function.MENU,
    Function.OPEN,
    Function.INVOICES,
)
_apps = (
    Function.APP_ACCOUNT,
    Function.APP_DEVELOPMENT,
    Function.APP_MESSAGES,
    Function.APP_LOGIN,
    Function.APP_STATISTICS,
    Function.MESSAGES,
    Function.CARDS,
    Function.OPEN,
)
FUNCTIONS: dict[ChannelKind, tuple[Function, ...]] = {
    ChannelKind.SERVICE: _official,
    ChannelKind.SUBSCRIPTION: _official,
    ChannelKind.MINIAPP: _apps,
}
"""What each kind of account can let a platform do; other kinds let none act for them."""

DEFAULTS = {
    OptionName.LOCATION_REPORT: 1,
    OptionName.VOICE_RECOGNIZE: 1,
    OptionName.CUSTOMER_SERVICE: 1,
}
_values_max = {OptionName.LOCATION_REPORT: 2}


def check_redirect(platform: Channel, redirect: str) -> str:
    """Accept a web address at the platform's own domain, and return its host.

    Raises Invalid `platforms.redirect_malformed`, Refusal `platforms.wrong_domain`.
    """
    parts = split_link(redirect)
    if parts is None:
        raise Invalid("platforms.redirect_malformed")
    given = parts.netloc if ":" in platform.oauth_domain else parts.hostname
    if not platform.oauth_domain or (given or "").lower() != platform.oauth_domain:
        raise Refusal("platforms.wrong_domain", host=parts.netloc[:200])
    return parts.netloc


def check_functions(
    channel: Channel, wanted: Sequence[Function], held: Collection[Function]
) -> list[Function]:
    """Return what an account of this kind lets a platform do, each once, in a fixed order.

    `held` is what others have of the account. Raises Invalid `platforms.functions_missing`;
    Refusal `platforms.function_unknown`, `platforms.function_held`.
    """
    offered = FUNCTIONS.get(channel.kind, ())
    if not wanted:
        raise Invalid("platforms.functions_missing")
    if set(wanted) - set(offered):
        raise Refusal("platforms.function_unknown")
    taken = sorted(set(wanted) & set(held) & EXCLUSIVE)
    if taken:
        raise Refusal("platforms.function_held", function=taken[0].value)
    return [one for one in offered if one in wanted]


def check_option(name: str, value: str) -> tuple[OptionName, int]:
    """Return an option and its value.

    Raises Invalid `platforms.option_unknown`, `platforms.option_value`.
    """
    option = read_option_name(name)
    if value not in {str(one) for one in range(_values_max.get(option, 1) + 1)}:
        raise Invalid("platforms.option_value")
    return option, int(value)


def read_option_name(name: str) -> OptionName:
    """Return the option of that name. Raises Invalid `platforms.option_unknown`."""
    try:
        return OptionName(name)
    except ValueError:
        raise Invalid("platforms.option_unknown") from None
