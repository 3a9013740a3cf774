"""Redaction: what must be masked, what must not, and what masking leaves as it was."""
