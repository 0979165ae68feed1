"""Knows payees and their keys, our own pairs, and how accounts and merchants are called here."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from banyan.base.clock import Clock
from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.work import (
    MERCHANT_PERMISSIONS,
    NOBODY,
    SYSTEM,
    Actor,
    Grant,
    Operation,
    Permission,
)
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.payees import (
    SWITCHED_BEFORE,
    Bound,
    KeyMode,
    ListPayees,
    Payee,
    PayeeKeys,
    PlatformKey,
    PlatformKeys,
    PlatformKind,
    ReadPayeeKeys,
    Scope,
    list_payees,
    read_payee_keys,
)
from banyan.reach.channels import (
    Channel,
    ChannelId,
    FindPeople,
    ListAppidOpenids,
    ListAppids,
    find_people,
    list_appid_openids,
    list_appids,
)
from banyan.wire.wechatpay import PUBLIC_KEY_PREFIX

C = TypeVar("C")
R = TypeVar("R")

_ttl_s = 2.0
_known_max = 50_000
_not_granted = frozenset(
    {
        Permission.KEYS_READ,
        Permission.KEYS_WRITE,
        Permission.STAFF_READ,
        Permission.STAFF_WRITE,
        Permission.MERCHANT_WRITE,
    }
)
_allows: dict[Scope, set[Permission]] = {
    Scope.PAY: {
        Permission.ORDERS_TAKE,
        Permission.ORDERS_READ,
        # What goes with a payment: who sold it, which page follows it, the points for it.
        Permission.STORES_READ,
        Permission.STORES_WRITE,
        Permission.CAMPAIGNS_WRITE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_WRITE,
    },
    Scope.REFUND: {Permission.ORDERS_REFUND, Permission.ORDERS_READ},
    Scope.BILLS: {Permission.FINANCE_READ, Permission.ORDERS_READ},
    Scope.SHARE: set(),
    Scope.FUNDS: {
        Permission.FINANCE_READ,
        Permission.FINANCE_WRITE,
        # Packets and vouchers are paid from the purse; invoices are asked for in accounts.
        Permission.CAMPAIGNS_WRITE,
        Permission.COUPONS_READ,
        Permission.COUPONS_WRITE,
        Permission.CHANNELS_READ,
        Permission.CHANNELS_WRITE,
    },
}
"""All that is allowed where a provider acts as the merchant, by what the call is for. Where it acts
as itself for the merchant, such as to share, the room looks at the bond."""
_grant = Grant(MERCHANT_PERMISSIONS - _not_granted)


class Office(Protocol):
    """What the door asks of the books."""

    async def run(self, operation: Operation[C, R], command: C, actor: Actor) -> R:
        """The operation's result; raises Failure."""


class ReadPlatform(Protocol):
    """Reads our own pairs, and makes those that are missing."""

    async def __call__(self) -> PlatformKeys:
        """Those that are good, of each kind the latest first."""

    def forget(self) -> None:
        """Ask again for all."""


class PayeeActor(Actor, frozen=True, kw_only=True):
    """A payee's own program: it may do for its merchant what does not change who may do what."""

    payee: Payee


def act_for(payee: Payee, bound: Bound | None = None) -> PayeeActor:
    """The actor of a payee's program; also as another's provider, for what that one allows."""
    grants = {int(payee.merchant_id): _grant}
    if bound is not None:
        allowed = frozenset(permission for one in bound.scopes for permission in _allows[one])
        grants[int(bound.payee.merchant_id)] = Grant(allowed)
    return PayeeActor(kind="payee", actor_id=int(payee.merchant_id), grants=grants, payee=payee)


@dataclass(frozen=True)
class Pairs:
    """Our own pairs as one call or one telling sees them."""

    items: tuple[PlatformKey, ...]
    at: datetime
    """When, by the real clock."""

    def choose(self, mode: KeyMode, named: str = "") -> PlatformKey:
        """By which of them to sign: the one that is named, or what the payee's mode says."""
        found = self.find(named)
        if found is not None:
            return found
        kind = PlatformKind.CERTIFICATE
        if mode is KeyMode.PUBLIC_KEY or named.startswith(PUBLIC_KEY_PREFIX):
            kind = PlatformKind.PUBLIC_KEY
        return self.current(kind)

    def find(self, named: str) -> PlatformKey | None:
        """The pair that the wire calls so; certificates' numbers with or without leading zeros."""
        serial = named if named.startswith(PUBLIC_KEY_PREFIX) else named.upper().lstrip("0")
        return next((one for one in self.items if one.serial == serial), None)

    def current(self, kind: PlatformKind) -> PlatformKey:
        """The pair of a kind that we sign by: an older one until it is about to end.

        By then programs that look for new ones now and then know the next.
        """
        latest_first = [one for one in self.items if one.kind is kind]
        lasting = [one for one in latest_first if one.expires_at > self.at + SWITCHED_BEFORE]
        return lasting[-1] if lasting else latest_first[0]

    @property
    def certificates(self) -> list[PlatformKey]:
        """Those that are known by certificates."""
        return [one for one in self.items if one.kind is PlatformKind.CERTIFICATE]


