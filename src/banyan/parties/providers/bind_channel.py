"""Makes providers, and binds channels to them: the part of each room above that knows channels."""

import secrets

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.work import Work
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.parties.providers import store
from banyan.parties.providers.rules import CHANNELS_MAX
from banyan.parties.providers.types import (
    ChannelBound,
    ChannelUnbound,
    Provider,
    ProviderCreated,
    ProviderId,
)

_salt_bytes = 32
_appid_digits = 16


async def create_for(work: Work, merchant_id: int, channel_id: int) -> Provider:
    """Make a provider with a merchant's channel bound to it.

    Raises Refusal `providers.bound_already`.
    """
    provider = Provider(
        provider_id=ProviderId(work.ids.next()),
        merchant_id=MerchantId(merchant_id),
        appid=f"wx{digest(new_token('provider')).hex()[:_appid_digits]}",
        created_at=work.now,
    )
    await store.insert_provider(work.db, provider, secrets.token_bytes(_salt_bytes))
    await _bind(work, provider, channel_id)
    work.record(ProviderCreated(merchant_id=int(merchant_id), subject_id=int(provider.provider_id)))
    return provider


async def bind_channel(work: Work, appid: str, merchant_id: int, channel_id: int) -> Provider:
    """Bind a merchant's channel to the provider of that appid.

    Raises NotFound `providers.not_found`; Refusal `providers.other_merchant`,
    `providers.bound_already`, `providers.too_many`.
    """
    provider = await _lock(work, appid, merchant_id)
    bound = await store.list_bound(work.db, provider.provider_id, CHANNELS_MAX)
    if len(bound) >= CHANNELS_MAX and channel_id not in bound:
        raise Refusal("providers.too_many", channels_max=CHANNELS_MAX)
    await _bind(work, provider, channel_id)
    return provider


async def unbind_channel(work: Work, appid: str, merchant_id: int, channel_id: int) -> None:
    """Let a merchant's channel be bound to that provider no more.

    Raises NotFound `providers.not_found`, `providers.not_bound`; Refusal
    `providers.other_merchant`.
    """
    provider = await _lock(work, appid, merchant_id)
    if not await store.delete_binding(work.db, channel_id, provider.provider_id):
        raise NotFound("providers.not_bound")
    await _note(work, provider, channel_id, is_bound=False)


async def _lock(work: Work, appid: str, merchant_id: int) -> Provider:
    provider = await store.lock_provider(work.db, appid)
    if provider is None:
        raise NotFound("providers.not_found")
    if provider.merchant_id != merchant_id:
        raise Refusal("providers.other_merchant")
    return provider


async def _bind(work: Work, provider: Provider, channel_id: int) -> None:
    if not await store.insert_binding(work.db, channel_id, provider.provider_id, work.now):
        raise Refusal("providers.bound_already")
    await _note(work, provider, channel_id, is_bound=True)


async def _note(work: Work, provider: Provider, channel_id: int, *, is_bound: bool) -> None:
    await note_change(
        work,
        merchant_id=provider.merchant_id,
        subject="providers.binding",
        subject_id=channel_id,
        before=None if is_bound else provider,
        after=provider if is_bound else None,
    )
    kind = ChannelBound if is_bound else ChannelUnbound
    work.record(
        kind(
            merchant_id=int(provider.merchant_id),
            channel_id=channel_id,
            subject_id=int(provider.provider_id),
        )
    )
