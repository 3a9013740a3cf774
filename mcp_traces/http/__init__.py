"""Streamable HTTP for a team: who is let in, how much each may ask, and what there is to see of it."""
