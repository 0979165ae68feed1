"""What operators hold against dear and strange payments: rules, lists, and what was decided."""
