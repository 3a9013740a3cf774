"""The token file of a running server, missing, damaged, open to others, mended: whom it lets in, and what is logged."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mcp_traces.http.auth import Rejection
from mcp_traces.http.token_store import TokenEntry, add_token, hash_of, read_tokens, remove_token
from mcp_traces.http.tokens import LOOK_AGAIN_S, TokenFile
from tests.http.conftest import UNKNOWN, list_tools, running, token_app, told

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("at_once")]

UNREADABLE = "The server cannot read its tokens; its log says why."


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def contents(path: Path) -> bytes:
    return path.read_bytes()


@pytest.mark.parametrize("content", [None, b"", b" \n", b'{"version": 1, "tokens": []}'], ids=str)
async def test_without_tokens_nobody_is_let_in(
    path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    """And whoever started the server reads at once why, and what to do; not again with every request."""
    if content is not None:
        put(path, content)
    async with running(token_app(path)) as http:
        answers = [told(await list_tools(http, "Bearer mcpt_x"))[:2] for _ in range(3)]

    assert answers == [(401, UNKNOWN)] * 3
    assert _logged(caplog) == [
        f"The token file {path} is missing or holds no token: nobody is let in until `mcp-traces token add NAME`."
    ]


SECRET = "mcpt_" + "s3cret" * 6
ENTRY = {"name": "ann", "sha256": hash_of(SECRET), "experiments": None, "created": "2026-01-02T03:04:05Z"}
DAMAGED: dict[str, tuple[Any, str]] = {
    "no JSON": (f"ann: {SECRET}".encode(), "Invalid JSON"),
    "cut off": (json.dumps({"version": 1, "tokens": [ENTRY]})[:-9].encode(), "Invalid JSON"),
    "not UTF-8": (b"\xff\xfe{}", "Invalid JSON"),
    "a list": ([ENTRY], "Input should be an object"),
    "a plain table": ({SECRET: "ann"}, "Field required"),
    "another version": ({"version": 2, "tokens": [ENTRY]}, "version: "),
    "the token itself": ({"tokens": [ENTRY | {"sha256": SECRET}]}, "tokens.0.sha256: "),
    "no experiments": ({"tokens": [{key: ENTRY[key] for key in ENTRY if key != "experiments"}]}, "experiments: "),
    "a slip in a key": ({"tokens": [ENTRY | {"experiment": ["1"]}]}, "tokens.0: Extra inputs"),
    "experiments as text": ({"tokens": [ENTRY | {"experiments": "1"}]}, "tokens.0.experiments: "),
    "a name twice": ({"tokens": [ENTRY, ENTRY | {"sha256": "0" * 64}]}, "same name or hash"),
    "a hash twice": ({"tokens": [ENTRY, ENTRY | {"name": "bob"}]}, "same name or hash"),
    "a name with a line break": ({"tokens": [ENTRY | {"name": "ann\n"}]}, "tokens.0.name: "),
}


@pytest.mark.parametrize(("content", "why"), DAMAGED.values(), ids=DAMAGED)
async def test_a_damaged_file_lets_nobody_in(
    path: Path, content: Any, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a list of rights is none. The log says what is wrong where, once, and nothing of what stands there."""
    put(path, content if isinstance(content, bytes) else json.dumps(content).encode())
    async with running(token_app(path)) as http:
        answers = [await list_tools(http, f"Bearer {SECRET}") for _ in range(3)]

    assert [told(answer) for answer in answers] == [(503, UNREADABLE, None)] * 3
    (line,) = _logged(caplog)
    assert line.startswith(f"The token file {path} is damaged: ") and why in line
    assert SECRET not in line and hash_of(SECRET) not in line


