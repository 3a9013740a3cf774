"""One SELECT of a caller, run in a process of its own over tables that were loaded for it."""
