"""Every call that is answered, group by group."""

from __future__ import annotations

from types import ModuleType

from banyan.doors.wechat import (
    app_code,
    app_entries,
    app_settings,
    articles,
    base,
    beacon_counts,
    beacon_groups,
    beacons,
    card_codes,
    card_days,
    card_handouts,
    card_members,
    cards,
    comments,
    customer,
    datacube,
    datacube_articles,
    datacube_visits,
    desk,
    devices,
    diagnostics,
    groups,
    hotspots,
    mass,
    material,
    media,
    menus,
    oauth,
    oauth_via,
    platforms,
    poi,
    providers,
    retired,
    scenes,
    security,
    sights,
    subscriptions,
    tags,
    templates,
    users,
)
from banyan.doors.wechat.endpoint import Endpoint

GROUPS: tuple[ModuleType, ...] = (
    base,
    diagnostics,
    menus,
    oauth,
    oauth_via,
    platforms,
    providers,
    media,
    material,
    articles,
    comments,
    mass,
    customer,
    desk,
    users,
    tags,
    groups,
    scenes,
    templates,
    subscriptions,
    poi,
    devices,
    beacons,
    beacon_groups,
    beacon_counts,
    hotspots,
    datacube,
    datacube_articles,
    datacube_visits,
    cards,
    card_codes,
    card_members,
    card_handouts,
    card_days,
    app_code,
    app_settings,
    app_entries,
    retired,
    security,
    sights,
)
"""The files of this folder that hold endpoints."""


def _list_endpoints(group: ModuleType) -> list[Endpoint]:
    return [one for one in vars(group).values() if isinstance(one, Endpoint)]


ENDPOINTS: tuple[Endpoint, ...] = tuple(one for group in GROUPS for one in _list_endpoints(group))
