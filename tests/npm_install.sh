#!/bin/sh
# Installs what the package.json of a folder names, for the tests. Usage: npm_install.sh FOLDER. Where it cannot, it says
# why, also in the file why-not there, which the skipped tests quote; it never fails.
set -u
cd "$1" || exit 0

give_up() {
    echo "$1" >why-not
    echo "Tests are skipped for want of what is in $(basename "$PWD")/package.json: $1"
    exit 0
}

rm -f why-not
command -v node >/dev/null && command -v npm >/dev/null || give_up "node and npm are missing"
test "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 || give_up "node is older than 20"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || give_up "npm could not install it"
touch node_modules/.installed
