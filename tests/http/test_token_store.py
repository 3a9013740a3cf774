"""The token file as it is written: what is kept, who may read it, and that no change is lost, half or undone."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_traces.errors import InvalidArgumentError, NotFoundError, TokenFileError
from mcp_traces.http.token_store import add_token, hash_of, read_tokens, remove_token, token_path
from mcp_traces.settings import Settings

POSIX = pytest.mark.skipif(os.name != "posix", reason="rights and locks are others there")
ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_token_is_random_and_says_whose_it_is(path: Path) -> None:
    """32 random bytes are beyond guessing; the prefix lets people and scanners for leaked secrets know it."""
    made = [add_token(path, f"bot{number}", None) for number in range(3)]

    assert len(set(made)) == 3
    assert [token for token in made if not re.fullmatch(r"mcpt_[\w-]{43}", token)] == []


def test_the_file_holds_hashes_and_no_token(path: Path) -> None:
    """Whoever reads it, in a backup for instance, gets in nowhere."""
    ann, bob = add_token(path, "ann", None), add_token(path, "bob", ("1", "nightly-eval"))
    written = json.loads(path.read_text(encoding="utf-8"))

    assert ann not in path.read_text(encoding="utf-8") and bob not in path.read_text(encoding="utf-8")
    assert [(one["name"], one["sha256"], one["experiments"]) for one in written["tokens"]] == [
        ("ann", hash_of(ann), None),
        ("bob", hash_of(bob), ["1", "nightly-eval"]),
    ]


def test_a_hash_does_not_show_where_entries_are_printed(path: Path) -> None:
    """Entries end up in tracebacks."""
    token = add_token(path, "ann", None)

    assert hash_of(token) not in repr(read_tokens(path))


@POSIX
def test_file_and_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Also with a generous umask."""
    path = tmp_path / "new" / "tokens.json"
    before = os.umask(0)
    try:
        add_token(path, "ann", None)
    finally:
        os.umask(before)

    assert [mode_of(path.parent), mode_of(path)] == [0o700, 0o600]


@POSIX
def test_a_change_keeps_the_file_and_its_mode(tmp_path: Path) -> None:
    """A container that mounts the file alone sees the file that was mounted, and reads it as a user of its own."""
    path, mounted = tmp_path / "tokens.json", tmp_path / "mounted.json"
    add_token(path, "ann", None)
    path.chmod(0o640)
    mounted.hardlink_to(path)
    add_token(path, "bob", None)
    remove_token(path, "ann")

    assert [one.name for one in read_tokens(mounted)] == ["bob"]
    assert mode_of(mounted) == 0o640


READER = """
import sys
from pathlib import Path
path = Path(sys.argv[1])
print("ready", flush=True)
for _ in range(20_000):
    content = path.read_bytes()
    assert content.startswith(b"{") and content.rstrip().endswith(b"}"), content
"""


@POSIX
def test_readers_find_the_file_whole_at_any_moment(path: Path) -> None:
    """Also those that ask for no lock, such as `kubectl create secret --from-file`."""
    add_token(path, "ann", None)
    reader = subprocess.Popen([sys.executable, "-c", READER, str(path)], stdout=subprocess.PIPE, text=True)
    assert reader.stdout and reader.stdout.readline() == "ready\n"
    while reader.poll() is None:
        add_token(path, "bob", ["1", "2"])
        remove_token(path, "bob")
    reader.communicate()

    assert reader.returncode == 0


@POSIX
@ROOT
def test_a_change_by_root_leaves_the_file_to_its_owner(path: Path) -> None:
    """The server runs as another user, and must read it afterwards as before."""
    add_token(path, "ann", None)
    os.chown(path, 12345, 12345)
    add_token(path, "bob", None)

    assert (path.stat().st_uid, path.stat().st_gid, mode_of(path)) == (12345, 12345, 0o600)


