"""Every shell and component with sample values, for developers to look at; no door serves it."""
