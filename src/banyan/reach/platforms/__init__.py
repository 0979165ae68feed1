"""Providers' platforms: they act for accounts whose owners let them, and only within that."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.platforms.access import access_web, find_delegate, read_option_of
from banyan.reach.platforms.ask_owner import (
    CreateAsking,
    ReadPlatformAsking,
    create_asking,
    read_platform_asking,
)
from banyan.reach.platforms.authorize import AuthorizePlatform, authorize_platform
from banyan.reach.platforms.authorizers import (
    ListAuthorizers,
    ListMyPlatforms,
    ReadAuthorizer,
    list_authorizers,
    list_my_platforms,
    read_authorizer,
)
from banyan.reach.platforms.delegate import (
    QueryAuthorization,
    RefreshDelegated,
    query_authorization,
    refresh_delegated,
)
from banyan.reach.platforms.invariants import INVARIANTS
from banyan.reach.platforms.revoke import RevokePlatform, revoke_platform
from banyan.reach.platforms.settings import (
    ReadOption,
    ReadPlatform,
    SetOption,
    SetPlatform,
    read_option,
    read_platform,
    set_option,
    set_platform,
)
from banyan.reach.platforms.tickets import (
    FOLLOWERS,
    TIMERS,
    IssuePlatformToken,
    StartTickets,
    issue_platform_token,
    start_tickets,
)
from banyan.reach.platforms.types import (
    AccountOffer,
    Authorizer,
    Authorizers,
    Codes,
    Delegated,
    FunctionOffer,
    MyPlatform,
    MyPlatforms,
    Option,
    OptionName,
    PlatformAsking,
    PlatformAuthorized,
    PlatformRevoked,
    PlatformSettings,
)

ROOM = Room(
    name="platforms",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        issue_platform_token,
        start_tickets,
        create_asking,
        read_platform_asking,
        authorize_platform,
        revoke_platform,
        query_authorization,
        refresh_delegated,
        read_authorizer,
        list_authorizers,
        list_my_platforms,
        set_platform,
        read_platform,
        read_option,
        set_option,
    ),
    events=(PlatformAuthorized, PlatformRevoked),
    followers=FOLLOWERS,
    timers=TIMERS,
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "AccountOffer",
    "AuthorizePlatform",
    "Authorizer",
    "Authorizers",
    "Codes",
    "CreateAsking",
    "Delegated",
    "FunctionOffer",
    "IssuePlatformToken",
    "ListAuthorizers",
    "ListMyPlatforms",
    "MyPlatform",
    "MyPlatforms",
    "Option",
    "OptionName",
    "PlatformAsking",
    "PlatformAuthorized",
    "PlatformRevoked",
    "PlatformSettings",
    "QueryAuthorization",
    "ReadAuthorizer",
    "ReadOption",
    "ReadPlatform",
    "ReadPlatformAsking",
    "RefreshDelegated",
    "RevokePlatform",
    "SetOption",
    "SetPlatform",
    "StartTickets",
    "access_web",
    "authorize_platform",
    "create_asking",
    "find_delegate",
    "issue_platform_token",
    "list_authorizers",
    "list_my_platforms",
    "query_authorization",
    "read_authorizer",
    "read_option",
    "read_option_of",
    "read_platform",
    "read_platform_asking",
    "refresh_delegated",
    "revoke_platform",
    "set_option",
    "set_platform",
    "start_tickets",
)
