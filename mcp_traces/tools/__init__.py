"""Tools: one file per tool, named after it."""
