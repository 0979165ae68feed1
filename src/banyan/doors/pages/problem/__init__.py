"""The page that says why another could not be shown."""
