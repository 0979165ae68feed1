"""What was sold: an order after it was put in, and the orders of the day."""
