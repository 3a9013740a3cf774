"""Shaping: pure functions from records to results."""
