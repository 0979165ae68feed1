"""Places and their codes: on doors and tables, with posters and how often each was scanned."""
