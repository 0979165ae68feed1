"""Has banks pay what leaves wallets and purses; the built-in test bank pays play money."""

from banyan.outside.bank.play_bank import PlayBank
from banyan.outside.bank.teller import Teller

__all__ = ("PlayBank", "Teller")
