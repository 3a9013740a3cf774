#!/bin/sh
# Installs the MCP clients of package.json into node_modules beside it. Where it cannot, it says why, also in the file
# why-not, which the skipped tests quote; it never fails.
set -u
cd "$(dirname "$0")" || exit 0

give_up() {
    echo "$1" >why-not
    echo "No Node.js clients for the tests, which are skipped: $1"
    exit 0
}

rm -f why-not
command -v node >/dev/null && command -v npm >/dev/null || give_up "node and npm are missing"
test "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 || give_up "node is older than 20"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || give_up "npm could not install them"
touch node_modules/.installed
