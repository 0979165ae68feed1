"""What agents keep ready and how people were served, as it is stored."""
