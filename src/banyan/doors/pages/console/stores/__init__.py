"""Stores: the merchant's places of business."""
