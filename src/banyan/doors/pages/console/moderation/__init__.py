"""What accounts may let others see: the operator's queue, and each account's own checks."""
