"""Points of a mall: wanting them, and seeing which one got."""
