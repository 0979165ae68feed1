"""Server-rendered pages for phones, for the console and for the till."""
