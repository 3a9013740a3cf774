"""Settings: from which variable or argument each comes, within which bounds, and that secrets stay secret."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from mcp_traces.settings import Settings
from tests.stdio_process import fresh_environment


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """A home without credentials, and no settings of whoever runs the tests."""
    with fresh_environment(tmp_path):
        yield tmp_path


def test_without_any_setting_the_documented_defaults_apply() -> None:
    """What README.md promises to whoever sets nothing; no store named means MLflow's own default."""
    assert Settings().model_dump() == {
        "tracking_uri": None,
        "experiment": None,
        "experiments": (),
        "max_chars": 20_000,
        "redact": "credentials",
        "timeout_s": 30.0,
        "max_concurrency": 16,
        "log_level": "INFO",
        "log_format": "text",
        "transport": "stdio",
        "host": "127.0.0.1",
        "port": 8000,
        "public_url": None,
        "auth": "none",
        "token_file": Path("~/.mcp-traces/tokens.json"),
        "oidc_issuer": None,
        "oidc_audience": None,
        "oidc_scopes": (),
        "oidc_algorithms": ("RS256", "ES256"),
        "oidc_jwks_uri": None,
        "oidc_experiments_claim": None,
        "mlflow_credentials": "server",
        "allowed_hosts": (),
        "allowed_origins": (),
        "calls_per_caller": 4,
        "waiting_per_caller": 100,
        "max_body_bytes": 1_000_000,
        "metrics_port": None,
    }
    assert Settings().credentials == (None, None)


ARGUMENTS: dict[str, tuple[str, Any]] = {
    "tracking_uri": ("sqlite:///a.db", "sqlite:///a.db"),
    "experiment": ("support-assistant", "support-assistant"),
    "experiments": ("support,7", ("support", "7")),
    "max_chars": ("3000", 3000),
    "redact": ("pii", "pii"),
    "timeout_s": ("2.5", 2.5),
    "max_concurrency": ("4", 4),
    "log_level": ("debug", "DEBUG"),
    "log_format": ("json", "json"),
    "transport": ("http", "http"),
    "host": ("::1", "::1"),
    "port": ("0", 0),
    "public_url": ("https://traces.example/mcp", "https://traces.example/mcp"),
    "auth": ("oidc", "oidc"),
    "token_file": ("/etc/tokens.json", Path("/etc/tokens.json")),
    "oidc_issuer": ("https://id.example", "https://id.example"),
    "oidc_audience": ("traces", "traces"),
    "oidc_scopes": ("a,b", ("a", "b")),
    "oidc_algorithms": ("ES384", ("ES384",)),
    "oidc_jwks_uri": ("https://id.example/keys", "https://id.example/keys"),
    "oidc_experiments_claim": ("experiments", "experiments"),
    "mlflow_credentials": ("caller", "caller"),
    "allowed_hosts": ("a.example, b.example", ("a.example", "b.example")),
    "allowed_origins": ("https://a.example", ("https://a.example",)),
    "calls_per_caller": ("2", 2),
    "waiting_per_caller": ("0", 0),
    "max_body_bytes": ("5000", 5000),
    "metrics_port": ("9100", 9100),
}
"""Each setting as it is written, and what becomes of it."""


def test_every_public_setting_is_in_the_table() -> None:
    """A new setting comes with its row, so that both of its ways in are tested."""
    assert set(ARGUMENTS) == set(Settings().model_dump())


@pytest.mark.parametrize(("name", "written", "meant"), [(name, *row) for name, row in ARGUMENTS.items()], ids=ARGUMENTS)
def test_every_setting_has_a_variable(monkeypatch: pytest.MonkeyPatch, name: str, written: str, meant: Any) -> None:
    """Client configurations have a place for variables: MCP_TRACES_ and the setting's name."""
    monkeypatch.setenv(f"MCP_TRACES_{name.upper()}", written)

    assert getattr(Settings(), name) == meant


@pytest.mark.parametrize(("name", "written", "meant"), [(name, *row) for name, row in ARGUMENTS.items()], ids=ARGUMENTS)
def test_every_setting_has_an_argument_that_wins(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str, meant: Any
) -> None:
    """What is said for this one start counts more than what lies in the environment."""
    usual = dict.fromkeys(("timeout_s", "max_concurrency", "port", "calls_per_caller", "metrics_port"), "9")
    usual |= {"max_chars": "9000", "log_level": "ERROR", "log_format": "text", "transport": "stdio", "auth": "none"}
    usual |= {"redact": "off"}
    usual |= {"mlflow_credentials": "server", "waiting_per_caller": "9", "max_body_bytes": "9000"}
    monkeypatch.setenv(f"MCP_TRACES_{name.upper()}", usual.get(name, "something else"))

    assert getattr(Settings(**{name: written}), name) == meant


