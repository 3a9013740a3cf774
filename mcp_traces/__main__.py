"""`python -m mcp_traces`, the same as `mcp-traces`."""

import sys

from mcp_traces.cli import main

if __name__ == "__main__":
    sys.exit(main())
