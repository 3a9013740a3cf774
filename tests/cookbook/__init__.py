"""The cookbook's stories: their applications, the store they fill, and the pages that are held to its answers."""
