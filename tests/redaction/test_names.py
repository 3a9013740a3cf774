"""Which names say that a value is a credential."""

import pytest

from mcp_traces.redaction.names import secret_name


@pytest.mark.parametrize(
    ("name", "kind", "strong"),
    [
        ("password", "password", True),
        ("DB_PASSWORD_PROD", "password", True),
        ("userPassword2", "password", True),
        ("new_password", "password", True),
        ("smtp.pass", "password", True),
        ("pass", "password", False),
        ("clientSecret", "secret", True),
        ("X-Api-Key", "api_key", True),
        ("apikeys", "api_key", True),
        ("AWS_SECRET_ACCESS_KEY", "secret_key", True),
        ("private_key", "private_key", True),
        ("access_token", "token", True),
        ("token", "token", False),
        ("Proxy-Authorization", "authorization", True),
        ("set-cookie", "cookie", True),
        ("credentials", "credential", False),
    ],
)
def test_names_of_credentials_are_known_however_they_are_written(name: str, kind: str, strong: bool) -> None:
    """Words in camel case, with hyphens, with numbers and environments behind them."""
    assert secret_name(name.encode()) == (kind, "strong" if strong else "weak")


@pytest.mark.parametrize(
    "name",
    [
        "max_tokens",
        "input_tokens",
        "total_token",
        "token_usage",
        "mlflow.chat.tokenUsage",
        "tokenizer",
        "next_page_token",
        "eos_token",
        "has_password",
        "password_length",
        "password_reset_url",
        "secret_santa",
        "secretary",
        "public_key",
        "primary_key",
        "cache_key",
        "key",
        "keyword",
        "author",
        "authorization_endpoint",
        "api_key_id",
        "api_key_env_var",
        "token_type",
        "session_id",
        "trace_id",
        "name",
        "passed",
        "compass",
        "path",
    ],
)
def test_names_that_only_sound_like_it_are_not(name: str) -> None:
    """Counts, parts of a text, settings about credentials, and words that begin alike."""
    assert secret_name(name.encode()) is None
