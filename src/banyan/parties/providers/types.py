"""Ids, structs and events of those whose channels know a person by one name."""

from datetime import datetime

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId


class ProviderId(Id):
    """A provider."""


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Whose channels know each person by one unionid (开放平台帐号), all of one merchant."""

    provider_id: ProviderId
    merchant_id: MerchantId
    appid: str
    created_at: datetime


class ProviderCreated(Event, frozen=True, kw_only=True, tag="providers.created"):
    """A merchant has a provider to which its channels can be bound; `subject_id` names it."""


class ChannelBound(Event, frozen=True, kw_only=True, tag="providers.channel_bound"):
    """A channel knows people by the unionids of a provider, `subject_id`, from now on."""


class ChannelUnbound(Event, frozen=True, kw_only=True, tag="providers.channel_unbound"):
    """A channel knows people by the unionids of a provider, `subject_id`, no more."""
