"""A merchant's money: charges, balances, withdrawals, settlements, bills and what differs."""
