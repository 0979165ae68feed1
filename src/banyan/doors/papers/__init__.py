"""Files that several doors give out and take in: sheets of goods, posters of codes."""