MLFLOWS: dict[str, tuple[str, str, Any]] = {
    "MLFLOW_TRACKING_URI": ("http://mlflow.example", "tracking_uri", "http://mlflow.example"),
    "MLFLOW_EXPERIMENT_ID": ("12", "experiment", "12"),
    "MLFLOW_EXPERIMENT_NAME": ("support", "experiment", "support"),
    "MLFLOW_TRACKING_USERNAME": ("ann", "tracking_username", "ann"),
    "MLFLOW_TRACKING_INSECURE_TLS": ("true", "insecure_tls", True),
    "MLFLOW_TRACKING_SERVER_CERT_PATH": ("/etc/ca.pem", "server_cert_path", "/etc/ca.pem"),
    "MLFLOW_TRACKING_CLIENT_CERT_PATH": ("/etc/me.pem", "client_cert_path", "/etc/me.pem"),
    "MLFLOW_TRACKING_AWS_SIGV4": ("1", "aws_sigv4", True),
    "MLFLOW_TRACKING_AUTH": ("plugin", "tracking_auth", "plugin"),
    "MLFLOW_WORKSPACE": ("team-a", "workspace", "team-a"),
}


@pytest.mark.parametrize(
    ("variable", "written", "name", "meant"), [(name, *row) for name, row in MLFLOWS.items()], ids=MLFLOWS
)
def test_mlflows_variables_keep_their_meaning(
    monkeypatch: pytest.MonkeyPatch, variable: str, written: str, name: str, meant: Any
) -> None:
    """Whoever has configured MLflow has configured us."""
    monkeypatch.setenv(variable, written)

    assert getattr(Settings(), name) == meant


@pytest.mark.parametrize("variable", ["MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"])
def test_mlflows_secrets_are_read_whole(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A secret may hold any character, and nothing of it is trimmed."""
    monkeypatch.setenv(variable, " p%40ss#=w0rd ")

    secret = getattr(Settings(), variable.removeprefix("MLFLOW_").lower())

    assert secret.get_secret_value() == " p%40ss#=w0rd "


ORDERS: dict[str, tuple[dict[str, str], str, str]] = {
    "our URI": ({"MCP_TRACES_TRACKING_URI": "ours", "MLFLOW_TRACKING_URI": "mlflow's"}, "tracking_uri", "ours"),
    "our experiment": ({"MCP_TRACES_EXPERIMENT": "ours", "MLFLOW_EXPERIMENT_ID": "1"}, "experiment", "ours"),
    "id over name": ({"MLFLOW_EXPERIMENT_NAME": "name", "MLFLOW_EXPERIMENT_ID": "1"}, "experiment", "1"),
    "empty URI": ({"MCP_TRACES_TRACKING_URI": "", "MLFLOW_TRACKING_URI": "mlflow's"}, "tracking_uri", "mlflow's"),
    "empty id": ({"MLFLOW_EXPERIMENT_ID": "", "MLFLOW_EXPERIMENT_NAME": "name"}, "experiment", "name"),
}


@pytest.mark.parametrize(("variables", "name", "meant"), ORDERS.values(), ids=ORDERS)
def test_of_two_variables_the_nearer_one_counts(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], name: str, meant: str
) -> None:
    """Ours over MLflow's, which other programs share; an id over a name, as in MLflow; an empty one is not set."""
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    assert getattr(Settings(), name) == meant


BOUNDS: dict[str, tuple[list[str], list[str]]] = {
    "max_chars": (["2000", "80000"], ["1999", "80001", "-1", "many", "2000.5"]),
    "timeout_s": (["0.001", "600"], ["0", "-1", "600.1", "nan", "inf", "soon"]),
    "max_concurrency": (["1", "256"], ["0", "257", "some"]),
    "log_level": (["DEBUG", "INFO", "WARNING", "ERROR", "error"], ["TRACE", "10"]),
    "log_format": (["text", "json"], ["xml", "JSON"]),
}
CHECKED = [(name, value) for name, (good, _) in BOUNDS.items() for value in good]
REFUSED = [(name, value) for name, (_, bad) in BOUNDS.items() for value in bad]


@pytest.mark.parametrize(("name", "written"), CHECKED, ids=map("=".join, CHECKED))
def test_the_bounds_themselves_are_allowed(name: str, written: str) -> None:
    """A bound that is named in an error must be one that works."""
    assert str(getattr(Settings(**{name: written}), name)).upper().removesuffix(".0") == written.upper()


@pytest.mark.parametrize(("name", "written"), REFUSED, ids=map("=".join, REFUSED))
def test_what_lies_outside_is_refused_by_name(name: str, written: str) -> None:
    """No limit is silently another one than was asked for."""
    with pytest.raises(ValidationError) as raised:
        Settings(**{name: written})

    assert [error["loc"] for error in raised.value.errors()] == [(name,)]


LISTS = {
    "one": ("support", ("support",)),
    "spaces around": (" support , 7 ", ("support", "7")),
    "empty parts": (",support,,7,", ("support", "7")),
    "a space within": ("support assistant,7", ("support assistant", "7")),
    "brackets are letters": ('["support"]', ('["support"]',)),
    "nothing but commas": (" , ,", ()),
}


@pytest.mark.parametrize(("written", "meant"), LISTS.values(), ids=LISTS)
def test_the_allow_list_is_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, written: str, meant: tuple[str, ...]
) -> None:
    """As people write lists in variables; it is no JSON, and the same from a flag."""
    monkeypatch.setenv("MCP_TRACES_EXPERIMENTS", written)

    assert Settings().experiments == meant
    assert Settings(experiments=written).experiments == meant


