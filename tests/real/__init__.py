"""The tools over real stores, held to what MLflow itself and a plain look through all records say."""
