"""server.json is what the MCP registry takes, and says the truth of the package and its settings.

The rules beside the schema are those of the registry's validators (modelcontextprotocol/registry, internal/validators)
and of https://modelcontextprotocol.io/registry/package-types.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from mcp_traces import __version__
from mcp_traces.settings import MLFLOW_SECRETS, STDIO_SETTINGS, Settings, variables_of

ROOT = Path(__file__).parents[1]
SERVER: dict[str, Any] = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((Path(__file__).parent / "data" / "server.schema.json").read_text(encoding="utf-8"))
PACKAGES: dict[str, dict[str, Any]] = {
    f"{one['registryType']} {one['transport']['type']}": one for one in SERVER["packages"]
}
IMAGES = re.compile(r"(docker\.io|ghcr\.io|quay\.io)/[a-z0-9._-]+/[a-z0-9._-]+:[\w.-]+")
"""Of the registries that the MCP registry takes images from, with a tag."""


def variables(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in package["environmentVariables"]}


def test_it_is_valid_by_the_schema_that_it_names() -> None:
    """Schema 2025-12-11, the newest that is published."""
    assert SERVER["$schema"] == SCHEMA["$id"]
    Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER).validate(SERVER)


CLIENTS = [f"tests/clients/{name}" for name in ("clients.json", "package.json", "claude_code/package.json")]
"""What the table of clients is made from."""


def test_what_is_generated_is_true_to_the_code() -> None:
    """A setting that is added, renamed or described anew changes it: `make docs` writes, CI checks."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_sees_what_is_not_true(tmp_path: Path) -> None:
    """Otherwise the test above says nothing."""
    for name in ("docs", "bundle"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("README.md", "server.json", "pyproject.toml", *CLIENTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / "server.json").read_text(encoding="utf-8")
    (tmp_path / "server.json").write_text(text.replace("MCP_TRACES_REDACT", "MCP_TRACES_REDACTED"), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, tmp_path / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "server.json: what is generated is not true to the code; run `make docs`.\n"


def test_there_is_one_of_each_form() -> None:
    """To start from the package index, to start as an image, to start as a service, and to reach one that runs."""
    assert list(PACKAGES) == ["pypi stdio", "oci stdio", "pypi streamable-http"]
    assert [one["type"] for one in SERVER["remotes"]] == ["streamable-http"]


def test_versions_are_the_packages() -> None:
    """The registry refuses a version that the package index does not have; that of an image is its tag alone."""
    assert SERVER["version"] == __version__
    for package in SERVER["packages"]:
        if package["registryType"] == "oci":
            assert IMAGES.fullmatch(package["identifier"]) and package["identifier"].endswith(f":{__version__}")
            assert not {"version", "registryBaseUrl"} & set(package)
        else:
            assert (package["identifier"], package["version"]) == ("mcp-traces", __version__)


def test_a_version_is_no_range() -> None:
    """The schema alone would take `^1.2.3` or `1.x`."""
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", SERVER["version"])


def test_names_are_the_registrys() -> None:
    """Its own patterns are narrower than the schema's, and it shows a hundred characters of a description."""
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]/[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]", SERVER["name"])
    assert 0 < len(SERVER["description"]) <= 100
    assert SERVER["title"].strip()


def test_package_and_image_claim_the_name() -> None:
    """The registry looks for it in the published description of the package, and in a label of the image."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^<!-- mcp-name: (\S+) -->$", readme, re.MULTILINE) == [SERVER["name"]]
    assert f'LABEL io.modelcontextprotocol.server.name="{SERVER["name"]}"' in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_every_variable_says_what_it_is(package: dict[str, Any]) -> None:
    """A client makes a form of it: what to write, whether it can be left out, whether to hide it."""
    for name, variable in variables(package).items():
        assert variable["description"].endswith((".", ")")), name
        assert isinstance(variable["isRequired"], bool) and isinstance(variable["isSecret"], bool)
        if "choices" in variable:
            assert variable["default"] in variable["choices"]
    assert {name for name, one in variables(package).items() if one["isRequired"]} == {"MLFLOW_TRACKING_URI"}
    secrets = {variables_of(name)[0] for name in MLFLOW_SECRETS}
    assert {name for name, one in variables(package).items() if one["isSecret"]} == secrets


def test_every_setting_is_there_and_nothing_else() -> None:
    """Of a process that a client starts those that concern it; of a service all, but for what makes it one."""
    mlflows = {name for name, field in Settings.model_fields.items() if field.exclude}
    of_stdio = {*STDIO_SETTINGS, *mlflows}

    assert set(variables(PACKAGES["pypi stdio"])) == {_told_as(name) for name in of_stdio}
    assert PACKAGES["oci stdio"]["environmentVariables"] == PACKAGES["pypi stdio"]["environmentVariables"]
    of_http = set(Settings.model_fields) - {"transport"}
    assert set(variables(PACKAGES["pypi streamable-http"])) == {_told_as(name) for name in of_http}


def _told_as(name: str) -> str:
    return "MLFLOW_TRACKING_URI" if name == "tracking_uri" else variables_of(name)[0]


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_the_defaults_it_tells_are_those_that_are(package: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Set as they are told, they change nothing; and each variable is one that is read."""
    for name in variables(package):
        monkeypatch.delenv(name, raising=False)
    unset = Settings()
    for name, variable in variables(package).items():
        if "default" in variable:
            monkeypatch.setenv(name, variable["default"])

    assert Settings() == unset


def test_transports_are_as_the_registry_wants_them() -> None:
    """No URL for a process; in a URL only variables that are told; a flag and its value apart."""
    for package in SERVER["packages"]:
        transport = package["transport"]
        named = set(re.findall(r"\{(\w+)\}", transport.get("url", "")))
        assert named <= set(variables(package))
        assert ("url" in transport) == (transport["type"] != "stdio")
        for argument in package.get("packageArguments", ()):
            assert not re.search(r"[<> $]", argument.get("name", ""))
            assert not argument["value"].startswith(argument.get("name", " "))
    for remote in SERVER["remotes"]:
        assert set(re.findall(r"\{(\w+)\}", remote["url"])) == set(remote["variables"])
        assert remote["url"].startswith("https://")
        assert all(header["isSecret"] and not header["isRequired"] for header in remote["headers"])
