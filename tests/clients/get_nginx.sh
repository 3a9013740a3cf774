#!/bin/sh
# Unpacks Debian's or Ubuntu's nginx into a folder, without root and without changing the machine, for the tests of
# several replicas. Usage: get_nginx.sh FOLDER. Where it cannot, it says why, also in FOLDER/why-not, which the skipped
# tests quote; it never fails.
set -u
mkdir -p "$1" && cd "$1" || exit 0

give_up() {
    echo "$1" >why-not
    echo "No nginx for the tests of several replicas, which are skipped: $1"
    exit 0
}

rm -f why-not
for candidate in "$(command -v nginx)" /usr/sbin/nginx usr/sbin/nginx; do
    test -x "$candidate" && "$candidate" -v 2>/dev/null && exit 0
done
for command in apt-get dpkg timeout; do
    command -v $command >/dev/null || give_up "this machine has neither nginx nor $command to unpack it with"
done

# Lists of packages of our own: those of the machine may be missing or old, and are root's to renew.
mkdir -p apt/lists/partial apt/cache/archives/partial
ours="-qq -o Dir::State::Lists=$PWD/apt/lists -o Dir::Cache=$PWD/apt/cache -o APT::Sandbox::User=$(id -un)
      -o Acquire::Retries=1 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10"
# shellcheck disable=SC2086
timeout 120 apt-get $ours update && timeout 60 apt-get $ours download nginx || give_up "apt-get could not download it"
dpkg -x nginx_*.deb . || give_up "dpkg could not unpack it"
rm -rf apt nginx_*.deb
usr/sbin/nginx -v || give_up "the nginx of this distribution lacks a library here"
