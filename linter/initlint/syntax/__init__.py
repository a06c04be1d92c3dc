"""text -> syntax: bodies, blocks, attributes and expressions with exact spans."""
