"""Tells the servers of official accounts what happens, and takes their answers."""

from banyan.outside.callbacks.addresses import is_public
from banyan.outside.callbacks.courier import HttpCourier, open_courier
from banyan.outside.callbacks.deliverer import Deliverer
from banyan.outside.callbacks.prober import Prober

__all__ = ("Deliverer", "HttpCourier", "Prober", "is_public", "open_courier")
