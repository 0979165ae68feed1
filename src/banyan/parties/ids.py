"""The two ids that every room of parties speaks of; people and merchants re-export their own."""

from banyan.base.ids import Id


class PersonId(Id):
    """A human."""


class MerchantId(Id):
    """A legal seller."""
