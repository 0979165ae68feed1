"""Promises of money: what people hold, what they pay for, and what is given back."""
