"""What an account says about a thing whose barcode was scanned."""
