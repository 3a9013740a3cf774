#!/bin/sh
# Puts a Chromium that runs without a screen into a folder, as the command FOLDER/chromium, for the test of the
# Inspector's web form. Usage: get_chromium.sh FOLDER PLAYWRIGHT_CLI. It takes the machine's own browser, or downloads
# Playwright's, or unpacks Debian's; without root and without changing the machine. Where it cannot, it says why, also in
# FOLDER/why-not, which the skipped test quotes; it never fails.
set -u
cli=$(realpath "$2" 2>/dev/null)
mkdir -p "$1" && cd "$1" || exit 0

give_up() {
    rm -f chromium
    echo "$1" >why-not
    echo "No Chromium for the test of the Inspector's web form, which is skipped: $1"
    exit 0
}

# It must show a page and write its profile where it is told to: the browser of a snap does not.
works() {
    profile=$(mktemp -d)
    timeout 60 "$1" --headless --no-sandbox --disable-gpu --user-data-dir="$profile" \
        --dump-dom 'data:text/html,<p>It works' 2>/dev/null | grep -q 'It works' && test -n "$(ls "$profile")"
    outcome=$?
    rm -rf "$profile"
    return $outcome
}

# PROGRAM [FOLDERS OF LIBRARIES]
use() {
    test -x "$1" || return
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\n' "${2:-}${LD_LIBRARY_PATH:-}" "$1" >candidate
    chmod +x candidate
    works ./candidate && mv candidate chromium && exit 0
    rm -f candidate
}

rm -f why-not
test -x chromium && works ./chromium && exit 0
command -v timeout >/dev/null || give_up "timeout is missing"
for name in chromium chromium-browser chromium-headless-shell google-chrome; do
    use "$(command -v $name)"
done

if command -v node >/dev/null && test -f "$cli"; then
    PLAYWRIGHT_BROWSERS_PATH=$PWD/playwright PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=10000 \
        timeout 300 node "$cli" install --only-shell chromium >playwright.log 2>&1
    use "$(find "$PWD/playwright" -type f -name chrome-headless-shell 2>/dev/null | head -n 1)"
fi

for command in apt-get dpkg; do
    command -v $command >/dev/null || give_up "Playwright's could not be had, and there is no $command to unpack Debian's"
done
# Lists of packages of our own: those of the machine may be missing or old, and are root's to renew.
mkdir -p apt/lists/partial apt/cache/archives/partial debs
ours="-qq -o Dir::State::Lists=$PWD/apt/lists -o Dir::Cache=$PWD/apt/cache -o APT::Sandbox::User=$(id -un)
      -o Acquire::Retries=1 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10"
# shellcheck disable=SC2086
timeout 120 apt-get $ours update || give_up "apt-get could not read the lists of packages"
# shellcheck disable=SC2086
wanted=$(apt-get $ours install --simulate --no-install-recommends chromium-headless-shell 2>/dev/null |
    awk '/^Inst/ {print $2}')
test -n "$wanted" || give_up "Playwright's could not be had, and this distribution has no chromium-headless-shell"
# shellcheck disable=SC2086
(cd debs && timeout 300 apt-get $ours download $wanted) || give_up "apt-get could not download chromium-headless-shell"
for deb in debs/*.deb; do
    dpkg -x "$deb" . || give_up "dpkg could not unpack $deb"
done
rm -rf apt debs usr/share
folders=$(find "$PWD/usr/lib" -name '*.so*' -exec dirname {} \; | sort -u | tr '\n' ':')
use "$PWD/usr/lib/chromium/chromium-headless-shell" "$folders"
give_up "the Chromium of this distribution does not run here"