class Directory:
    """Asks the books who is who, and remembers for a moment what may change."""

    def __init__(self, office: Office, read_platform: ReadPlatform) -> None:
        self._office = office
        self._read_platform = read_platform
        # Pairs end by the real clock, whatever a test server makes of its own.
        self._clock = Clock()
        self._keys: dict[str, tuple[float, PayeeKeys]] = {}
        self._channels: dict[str, Channel] = {}
        self._appids: dict[int, str] = {}
        self._mchids: dict[int, str] = {}

    async def read_pairs(self) -> Pairs:
        """Our own pairs."""
        return Pairs(tuple((await self._read_platform()).items), self._clock.now())

    async def read_keys(self, mchid: str) -> PayeeKeys:
        """A payee and its keys; what changed elsewhere may work two seconds longer.

        Raises NotFound `payees.not_found`.
        """
        now = time.monotonic()
        known = self._keys.get(mchid)
        if known is not None and known[0] > now:
            return known[1]
        self._keys.pop(mchid, None)
        keys = await self._office.run(read_payee_keys, ReadPayeeKeys(mchid=mchid), SYSTEM)
        if len(self._keys) >= _known_max:
            self._keys.clear()
        self._keys[mchid] = (now + _ttl_s, keys)
        return keys

    async def read_channel(self, appid: str) -> Channel:
        """The account of an appid. Raises NotFound `channels.not_found`."""
        known = self._channels.get(appid)
        if known is None:
            found = await self._office.run(find_people, FindPeople(appid=appid[:32]), SYSTEM)
            known = self._channels[appid] = found.channel
        return known

    async def find_people(self, appid: str, openids: Collection[str]) -> dict[str, Id]:
        """Who stands behind openids of an account. Raises NotFound `channels.not_found`."""
        query = FindPeople(appid=appid[:32], openids=list(openids))
        return (await self._office.run(find_people, query, SYSTEM)).people

    async def find_openids(self, appid: str, person_ids: Collection[int]) -> dict[int, str]:
        """What an account knows people by. Raises NotFound `channels.not_found`."""
        query = ListAppidOpenids(appid=appid[:32], person_ids=[PersonId(one) for one in person_ids])
        return (await self._office.run(list_appid_openids, query, SYSTEM)).items

    async def list_appids(self, channel_ids: Collection[int]) -> dict[int, str]:
        """How accounts are called on the wire; 0 is called nothing."""
        unknown = {int(one) for one in channel_ids} - self._appids.keys() - {0}
        if unknown:
            found = await self._office.run(
                list_appids,
                ListAppids(channel_ids=[ChannelId(one) for one in sorted(unknown)]),
                SYSTEM,
            )
            self._appids |= found.items
        return {int(one): self._appids.get(int(one), "") for one in channel_ids}

    async def list_mchids(self, merchant_ids: Collection[int]) -> dict[int, str]:
        """How merchants are called on the wire; 0 is called nothing."""
        unknown = {int(one) for one in merchant_ids} - self._mchids.keys() - {0}
        if unknown:
            query = ListPayees(merchant_ids=[MerchantId(one) for one in sorted(unknown)])
            found = await self._office.run(list_payees, query, SYSTEM)
            self._mchids |= {int(one.merchant_id): one.mchid for one in found.items}
        return {int(one): self._mchids.get(int(one), "") for one in merchant_ids}

    async def find_mchid(self, merchant_id: int) -> str:
        """How a merchant is called on the wire. Raises NotFound `payees.not_found`."""
        found = (await self.list_mchids([merchant_id]))[int(merchant_id)]
        if not found:
            raise NotFound("payees.not_found")
        return found

    async def run(self, operation: Operation[C, R], command: C, actor: Actor = NOBODY) -> R:
        """Run an operation."""
        return await self._office.run(operation, command, actor)

    def forget_keys(self, mchid: str) -> None:
        """Ask again for the keys of a payee."""
        self._keys.pop(mchid, None)

    def forget(self) -> None:
        """Ask again for everybody and everything."""
        for one in (self._keys, self._channels, self._appids, self._mchids):
            one.clear()
        self._read_platform.forget()
