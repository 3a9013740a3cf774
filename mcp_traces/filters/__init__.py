"""Filters: the table of MLflow's trace search grammar, and what compiles to it, checks it and explains it."""
