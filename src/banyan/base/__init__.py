"""What every layer needs and no business word appears in: ids, money, time, errors, limits, secrets, text, database."""
