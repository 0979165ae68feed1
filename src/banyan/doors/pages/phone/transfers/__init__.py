"""What merchants send me, on the phone."""
