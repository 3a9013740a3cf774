"""A real MLflow server with users: what each may read, made through MLflow's own routes, and what each then sees."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx2

from mcp_traces.demo import SampleStore
from tests.stdio_process import clean_environment
from tests.stores import QUIET_MLFLOW, RealStore, mlflow_server

FILL_DEADLINE_S = 120
PASSWORDS = {"admin": "admin-password-1", "ann": "ann's: pass@word", "bob": "bob:password@1"}
MAY_READ = {"ann": ("apples", "shared"), "bob": ("bricks", "shared")}

_SETTINGS = """\
[mlflow]
default_permission = NO_PERMISSIONS
database_uri = sqlite:///{folder}/users.db
admin_username = admin
admin_password = {password}
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
auth_cache_ttl_seconds = 600
"""


@dataclass(frozen=True, slots=True)
class UsersServer:
    """`made` is what each experiment holds, by its name: experiment_id, run_id, and ids of traces."""

    base_url: str
    made: Mapping[str, Mapping[str, str]]

    def trace_id(self, experiment: str, label: str = "first") -> str:
        return self.made[experiment][label]

    def experiment_id(self, experiment: str) -> str:
        return self.made[experiment]["experiment_id"]

    def seen_by(self, user: str) -> RealStore:
        """The same with the user's credentials in the address, as MLflow's own client takes them."""
        address = self.base_url.replace("://", f"://{user}:{quote(PASSWORDS[user], safe='')}@")
        return RealStore("server", address, SampleStore(address, {}, {}, "", ""))

    def grant(self, user: str, experiment: str) -> None:
        self._as_admin("3.0", "users/permissions/grant", self._right(user, experiment) | {"permission": "READ"})

    def revoke(self, user: str, experiment: str) -> None:
        self._as_admin("3.0", "users/permissions/revoke", self._right(user, experiment))

    def add_user(self, user: str) -> None:
        self._as_admin("2.0", "users/create", {"username": user, "password": PASSWORDS[user]})

    def _right(self, user: str, experiment: str) -> dict[str, str]:
        return {"username": user, "resource_type": "experiment", "resource_id": self.experiment_id(experiment)}

    def _as_admin(self, version: str, route: str, body: dict[str, str]) -> None:
        headers = {"Authorization": basic("admin")}
        httpx2.post(f"{self.base_url}/api/{version}/mlflow/{route}", json=body, headers=headers).raise_for_status()


def basic(user: str, password: str | None = None) -> str:
    """The `Authorization` of this user."""
    known = PASSWORDS[user] if password is None else password
    return "Basic " + base64.b64encode(f"{user}:{known}".encode()).decode()


@contextmanager
def users_server(folder: Path) -> Iterator[UsersServer]:
    """Ann and Bob, who each may read an experiment of their own and one that both share; nobody may read the fourth."""
    backend = f"sqlite:///{folder / 'mlflow.db'}"
    made = _fill(backend)
    settings = folder / "auth.ini"
    settings.write_text(_SETTINGS.format(folder=folder, password=PASSWORDS["admin"]))
    environment = {"MLFLOW_AUTH_CONFIG_PATH": str(settings), "MLFLOW_FLASK_SERVER_SECRET_KEY": "of these tests"}
    with mlflow_server(backend, folder, "--app-name", "basic-auth", environment=environment) as base_url:
        server = UsersServer(base_url, made)
        for user, experiments in MAY_READ.items():
            server.add_user(user)
            for experiment in experiments:
                server.grant(user, experiment)
        yield server


def _fill(tracking_uri: str) -> dict[str, dict[str, str]]:
    command = [sys.executable, "-m", "tests.http.log_traces", tracking_uri]
    environment = clean_environment(**QUIET_MLFLOW)
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=FILL_DEADLINE_S, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"The store could not be filled:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])
