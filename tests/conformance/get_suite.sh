#!/bin/sh
# Installs the conformance suite of package.json into node_modules beside it, and Node.js 22 where it has a package.
# Where it cannot, it says why, also in the file why-not, which the skipped tests quote; it never fails.
set -u
cd "$(dirname "$0")" || exit 0

give_up() {
    echo "$1" >why-not
    echo "No conformance suite for the tests, which are skipped: $1"
    exit 0
}

rm -f why-not
command -v npm >/dev/null || give_up "npm is missing"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || give_up "npm could not install it"
touch node_modules/.installed
