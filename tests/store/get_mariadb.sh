#!/bin/sh
# Installs Debian's MariaDB, which the tests of MySQL databases run with. Needs root and apt-get; where it cannot install
# it, it says why, and the tests are skipped. It never fails.
set -u

give_up() {
    echo "No MariaDB for the tests of MySQL databases, which are skipped: $1"
    exit 0
}

command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null && exit 0
for command in apt-get timeout; do
    command -v $command >/dev/null || give_up "this machine has neither MariaDB nor $command to install it with"
done
test "$(id -u)" = 0 || give_up "only root can install it (apt-get install mariadb-server)"
export DEBIAN_FRONTEND=noninteractive
timeout 120 apt-get -qq update && timeout 300 apt-get -qq install --yes --no-install-recommends mariadb-server >/dev/null ||
    give_up "apt-get could not install it"
# The package starts a server of its own, which no test uses.
if command -v service >/dev/null; then service mariadb stop >/dev/null 2>&1 || true; fi
