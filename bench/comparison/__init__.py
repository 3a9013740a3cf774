"""This server, `mlflow mcp run` and MLflow's client beside each other: one run, the same stores and questions.

`make bench` seeds the stores, sees that all three give the same answers, times them in turn, and writes the figures
into docs/benchmarks.md; `make bench-smoke` does the same with small stores and writes nothing.
"""
