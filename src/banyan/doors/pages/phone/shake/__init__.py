"""Shaking near a beacon, and opening what it shows."""
