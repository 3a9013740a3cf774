"""Decides which names say that their value is a credential: `db_password`, `API_KEY_OPENAI`, not `max_tokens`.

A name is split into words. A secret word decides wherever it is, unless a word beside it makes a harmless pair with it
(exceptions.csv, with reasons).
"""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

MAX_NAME = 64

Strength = Literal["strong", "medium", "weak"]


class SecretName(NamedTuple):
    """Which values of a name are secret.

    `strong`: all but placeholders; `medium`: those too where the name is written as a variable of an environment,
    otherwise those that look made by a machine; `weak`: only those.
    """

    kind: str
    strength: Strength


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SPACED = re.compile(rb"(?<![A-Za-z0-9_])([A-Za-z]{2,16}[ ])?([A-Za-z]{2,16})[ ]\Z")

_KINDS = {
    "password": "password",
    **dict.fromkeys(
        _words(
            "passwort passwd passwrd passphrase passcode pwd pswd pword kennwort contrasena motdepasse mnemonic "
            "seedphrase userpass passkey requirepass masterauth"
        ),
        "password",
    ),
    **dict.fromkeys(_words("pass pw psw"), "password"),
    "secret": "secret",
    "token": "token",
    "key": "api_key",
    "credential": "credential",
    **dict.fromkeys(_words("cred creds"), "credential"),
    "auth": "credential",
    "bearer": "credential",
    "authorization": "authorization",
    "cookie": "cookie",
    "jwt": "jwt",
    "psk": "secret_key",
    "pat": "token",
    "salt": "secret_key",
}
"""What each secret word calls its value."""

_PLURALS = {f"{word}s": word for word in _KINDS if word not in ("pass", "cred")} 
_OWNED = _words("pass pw psw pat salt key")
"""Secret only with a word beside them: `db_pass`, `smtp_pw`, `GITHUB_PAT`, `api_key`."""

_SHORT_OWNERS = _words(
    "db database user usr smtp mysql pg postgres redis root admin ftp mail email proxy http ssh my github gitlab azure "
    "devops login account service ldap imap sftp rabbitmq mongo mongodb sql sa ro rw api app auth bind keystore "
    "truststore key cert ssl tls vpn wifi gh ado bitbucket jira personal git secure nonce secret password logged in "
    "encryption hash default become config keypass storepass sudo enable vnc rdp os ldaps bastion jump"
)
_SECRET_KEYS = _words(
    "secret access signing encryption decryption master shared account storage auth hmac ssh deploy aes rsa gpg pgp "
    "crypto cipher fernet wallet jwt session preshared presharedkey nonce secure vault unseal root symmetric wrapping"
)
_KEY_OWNERS = _SECRET_KEYS | _words(
    "api app application client license licence subscription integration ingestion ingest write server service admin "
    "consumer developer dev user team organization org machine device registration activation product security "
    "recovery seed wireguard vpn wifi wep wpa logged tls ssl cert sas connection functions tunnel webhook bot agent "
    "openai anthropic claude gemini google gcp aws azure mistral cohere groq deepseek openrouter perplexity together "
    "replicate huggingface hf voyage jina tavily serper serp serpapi exa firecrawl pinecone weaviate qdrant langsmith "
    "langchain langfuse helicone litellm nvidia fireworks elevenlabs deepgram assemblyai stability runpod wandb comet "
    "neptune stripe twilio sendgrid mailgun mailchimp resend postmark brevo datadog dd newrelic sentry grafana "
    "honeycomb posthog segment amplitude mixpanel algolia meili typesense mapbox maps here tomtom weather openweather "
    "github gitlab bitbucket circleci buildkite npm pypi rubygems nuget docker quay heroku netlify vercel cloudflare "
    "fastly digitalocean linode vultr hetzner supabase firebase planetscale databricks snowflake cosmos cosmosdb "
    "cognitive speech translator translation_service search_admin bing yandex alchemy infura etherscan moralis coinbase "
    "binance kraken shopify square paypal plaid razorpay paystack slack discord telegram airtable notion figma asana "
    "trello jira confluence zendesk intercom hubspot salesforce zoom pagerduty opsgenie dropbox okta auth0 clerk "
    "recaptcha hcaptcha turnstile tmdb omdb newsapi unsplash pexels giphy youtube spotify twitch rapidapi ngrok "
    "tailscale secretkey vapid flask django rails nextauth laravel magic kms"
)
"""Words before `key` that make it a credential whatever its value is."""

_PAIRS = frozenset(
    [("pass", "phrase"), ("pass", "code"), ("pass", "word"), ("seed", "phrase"), ("recovery", "phrase")]
    + [("recovery", "code"), ("backup", "code"), ("mnemonic", "phrase")]
)
"""Two words that mean a password together."""

_OF_KEYS = _words("api access app application client auth secret subscription")
_PUBLIC = _words("public pub publishable")

_AUTH_OWNERS = _words("rediscli redis master require")
_COUNTS = _words("max min num total count")

_SAID_OF_VALUES = _words(
    "value val text raw plain plaintext string default encoded encrypted hash prod production dev development staging "
    "stage live sandbox local main primary secondary old new current previous"
)
"""Parts of a dotted name that say which value it is: `password.prod`."""

