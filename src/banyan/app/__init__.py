"""The only place that knows everything: settings, the list of rooms, building, serving and measuring."""