async def test_damage_shuts_out_and_mending_lets_in_again(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While the server runs; each time that it is damaged is told."""
    token = add_token(path, "ann", None)
    sound = contents(path)
    async with running(token_app(path)) as http:
        for content, status in ((sound, 200), (b"{", 503), (sound, 200), (b"{", 503), (b"", 401), (sound, 200)):
            put(path, content)
            assert (await list_tools(http, f"Bearer {token}")).status_code == status

    assert [line.split(" is ")[1][:7] for line in _logged(caplog)] == ["damaged", "damaged", "missing"]


async def test_a_file_that_cannot_be_read_lets_nobody_in_until_it_can(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Here a folder stands in its place. It is tried again without a change: a full table of files ends by itself."""
    os.mkdir(path)
    tokens = TokenFile(path)
    for _ in range(2):
        with pytest.raises(Rejection) as caught:
            await tokens.caller_of("mcpt_x")
        assert (caught.value.status, caught.value.error) == (503, "temporarily_unavailable")
    os.rmdir(path)
    token = add_token(path, "ann", None)

    assert (await tokens.caller_of(token)).name == "ann"
    assert _logged(caplog) == [f"The token file {path} cannot be read: Is a directory. Nobody is let in."]


async def test_want_of_file_handles_ends_without_a_change_of_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is the same before, meanwhile and after, and yet must be read again."""
    token = add_token(path, "ann", None)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", _out_of_handles)
        tokens = TokenFile(path)
        with pytest.raises(Rejection):
            await tokens.caller_of(token)

    assert (await tokens.caller_of(token)).name == "ann"


def _out_of_handles(*_: object) -> bytes:
    raise OSError(24, "Too many open files")


@pytest.mark.skipif(os.name != "posix", reason="rights are kept elsewhere")
async def test_a_file_that_others_may_read_is_warned_of_once(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It lets in all the same: mounted secrets are often so, and the hashes in it open nothing."""
    token = add_token(path, "ann", None)
    async with running(token_app(path)) as http:
        assert _logged(caplog) == []
        os.chmod(path, 0o640)
        for _ in range(2):
            assert (await list_tools(http, f"Bearer {token}")).status_code == 200
        os.utime(path)
        assert (await list_tools(http, f"Bearer {token}")).status_code == 200

    assert _logged(caplog) == [
        f"The token file {path} can be read or changed by other users of this machine: chmod 600 is enough."
    ]


async def test_the_file_is_not_read_on_the_event_loop(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network disk that hangs must not hold up the calls that are under way."""
    readers: list[int] = []

    def read(path: Path) -> tuple[TokenEntry, ...]:
        readers.append(threading.get_ident())
        return read_tokens(path)

    tokens = TokenFile(path)
    monkeypatch.setattr("mcp_traces.http.tokens.read_tokens", read)
    await tokens.caller_of(add_token(path, "ann", None))

    assert len(readers) == 1 and threading.get_ident() not in readers


async def test_a_change_that_leaves_times_and_size_alike_is_seen(path: Path) -> None:
    """Clocks of file systems tick every few milliseconds, and two tokens take the same room."""
    add_token(path, "ann", None)
    before = os.stat(path)
    ticks = iter(range(0, 1_000, 10))
    tokens = TokenFile(path, clock=lambda: next(ticks))
    remove_token(path, "ann")
    token = add_token(path, "bob", None)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert os.stat(path).st_size == before.st_size
    assert (await tokens.caller_of(token)).name == "bob"


@pytest.fixture
def mounted(path: Path, tmp_path: Path) -> Iterator[Path]:
    """The file alone, mounted elsewhere, as containers have it."""
    add_token(path, "ann", None)
    place = tmp_path / "mounted.json"
    place.touch()
    made = subprocess.run(["mount", "--bind", str(path), str(place)], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("this user may not mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="bind mounts are Linux's")
async def test_a_file_that_is_mounted_alone_shows_every_change(path: Path, mounted: Path) -> None:
    """Another file in its place would never be seen there, and a revoked token would stay valid."""
    now = 0.0
    tokens = TokenFile(mounted, clock=lambda: now)
    token = add_token(path, "bob", None)
    now += LOOK_AGAIN_S
    assert (await tokens.caller_of(token)).name == "bob"
    remove_token(path, "bob")
    now += LOOK_AGAIN_S
    with pytest.raises(Rejection):
        await tokens.caller_of(token)


async def test_a_file_that_did_not_change_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look costs microseconds; reading and checking it for every request would be waste."""
    token = add_token(path, "ann", None)
    os.utime(path, (time.time() - 60, time.time() - 60))
    tokens = TokenFile(path)
    monkeypatch.setattr("mcp_traces.http.tokens.read_tokens", _out_of_handles)

    assert (await tokens.caller_of(token)).name == "ann"


def _logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "mcp_traces.http.tokens"]