@POSIX
def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    """Whoever keeps it elsewhere finds the change there."""
    kept, link = tmp_path / "kept.json", tmp_path / "tokens.json"
    link.symlink_to(kept)
    add_token(link, "ann", None)

    assert link.is_symlink()
    assert [one.name for one in read_tokens(kept)] == ["ann"]


ADDER = """
import sys
from pathlib import Path
from mcp_traces.http.token_store import add_token
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    add_token(Path(sys.argv[1]), f"{sys.argv[2]}{number}", None)
"""


@POSIX
def test_two_processes_that_add_at_once_lose_nothing(path: Path) -> None:
    """Each reads, adds and writes; without a lock one's tokens would go with the other's writing."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", ADDER, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in ("left", "right")
    ]
    for writer in writers:
        assert writer.stdout and writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)

    assert [writer.returncode for writer in writers] == [0, 0]
    assert {one.name for one in read_tokens(path)} == {f"{side}{n}" for side in ("left", "right") for n in range(25)}


def test_a_change_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk must not lock everybody out; and nothing is left lying about."""

    synced: list[int] = []

    def fail_once(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 1:
            raise OSError(28, "No space left on device")

    add_token(path, "ann", None)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(TokenFileError, match="cannot be written: No space left on device"):
        add_token(path, "bob", None)

    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["tokens.json"]


@pytest.mark.parametrize(
    "content", [b"{", b'{"version": 1, "tokens": [{"name": "ann"}]}'], ids=["cut", "half an entry"]
)
def test_a_damaged_file_is_not_written_over(path: Path, content: bytes) -> None:
    """What can be mended by hand must not be lost to the next change."""
    path.write_bytes(content)
    for change in (lambda: add_token(path, "bob", None), lambda: remove_token(path, "ann")):
        with pytest.raises(TokenFileError, match=r"is damaged: .* Fix or remove it"):
            change()

    assert path.read_bytes() == content


GOOD_NAMES = ["a", "a" * 64, "ann@example.com", "build-bot_2.0", "Zoë", "名前"]
BAD_NAMES = ["", "a" * 65, "two words", "ann\n", "a/b", "a:b", "a\x00b", "a,b", '"a"']


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_name_may_be_what_people_and_programs_are_called(path: Path, name: str) -> None:
    """Letters of every script, digits, and what addresses and host names are made of."""
    add_token(path, name, None)

    assert [one.name for one in read_tokens(path)] == [name]


@pytest.mark.parametrize("name", BAD_NAMES, ids=repr)
def test_other_names_are_refused(path: Path, name: str) -> None:
    """They stand in logs and lists, where blanks, line breaks and control characters would mislead."""
    with pytest.raises(InvalidArgumentError, match="is no name for a token"):
        add_token(path, name, None)

    assert not path.exists()


def test_a_name_has_one_token(path: Path) -> None:
    """Otherwise nobody knows which of two is meant by `remove`; the old one goes on to open."""
    token = add_token(path, "ann", None)
    with pytest.raises(TokenFileError, match="There is a token named 'ann' already"):
        add_token(path, "ann", ("1",))

    assert [(one.sha256, one.experiments) for one in read_tokens(path)] == [(hash_of(token), None)]


def test_only_the_named_token_is_removed(path: Path) -> None:
    """One that is not there is an error, which names those that are: a slip would leave somebody in."""
    for name in ("ann", "bob"):
        add_token(path, name, None)
    remove_token(path, "ann")
    with pytest.raises(NotFoundError, match=r"There is no token named 'ann' in .*\. Known names: bob\."):
        remove_token(path, "ann")

    assert [one.name for one in read_tokens(path)] == ["bob"]


def test_a_home_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is a home folder; without one the file must not end up in a folder named `~`."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert token_path(Settings()) == tmp_path / ".mcp-traces" / "tokens.json"
    with pytest.raises(InvalidArgumentError, match="there is no such home folder"):
        token_path(Settings(token_file=Path("~nobody-of-this-name/tokens.json")))
