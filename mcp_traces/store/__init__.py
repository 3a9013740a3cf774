"""Stores: one Protocol, and the gateways behind it."""
