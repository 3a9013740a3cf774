"""Settings of `auth=oidc` that would let nobody in, or anybody: the server says so instead of starting."""

from pathlib import Path
from typing import Any

import pytest

from mcp_traces.cli import main
from mcp_traces.errors import InvalidArgumentError
from mcp_traces.http.gate import open_entrance
from mcp_traces.http.oidc_rules import ASYMMETRIC, rules_of
from mcp_traces.settings import Settings
from tests.stdio_process import fresh_environment, run

NO_STORE = ("--tracking-uri", "http://127.0.0.1:1")
PUBLIC = ("--public-url", "https://traces.example.com/mcp")
ISSUER = ("--oidc-issuer", "https://id.example.com")
OIDC = ("--auth", "oidc", *PUBLIC, *ISSUER)

NO_PRIVATE_KEY = "oidc_algorithms takes algorithms that sign with a private key, "
KNOWN = f" Known: {', '.join(ASYMMETRIC)}."
UNUSED = "which takes no tokens of an issuer. Use --auth oidc, or leave the settings that begin with oidc_ out."


def _unusable(name: str, example: str, problem: str = "is not a URL that can be used") -> str:
    return f"auth=oidc needs {name}, which {problem}. Set --{name.replace('_', '-')} {example}"


BAD_ISSUER = _unusable("oidc_issuer", "https://id.example.com")
BAD_URL = _unusable("public_url", "https://traces.example.com/mcp")
BAD_KEYS = _unusable("oidc_jwks_uri", "https://id.example.com/keys")

REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no issuer": (
        ("--auth", "oidc", *PUBLIC),
        _unusable("oidc_issuer", "https://id.example.com", "is not set"),
    ),
    "no public URL": (
        ("--auth", "oidc", *ISSUER, "--oidc-audience", "api://traces"),
        _unusable("public_url", "https://traces.example.com/mcp", "is not set"),
    ),
    "issuer without scheme": (("--auth", "oidc", *PUBLIC, "--oidc-issuer", "id.example.com"), BAD_ISSUER),
    "issuer without host": (("--auth", "oidc", *PUBLIC, "--oidc-issuer", "https:///realm"), BAD_ISSUER),
    "half an address": (("--auth", "oidc", *PUBLIC, "--oidc-issuer", "https://[::1/realm"), BAD_ISSUER),
    "issuer with a password": (("--auth", "oidc", *PUBLIC, "--oidc-issuer", "https://a:b@id.example.com"), BAD_ISSUER),
    "issuer with a fragment": (("--auth", "oidc", *PUBLIC, "--oidc-issuer", "https://id.example.com/#a"), BAD_ISSUER),
    "issuer by plain HTTP": (
        ("--auth", "oidc", *PUBLIC, "--oidc-issuer", "http://id.example.com"),
        "oidc_issuer is not https, so anybody on the way to it could put keys of their own in place of its keys. "
        "Use its https URL, or say with --oidc-jwks-uri where its keys are.",
    ),
    "keys in a file": ((*OIDC, "--oidc-jwks-uri", "file:///etc/keys.json"), BAD_KEYS),
    "public URL with a quote": (("--auth", "oidc", *ISSUER, "--public-url", 'https://traces.example.com/"'), BAD_URL),
    "public URL of a pattern": (("--auth", "oidc", *ISSUER, "--public-url", "https://a.example.com/{x}"), BAD_URL),
    "public URL beyond ASCII": (("--auth", "oidc", *ISSUER, "--public-url", "https://spüren.example.com"), BAD_URL),
    "public URL of two lines": (("--auth", "oidc", *ISSUER, "--public-url", "https://a.example.com/\r\na"), BAD_URL),
    "algorithm with a shared secret": (
        (*OIDC, "--oidc-algorithms", "RS256,HS256"),
        f"{NO_PRIVATE_KEY}not HS256.{KNOWN}",
    ),
    "no signature": ((*OIDC, "--oidc-algorithms", "none"), f"{NO_PRIVATE_KEY}not none.{KNOWN}"),
    "unknown algorithms": ((*OIDC, "--oidc-algorithms", "rs256,XY"), f"{NO_PRIVATE_KEY}not rs256, XY.{KNOWN}"),
    "no algorithm": ((*OIDC, "--oidc-algorithms", ","), f"{NO_PRIVATE_KEY}at least one.{KNOWN}"),
    "scopes in one": (
        (*OIDC, "--oidc-scopes", "traces:read traces:list"),
        "A scope of oidc_scopes holds a character that no scope may. Separate by commas.",
    ),
    "issuer without oidc": (ISSUER, f"oidc_issuer set, but auth is none, {UNUSED}"),
    "rules without oidc": (
        ("--auth", "token", "--oidc-scopes", "a", "--oidc-audience", "b"),
        f"oidc_audience, oidc_scopes set, but auth is token, {UNUSED}",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_settings_that_do_not_go_together_are_refused_at_the_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """In one line that names the setting and what to do: afterwards only clients would notice, one by one."""
    monkeypatch.setattr("mcp_traces.cli.configure_logging", lambda *_: None)
    # None goes on to serve, which would never end.
    monkeypatch.delattr("mcp_traces.http.service.build_app")
    with fresh_environment(tmp_path):
        code = main(["--transport", "http", "--port", "0", *NO_STORE, *arguments])

    assert (code, capsys.readouterr().err) == (1, f"mcp-traces: {said}\n")


def test_the_installed_command_refuses_them_too(tmp_path: Path) -> None:
    """From variables as from flags, with exit code 1 and nothing on stdout."""
    done = run("--transport", "http", "--port", "0", *NO_STORE, cwd=tmp_path, MCP_TRACES_AUTH="oidc")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"mcp-traces: {_unusable('public_url', 'https://traces.example.com/mcp', 'is not set')}\n"


USABLE: dict[str, dict[str, Any]] = {
    "the usual": {},
    "a name for the audience": {"oidc_audience": "api://traces"},
    "an issuer on this machine": {"oidc_issuer": "http://127.0.0.1:8080/realms/a"},
    "an issuer on this machine by IPv6": {"oidc_issuer": "http://[::1]:8080"},
    "an issuer with a slash": {"oidc_issuer": "https://id.example.com/"},
    "an issuer in capitals": {"oidc_issuer": "HTTPS://ID.example.com"},
    "keys by another way": {"oidc_issuer": "http://id.example.com", "oidc_jwks_uri": "http://id.internal:8080/keys"},
    "every algorithm": {"oidc_algorithms": ASYMMETRIC},
    "a scope that is a URL": {"oidc_scopes": ("https://traces.example.com/read", "api://traces/.default")},
}


@pytest.mark.parametrize("fields", USABLE.values(), ids=USABLE)
def test_what_identity_providers_really_have_is_taken(fields: dict[str, Any]) -> None:
    """As it is written: an issuer is compared letter by letter with that of its tokens."""
    usual = {"public_url": "https://traces.example.com/mcp", "oidc_issuer": "https://id.example.com"}
    settings = Settings(transport="http", auth="oidc", **usual | fields)
    rules = rules_of(settings)

    assert rules.issuer == (usual | fields)["oidc_issuer"]
    assert rules.audience == fields.get("oidc_audience", usual["public_url"])
    assert open_entrance(settings).challenge.scopes == fields.get("oidc_scopes", ())


def test_settings_of_an_issuer_that_are_empty_are_as_if_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deployments pass variables on whether they have a value or not."""
    monkeypatch.setenv("MCP_TRACES_OIDC_ISSUER", "")

    assert open_entrance(Settings(transport="http")).authenticator is None


def test_a_refusal_shows_no_password() -> None:
    """Somebody may have put one into a URL; what is said at the start ends up in logs."""
    settings = Settings(
        transport="http",
        auth="oidc",
        public_url="https://traces.example.com/mcp",
        oidc_issuer="https://someone:zebrafish@id.example.com",
    )

    with pytest.raises(InvalidArgumentError) as refused:
        rules_of(settings)
    assert "zebrafish" not in str(refused.value)
