"""The Wi-Fi of a store: its code scanned, its password shown, its homepage opened."""
