"""Real MLflow servers of older versions and of the newest, each with traces that its own SDK logged."""
