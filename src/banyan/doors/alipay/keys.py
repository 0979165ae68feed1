"""Keys and certificates as they were kept, read once: reading them takes longer than using them."""

from __future__ import annotations

from functools import lru_cache

from banyan.wire.alipay import parse_private_key, parse_public_key, read_chain_sn, read_sn

_kept_max = 1_000

load_private_key = lru_cache(_kept_max)(parse_private_key)
"""Banyan's own key."""
load_public_key = lru_cache(_kept_max)(parse_public_key)
"""A program's key."""
read_number = lru_cache(_kept_max)(read_sn)
"""The number of a certificate."""
read_root_number = lru_cache(_kept_max)(read_chain_sn)
"""The number of a root."""
