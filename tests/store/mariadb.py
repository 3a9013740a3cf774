"""A MariaDB of the tests' own, where the machine has one: `apt-get install mariadb-server` brings it on Debian."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.stores import free_port

START_DEADLINE_S = 60


@contextmanager
def mariadb() -> Iterator[str]:
    """The URI of an empty database on a loopback port. Skips the test where there is no MariaDB, and says why."""
    server, installer = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or installer is None:
        pytest.skip("MariaDB is not installed: `apt-get install mariadb-server` brings it.")
    pytest.importorskip("pymysql", reason="PyMySQL is not installed: it comes with the extra `mysql`.")
    # In a folder that its own user may enter, for it refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="mcp-traces-mariadb-"))
    as_user = ["--user=mysql"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "mysql")
    data = folder / "data"
    try:
        subprocess.run(
            [installer, *as_user, f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
        )
        with _running([server, "--no-defaults", *as_user, f"--datadir={data}", f"--socket={folder}/sock"]) as uri:
            yield uri
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: list[str]) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [
            *command,
            "--bind-address=127.0.0.1",
            f"--port={port}",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=0",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        admin = create_engine(f"mysql+pymysql://root@127.0.0.1:{port}/", isolation_level="AUTOCOMMIT")
        deadline = time.monotonic() + START_DEADLINE_S
        while True:
            try:
                with admin.connect() as connection:
                    connection.exec_driver_sql("CREATE DATABASE mlflow CHARACTER SET utf8mb4")
                break
            except OperationalError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.1)
        admin.dispose()
        yield f"mysql+pymysql://root@127.0.0.1:{port}/mlflow"
    finally:
        process.terminate()
        process.wait(30)
