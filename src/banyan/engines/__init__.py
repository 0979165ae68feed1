"""Heavy computing without business facts: arrays in, arrays out."""
