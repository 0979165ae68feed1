"""The only place that knows everything: settings, the rooms, building, serving, measuring."""
