"""Starts the mcp-traces that lies beside this file, with the settings that the host hands over as variables."""

import os
import sys

for name, value in list(os.environ.items()):
    if value.startswith("${user_config."):  # left empty by the user, and left as it was by the host
        del os.environ[name]

from mcp_traces.cli import main  # noqa: E402 (after the variables are as they are to be)

if __name__ == "__main__":
    sys.exit(main(["serve"]))
