"""What is sold where, to whom and how: from the store and the code on its door to the order."""
