"""Real agent frameworks: each runs the same short conversation, exports its spans over OTLP, and is read back."""