def test_settings_do_not_change_while_the_server_runs() -> None:
    """An allow-list that something could change later would protect nothing."""
    settings = Settings(experiments="support")

    with pytest.raises(ValidationError):
        settings.experiments = ()  # pyright: ignore[reportAttributeAccessIssue]


def _write_credentials(home: Path, content: str) -> None:
    (home / ".mlflow").mkdir()
    (home / ".mlflow" / "credentials").write_text(content, encoding="utf-8")


STORED = "[mlflow]\nmlflow_tracking_username = ann\nmlflow_tracking_password = s=1 #ü\n"
FILES = {
    "both": (STORED, ("ann", "s=1 #ü")),
    "user only": ("[mlflow]\nmlflow_tracking_username = ann\n", ("ann", None)),
    "another section": ("[other]\nmlflow_tracking_username = ann\n", (None, None)),
    "not an ini file": ("username: ann\n", (None, None)),
    "empty": ("", (None, None)),
}


@pytest.mark.parametrize(("content", "credentials"), FILES.values(), ids=FILES)
def test_credentials_come_from_mlflows_file(home: Path, content: str, credentials: tuple[str | None, ...]) -> None:
    """Where MLflow looks for them, so whoever has set it up has nothing to add; a file without any is no error."""
    _write_credentials(home, content)

    assert Settings().credentials == credentials


def test_an_unreadable_credentials_file_is_no_credentials(home: Path) -> None:
    """The store will say that it wants some; a server that does not start for it would help nobody."""
    (home / ".mlflow").mkdir()
    (home / ".mlflow" / "credentials").write_bytes(b"[mlflow]\nmlflow_tracking_username = \xff\xfe\n")

    assert Settings().credentials == (None, None)


@pytest.mark.parametrize(
    ("variables", "credentials"),
    [
        ({"MLFLOW_TRACKING_USERNAME": "bob", "MLFLOW_TRACKING_PASSWORD": "secret"}, ("bob", "secret")),
        ({"MLFLOW_TRACKING_USERNAME": "bob"}, ("bob", "s=1 #ü")),
        ({"MLFLOW_TRACKING_PASSWORD": "secret"}, ("ann", "secret")),
    ],
    ids=["both", "user", "password"],
)
def test_credentials_in_variables_count_more_than_the_file(
    monkeypatch: pytest.MonkeyPatch, home: Path, variables: dict[str, str], credentials: tuple[str, str]
) -> None:
    """As in MLflow, each of the two for itself."""
    _write_credentials(home, STORED)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert Settings().credentials == credentials


def test_no_secret_shows_where_settings_are_printed(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Settings end up in logs and bug reports."""
    _write_credentials(home, "[mlflow]\nmlflow_tracking_password = filed-s3cret\n")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "password-s3cret")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "token-s3cret")
    settings = Settings()

    shown = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()]

    assert [text for text in shown if "s3cret" in text] == []


@pytest.mark.parametrize("name", ["TRACKING_URI", "EXPERIMENT", "tracking_uri", "MAX_CHARS"])
def test_a_variable_without_our_prefix_is_none_of_ours(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Other programs have such names too, and theirs must not decide which store is read."""
    monkeypatch.setenv(name, "http://stray")

    assert Settings().model_dump() == Settings(tracking_uri=None).model_dump()
    assert Settings().tracking_uri is None


def test_a_password_in_the_tracking_uri_does_not_show() -> None:
    """Settings are printed in logs and tracebacks."""
    assert "s3cret" not in repr(Settings(tracking_uri="postgresql://bob:s3cret@h/db"))


def test_the_file_is_read_as_mlflow_reads_it(home: Path) -> None:
    """With configparser's own `%%` for a percent sign: another reading would send a wrong password."""
    _write_credentials(home, "[mlflow]\nmlflow_tracking_username = bob\nmlflow_tracking_password = 100%%sure")

    assert Settings().credentials == ("bob", "100%sure")
