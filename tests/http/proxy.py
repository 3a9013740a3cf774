"""A real nginx that runs deploy/nginx.conf, changed in nothing but addresses and folders."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy" / "nginx.conf"
TOOLS = ROOT / ".tools" / "nginx"
DEADLINE_S = 20


def find_nginx() -> Path | None:
    """The machine's own, or the one that `make test` unpacked."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:{TOOLS / 'usr' / 'sbin'}")
    return Path(found) if found else None


def why_no_nginx() -> str:
    """The reason of a skipped test."""
    said = TOOLS / "why-not"
    return f"no nginx: {said.read_text().strip()}" if said.exists() else "no nginx: `make test` gets one"


@dataclass(frozen=True, slots=True)
class Proxy:
    base_url: str
    log_file: Path

    @property
    def url(self) -> str:
        return f"{self.base_url}/mcp"

    @property
    def requests(self) -> list[str]:
        """A line for each, with the replicas that it was given to."""
        return [line for line in self.log_file.read_text(encoding="utf-8").splitlines() if " upstream=" in line]


def configuration(folder: Path, port: int, replicas: Sequence[str] = ("127.0.0.1:1", "127.0.0.1:2")) -> str:
    """deploy/nginx.conf for these addresses, writing to this folder."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in {
        "mcp-traces-1:8000": replicas[0],
        "mcp-traces-2:8000": replicas[1],
        "listen 8080;": f"listen 127.0.0.1:{port};",
    }.items():
        assert text.count(old) == 1, f"{old} is not once in {CONFIG}"
        text = text.replace(old, new)
    return text.replace("/tmp/", f"{folder}/")


def command(nginx: Path, config: Path, *arguments: str) -> list[str]:
    # As root it would give its work to a user who may not read pytest's folders.
    user = "user root; " if os.geteuid() == 0 else ""
    return [str(nginx), "-p", str(config.parent), "-c", str(config), "-g", f"{user}daemon off;", *arguments]


@contextmanager
def proxy(nginx: Path, folder: Path, port: int, replicas: Sequence[str]) -> Generator[Proxy]:
    """nginx before the replicas, gone at the end with all its workers."""
    config, log = folder / "nginx.conf", folder / "nginx.log"
    config.write_text(configuration(folder, port, replicas), encoding="utf-8")
    with log.open("ab") as output:  # nginx opens it once more; appended to, neither overwrites the other
        process = subprocess.Popen(
            command(nginx, config),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        running = Proxy(f"http://127.0.0.1:{port}", log)
        _wait_until_it_answers(running, process)
        yield running
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(DEADLINE_S)


def _wait_until_it_answers(running: Proxy, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(f"{running.base_url}/healthz", timeout=2).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not come up:\n{running.log_file.read_text()}")
