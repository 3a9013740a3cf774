"""The files that deploy it: what they say must be true of the program, though no image is built here."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mcp_traces import __version__
from mcp_traces.cli import build_parser
from mcp_traces.http.app import build_app
from mcp_traces.http.gate import Entrance
from mcp_traces.http.serve import KEEP_ALIVE_S
from mcp_traces.server import build_server
from mcp_traces.settings import Settings
from tests.fake_gateway import FakeTraceGateway
from tests.http.http_process import http_server
from tests.http.proxy import ROOT, command, configuration, find_nginx, why_no_nginx
from tests.stdio_process import clean_environment
from tests.stores import MLFLOW

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES: dict[str, dict[str, Any]] = {
    one["kind"]: one for one in yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8"))
}
DEPLOYMENT = KUBERNETES["Deployment"]["spec"]
(CONTAINER,) = DEPLOYMENT["template"]["spec"]["containers"]
REPLICAS = ("mcp-traces-1", "mcp-traces-2")

MLFLOWS_OWN = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "MLFLOW_DISABLE_TELEMETRY"}
"""Variables of the MLflow server in compose.yaml, which are nothing to us."""

OTHERS_FLAGS = {
    "--app-name",
    "--build",
    "--wait",
    "--force-recreate",
    "--no-deps",
    "--from-file",
    "--dry-run",
    "--rm",
    "--header",
    "--read-only",
    "--cap-drop",
}
"""Flags of docker, kubectl and clients in the guide."""


def known_variables() -> set[str]:
    choices = {name: field.validation_alias for name, field in Settings.model_fields.items()}
    aliases = (getattr(alias, "choices", [alias]) for alias in choices.values() if alias)
    return {f"MCP_TRACES_{name.upper()}" for name, alias in choices.items() if not alias} | {
        variable for each in aliases for variable in each
    }


@pytest.mark.parametrize("path", ["Dockerfile", "deploy/compose.yaml", "deploy/kubernetes.yaml", "docs/deploy.md"])
def test_every_variable_is_a_setting(path: str) -> None:
    """One that is none would be ignored without a word, be it the one that lets only some in."""
    named = set(re.findall(r"\b(?:MCP_TRACES|MLFLOW)_[A-Z0-9_]+\b", (ROOT / path).read_text(encoding="utf-8")))

    assert named - known_variables() - MLFLOWS_OWN == set()


def test_every_flag_of_the_guide_is_a_setting() -> None:
    """Who copies a command from it gets what it says."""
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE))
    ours = {flag for action in build_parser()._actions for flag in action.option_strings}

    assert named - ours - OTHERS_FLAGS == set()


def test_the_guide_links_to_files_that_are_there() -> None:
    """A platform engineer follows it with the files at hand."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", GUIDE)

    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_image_refuses_to_let_everybody_in() -> None:
    """What it does when nobody says more than `docker run`: its own command, with no settings, is refused."""
    said = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])
    done = subprocess.run(
        [sys.executable, "-m", "mcp_traces", *said],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "--auth none on 0.0.0.0 would let everybody on the network read the traces" in done.stderr


def test_the_health_check_of_the_image_tells_well_from_ill(tmp_path: Path) -> None:
    """As Docker runs it, with the port that the server was told."""
    check = json.loads(re.findall(r"^    CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])

    def code(port: int) -> int:
        environment = clean_environment(MCP_TRACES_PORT=str(port))
        return subprocess.run(
            [sys.executable, *check[1:]], env=environment, capture_output=True, check=False
        ).returncode

    # As in the image: no home, nothing to read but what is installed.
    with http_server(tmp_path, "--tracking-uri", "http://127.0.0.1:1", HOME="/nonexistent") as server:
        assert code(server.address[1]) == 0
    assert code(server.address[1]) != 0


def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    """Kubernetes refuses a name with runAsNonRoot, since it cannot see whose it is."""
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)

    assert int(user) == DEPLOYMENT["template"]["spec"]["securityContext"]["runAsUser"] > 0


def test_the_image_is_built_from_files_that_reach_the_builder() -> None:
    """.dockerignore lets through what is named there, and nothing else."""
    let_through = re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    }

    assert copied == set(let_through)
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_has_no_more_rights_than_it_needs(name: str) -> None:
    """And says whether it is well; that of mcp-traces is in its image."""
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in service["tmpfs"]
    assert "healthcheck" in service or name in REPLICAS
    assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_nginx_knows_the_replicas_by_the_names_they_have() -> None:
    """And keeps a connection for less time than they do, so that none is closed as a request is on its way."""
    port = re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert port
    assert re.findall(r"^\s+server ([\w-]+:\d+)", NGINX, re.MULTILINE) == [f"{name}:{port[1]}" for name in REPLICAS]
    assert set(REPLICAS) < set(COMPOSE["services"])
    (kept,) = re.findall(r"^        keepalive_timeout (\d+)s;", NGINX, re.MULTILINE)
    assert int(kept) < KEEP_ALIVE_S


def test_nginx_lets_in_what_the_server_does() -> None:
    """A limit that differs between the two would be told in two ways."""
    allowed = Settings.model_fields["max_body_bytes"].default

    assert "client_max_body_size 1m;" in NGINX
    assert allowed <= 1024 * 1024


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_nginx_takes_its_configuration(tmp_path: Path, tls: bool) -> None:
    """`nginx -t` on the file, also with its TLS lines in use."""
    if (nginx := find_nginx()) is None:
        pytest.skip(why_no_nginx())
    text = configuration(tmp_path, 8080)
    if tls:
        make_certificate(tmp_path)
        text = text.replace("#tls ", "").replace("/etc/nginx/tls", str(tmp_path))
    config = tmp_path / "nginx.conf"
    config.write_text(text, encoding="utf-8")

    done = subprocess.run(command(nginx, config, "-t"), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
    assert text.count("ssl_certificate") == (2 if tls else text.count("#tls ssl_certificate"))


def make_certificate(folder: Path) -> None:
    """Of nobody, for nginx to read."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "traces.example.com")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    ).sign(key, hashes.SHA256())
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def test_mlflow_takes_the_flags_it_is_started_with() -> None:
    """Those of compose.yaml, in the source of the MLflow that the tests run: to ask it takes ten seconds."""
    package = next(MLFLOW.parents[1].glob("lib/python*/site-packages/mlflow"), None)
    if package is None:
        pytest.skip(f"{MLFLOW} is missing: `make test` installs it")
    files = ("cli/__init__.py", "utils/cli_args.py")
    source = "".join((package / name).read_text(encoding="utf-8") for name in files)
    used = set(re.findall(r"--[a-z-]+", COMPOSE["services"]["mlflow"]["command"][-1]))

    assert used
    assert {flag for flag in used if f'"{flag}"' not in source} == set()


def test_kubernetes_parts_belong_together() -> None:
    """Labels, ports and names that differ by a letter are valid YAML and an installation that nobody reaches."""
    labels = DEPLOYMENT["template"]["metadata"]["labels"]
    assert DEPLOYMENT["selector"]["matchLabels"] == labels
    assert KUBERNETES["Service"]["spec"]["selector"] == labels
    assert KUBERNETES["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    (port,) = KUBERNETES["Service"]["spec"]["ports"]
    assert port["targetPort"] in {each["name"] for each in CONTAINER["ports"]}
    (rule,) = KUBERNETES["Ingress"]["spec"]["rules"]
    backends = [path["backend"]["service"] for path in rule["http"]["paths"]]
    assert all(
        each == {"name": KUBERNETES["Service"]["metadata"]["name"], "port": {"name": port["name"]}} for each in backends
    )
    environment = {each["name"]: each["value"] for each in CONTAINER["env"]}
    assert environment["MCP_TRACES_PUBLIC_URL"] == f"https://{rule['host']}/mcp"
    folders = [mount["mountPath"] for mount in CONTAINER["volumeMounts"]]
    assert str(Path(environment["MCP_TRACES_TOKEN_FILE"]).parent) in folders
    mounted = {mount["name"] for mount in CONTAINER["volumeMounts"]}
    assert mounted == {volume["name"] for volume in DEPLOYMENT["template"]["spec"]["volumes"]}


def test_kubernetes_asks_for_health_where_it_is_told() -> None:
    """A probe of a path that is not there restarts a server that is well."""
    gateway = FakeTraceGateway()
    app = build_app(Settings(), build_server(Settings(), gateway), gateway, Entrance())
    paths = {getattr(route, "path", "") for route in app.routes}
    probes = [probe["httpGet"] for name, probe in CONTAINER.items() if name.endswith("Probe")]

    assert len(probes) == 3
    assert {probe["path"] for probe in probes} <= paths
    assert {probe["port"] for probe in probes} <= {port["name"] for port in CONTAINER["ports"]}


def test_kubernetes_gives_no_more_rights_than_needed() -> None:
    """The strictest of the Pod Security Standards, `restricted`, lets it in."""
    pod, context = DEPLOYMENT["template"]["spec"], CONTAINER["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert context["allowPrivilegeEscalation"] is False
    assert context["readOnlyRootFilesystem"] is True
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert CONTAINER["resources"]["requests"] and CONTAINER["resources"]["limits"]["memory"]


def test_kubernetes_runs_this_version() -> None:
    """`latest` would be another after each restart of a node."""
    assert CONTAINER["image"].rpartition(":")[2] == __version__
