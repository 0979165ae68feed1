"""The pay password: setting it, changing it, and setting it anew when it is forgotten."""