_LUMPS = ("password", "passphrase", "passwd", "credential", "secret", "token", "key", "pwd", "pass", "auth", "pw")
_LEADING = _words("password passwd secret")
_WHOLE = _words(
    "passwordless secretsmanager secretmanager secretary secretariat secretly tokenizer tokenizers tokenize tokenized tokenization detokenizer "
    "keyboard keyword keywords keypress keyframe keynote monkey turkey hockey jockey whiskey donkey hotkey hotkeys "
    "passkeys bypass compass surpass trespass overpass author authority authors authored authentic authenticated "
    "authenticate authentication unauthorized authorized authorize oauth oauth2 cookiecutter"
)
"""Words that hold a secret word and mean something else."""


def _exceptions() -> frozenset[tuple[str, str, str]]:
    text = files("mcp_traces.redaction").joinpath("exceptions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return frozenset((row["word"], row["side"], other) for row in rows for other in row["others"].split())


_EXCEPTIONS = _exceptions()


@lru_cache(maxsize=4096)
def secret_name(name: bytes) -> SecretName | None:
    """What `name` says of its value; None when it names no credential."""
    words = [part for word in _WORD.findall(_deciding(name[-MAX_NAME:])) for part in _parts(word.lower().decode())]
    words = _joined([word for word in words if not word.isdigit()])
    best: SecretName | None = None
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and (words[end] in _KINDS or words[end] in _PLURALS):
            end += 1
        if end > at:
            found = _of_group(words, at, end)
            if found and (best is None or _RANK[found.strength] <= _RANK[best.strength]):
                best = found
        at = max(end, at + 1)
    return best


def _deciding(name: bytes) -> bytes:
    """The part of a dotted name that decides: of `token.level` it is `level`, of `db.password.value` the last two."""
    head, _, last = name.rstrip(b".").rpartition(b".")
    return name if not head or last.lower().decode("ascii", "replace") in _SAID_OF_VALUES else last


_RANK = {"strong": 0, "medium": 1, "weak": 2}


def spaced_name(before: bytes, name: bytes) -> SecretName | None:
    """What `name` says together with the words before it, as in `API key` and `AWS secret access key`."""
    found = _SPACED.search(before[-MAX_NAME:])
    if found is None:
        return None
    near = secret_name(found[2] + b"_" + name)
    far = secret_name((found[1] or b"").strip() + b"_" + found[2] + b"_" + name)
    return near if near and near.strength == "strong" else far if far and far.strength == "strong" else near


def _joined(words: list[str]) -> list[str]:
    """Pairs such as `pass phrase` and `recovery code` as one word."""
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1], word.removesuffix("s")) in _PAIRS:
            joined[-1] = "passphrase"
        else:
            joined.append(word)
    return joined


def _of_group(words: list[str], first: int, end: int) -> SecretName | None:
    """What the secret words from `first` to `end` say, with their neighbours."""
    before = words[first - 1] if first else ""
    after = words[end] if end < len(words) else ""
    roots = [_PLURALS.get(word, word) for word in words[first:end]]
    root = roots[-1]
    if _is_harmless(words[first], "before", before) or _is_harmless(roots[0], "before", before):
        return None
    if _is_harmless(root, "after", after):
        return None
    farther = words[first - 2] if first > 1 and before in _OF_KEYS else ""
    if root == "token" and first > 1 and words[first - 2] in _COUNTS:
        return None
    if farther in _PUBLIC or _is_harmless("*", "before", farther):
        return None
    alone = len(words) == 1
    if root == "key":
        return _key(words[end - 2] if end > 1 else "", roots, alone=alone)
    if root in _OWNED:
        owned = before in _SHORT_OWNERS or (end - first > 1)
        if root in ("pat", "salt") and not owned:
            return None
        return SecretName(_KINDS[root], "strong" if owned else "weak")
    if root == "cookie" and before == "erlang":
        return SecretName("secret", "strong")
    if root == "auth" and before in _AUTH_OWNERS:
        return SecretName("password", "strong")
    if root in ("auth", "bearer", "jwt", "credential", "cred", "creds") or (root == "token" and alone):
        return SecretName(_kind(roots), "strong" if end - first > 1 and root != "auth" else "weak")
    return SecretName(_kind(roots), "strong")


def _key(owner: str, group: list[str], *, alone: bool) -> SecretName | None:
    if alone or not owner:
        return None
    kind = "private_key" if owner in ("private", "priv") else "secret_key" if owner in _SECRET_KEYS else "api_key"
    if len(group) > 1 or owner in _KEY_OWNERS or kind == "private_key":
        return SecretName(kind, "strong")
    return SecretName(kind, "medium")


def _kind(group: list[str]) -> str:
    return _KINDS[group[-1]] if group[-1] != "auth" or len(group) == 1 else _KINDS[group[0]]


def _is_harmless(root: str, side: str, other: str) -> bool:
    return bool(other) and ((root, side, other) in _EXCEPTIONS or ("*", side, other) in _EXCEPTIONS)


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """`word` as words: `dbpassword` is `db password`, `apikeys` is `api key`."""
    if word in _WHOLE or word in _KINDS or word in _PLURALS:
        return (word,)
    singular = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    for lump in _LUMPS:
        rest = singular.removesuffix(lump)
        if rest != singular and rest and _may_precede(lump, rest):
            return (*_parts(rest), lump)
    for lump in _LEADING:
        rest = word.removeprefix(lump)
        if rest != word and len(rest) > 2:
            return (lump, *_parts(rest))
    return (word,)


def _may_precede(lump: str, rest: str) -> bool:
    if lump == "key":
        return rest in _KEY_OWNERS or rest in ("private", "priv", "public", "primary", "foreign")
    if lump in ("pass", "pw", "auth", "pwd"):
        return rest in _SHORT_OWNERS
    return len(rest) > 1
