"""Streamable HTTP, over real connections to real processes."""
