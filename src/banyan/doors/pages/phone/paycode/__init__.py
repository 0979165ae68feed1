"""The payment code that a till scans, and what it then asks to confirm."""
