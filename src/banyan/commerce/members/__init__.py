"""Membership of a merchant: tiers, points and the member's card."""
