"""Free of business words: ids, money, time, errors, limits, secrets, text, database."""
