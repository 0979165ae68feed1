"""Tells merchants' servers of payments, in the words of whichever protocol they speak."""

from banyan.outside.notifications.notifier import Notifier

__all__ = ("Notifier",)
