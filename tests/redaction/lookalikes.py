"""Texts in which nothing is secret, although they look or read like it: ids, hashes, images, counts, prose, code."""

import base64
import json
import random
from collections.abc import Iterator

from tests.redaction.synthetic import ALNUM, BASE64, HEX, chars, uuid


def _ids() -> Iterator[str]:
    """What traces, stores and tools number things with."""
    for index in range(6):
        name = f"id {index}"
        sha1, sha256, md5 = chars(name, 40, HEX), chars(name, 64, HEX), chars(name, 32, HEX)
        span = chars(name, 16, HEX)
        yield from (
            f"commit {sha1} fixes it",
            f"sha256:{sha256}",
            f"md5 {md5} of the file",
            json.dumps({"trace_id": f"tr-{md5}", "span_id": span, "parent_id": None}),
            f"run {md5} of experiment {index}",
            json.dumps({"request_id": uuid(name), "etag": f'W/"{md5}"'}),
            f"{uuid(name)} is not known",
            json.dumps({"id": f"chatcmpl-{chars(name, 29)}", "object": "chat.completion"}),
            json.dumps({"tool_call_id": f"call_{chars(name, 24)}"}),
            json.dumps({"id": f"toolu_01{chars(name, 22)}", "type": "tool_use"}),
            json.dumps({"id": f"msg_01{chars(name, 22)}", "thread_id": f"thread_{chars(name, 24)}"}),
            f"image: repo/app@sha256:{sha256}",
            f"https://github.com/a/b/commit/{sha1}",
            f"/tmp/pytest-{index}/{md5}/out.txt",
        )


def _binary() -> Iterator[str]:
    made = random.Random(7)
    for size in (60, 300, 3000):
        image = base64.b64encode(made.randbytes(size)).decode()
        yield f"data:image/png;base64,{image}"
        yield json.dumps({"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{image}"}})
        yield json.dumps({"inlineData": {"mimeType": "audio/wav", "data": image}})
        yield json.dumps({"type": "thinking", "thinking": "…", "signature": image})
        yield json.dumps({"embedding": base64.urlsafe_b64encode(made.randbytes(size)).decode()})
        yield json.dumps({"reasoning": {"encrypted_content": f"gAAAAA{image}"}})
    yield json.dumps([made.random() for _ in range(100)])
    yield json.dumps({"cursor": base64.b64encode(b'{"id": 123, "page": 7}').decode()})
    yield json.dumps({"next_page_token": base64.b64encode(b'{"offset": 100, "limit": 50}').decode()})


def _counts() -> Iterator[str]:
    """Tokens that are counted, and tokens that are pieces of a text."""
    names = (
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "prompt_tokens",
        "completion_tokens",
        "max_tokens",
        "cached_tokens",
        "reasoning_tokens",
        "max_new_tokens",
        "token_count",
        "num_tokens",
        "tokens_per_second",
        "mlflow.chat.tokenUsage",
        "total_token",
        "token_usage",
        "max_output_tokens",
        "cache_read_input_tokens",
    )
    for name in names:
        yield json.dumps({name: 1234})
        yield json.dumps({name: "1234"})
        yield f"{name}=1234 elapsed=2.5"
    yield from (
        json.dumps({"token": "Hello", "logprob": -0.1, "bytes": [72, 101]}),
        json.dumps({"token": " understanding", "top_logprobs": []}),
        json.dumps({"eos_token": "<|endoftext|>", "pad_token": "[PAD]", "bos_token": "<s>"}),
        json.dumps({"tokens": ["he", "llo", "world"]}),
        json.dumps({"next_page_token": "CAUQAA", "nextToken": "page2"}),
        json.dumps({"token_type": "Bearer", "expires_in": 3600}),
        json.dumps({"tokenizer": "cl100k_base", "token_limit": "128k"}),
        json.dumps({"continuation_token": chars("continuation", 40)}),
        json.dumps({"stop_token": "</answer>", "special_tokens": ["<think>", "</think>"]}),
        "token: the smallest unit of text",
        "a token is about four characters of English text",
        "Rate limit: 90000 tokens per minute, token bucket refills each second",
    )


def _empty() -> Iterator[str]:
    """Names of secrets without one: nothing, placeholders, references, types."""
    values = (
        "",
        "***",
        "********",
        "<redacted>",
        "[REDACTED]",
        "${API_KEY}",
        "$API_KEY",
        "{{ api_key }}",
        "<your-api-key>",
        "YOUR_API_KEY",
        "your-api-key-here",
        "xxxxxxxx",
        "None",
        "null",
        "string",
        "changeme",
        "env:API_KEY",
        "%API_KEY%",
        "[Filtered]",
        "sk-...abcd",
        "sk-proj-********abcd",
        "vault:secret/data/app",
        "op://vault/item/password",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x",
        "OPENAI_API_KEY",
        "true",
        "...",
        "•••••••",
        "[masked: api_key]",
        "replace-with-your-key",
        "n/a",
        "projects/x/secrets/y/versions/latest",
        "00000000",
    )
    for value in values:
        yield json.dumps({"api_key": value}, ensure_ascii=False)
        if value and " " not in value:
            yield f"password={value}"
    for value in (None, True, False, 0, [], {}):
        yield json.dumps({"password": value, "secret": value})
    yield from (
        json.dumps({"properties": {"password": {"type": "string", "description": "The user's password"}}}),
        json.dumps({"required": ["username", "password", "api_key"]}),
        json.dumps({"errors": {"password": ["must have at least 8 characters"]}}),
        json.dumps({"password": "This field is required."}),
        json.dumps({"authorization": "none"}),
        json.dumps({"headers": {"Authorization": "Bearer ${TOKEN}"}}),
        json.dumps({"headers": {"Authorization": "Bearer <token>"}}),
        "Authorization: Bearer $TOKEN",
        "curl -H 'Authorization: Bearer YOUR_API_KEY' https://api.example.com",
        "curl -u user:password https://example.com",
        "postgresql://user:password@localhost/db",
        "postgresql://user:${DB_PASSWORD}@host/db",
        "postgresql://user:***@host/db",
        "https://<user>:<password>@host/",
        "postgres://localhost:5432/db",
        "http://localhost:8080",
        '"http://localhost:port"',
        'f"http://{host}:{port}/v1"',
        "redis://cache:6379/0",
        "https://example.com:8443/path?x=a@b",
        "ssh://git@host.example:22/repo.git",
        "docker run -u 1000:1000 image",
    )


_PROSE = """
the password is required
forgot my password?
I forgot my password, can you reset it for me?
Password: required
Your password must be at least 12 characters long and contain a digit.
Please enter your password:
The API key is missing.
An API key is required to use this service; create one in the settings.
secret: what makes a good pie is butter
The secret is out.
My secret Santa got me a book.
secret_santa: bob
authorization: required for all endpoints
Authorization is handled by the gateway.
Bearer token is missing
Bearer authentication failed
Basic authentication is not supported any more
basic understanding of linear algebra
The bearer of this letter
Cookie: a small file that a site stores
Which cookie recipe is best? cookies: chocolate, oat
the key: practice every day
key=value pairs are separated by commas
primary_key=id foreign_key=user_id
public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB
The token expired. token: expired
invalid token: unexpected end of input
SyntaxError: Unexpected token } in JSON at position 42
token = next(lexer)
password field, password policy, password manager
He said: "password", and the door opened.
passwords: hashed with bcrypt
two-factor authentication: enabled
The private key: never share it.
Keys start with sk-ant- and are 108 characters long.
AWS keys begin with AKIA and have 20 characters.
A JWT has three parts: header, payload, signature.
-----BEGIN PRIVATE KEY----- is the first line of such a file.
a file that begins with "-----BEGIN RSA PRIVATE KEY-----" is private
-----BEGIN PUBLIC KEY-----
-----BEGIN CERTIFICATE-----
task-0123456789abcdef0123456789abcdef is done
ask-me-anything-about-sk-learn-pipelines-and-more
sk-learn-pipeline-with-standard-scaler-2024
the hf_transfer package and npm_config_cache are unrelated
npm_package_version=1.2.3
pplx-70b-online and grok are models; xai-org is on GitHub
ASIAPACIFICREGION is a name
SKU SK12345 is sold out
key-value-store-20240101
release v1.2.3-rc.4+build.5678
sl.wikipedia.org/wiki/Ljubljana
gl_api_version: 4
the author: John Smith, authority: none
author_token_count=17
Session: 42, session_id=abc123def456
user_id=12345678 order=AB-1234567890
Compass: north, passport: valid, passenger: two
bypass=true passing=12 pass_rate=0.95
monkey: banana, turkey: bird, keyword: search
tokenize=True tokenizer=gpt2
reset_password_url=https://example.com/reset
password_length=12 password_policy=strict
has_password=true requires_authorization=no
authorization_endpoint=https://login.example.com/authorize
cache_key=user:42:profile
idempotency_key: order-2024-0001
sort_key: created_at, partition_key: tenant
dedup_key=alerts/2024/01
signature: def f(x: int) -> str
Best regards, signature below
credentials: see the wiki
Enter the passphrase for the key:
user:pass is the usual notation
https://example.com/docs/api-key
https://example.com/search?q=password&lang=en
https://example.com/login?next=/token/new
https://example.com/a?key=name&sort=asc
postgres password authentication failed for user "app"
fe_sendauth: no password supplied
Access denied for user 'root'@'localhost' (using password: YES)
Incorrect API key provided: sk-proj-********************abcd.
openai.AuthenticationError: Error code: 401
WARNING: secret manager is unreachable
secrets: inherit
Kubernetes secret "db-credentials" not found
secretName: db-credentials
secretKeyRef: {name: db, key: password}
api_key_env_var: MISTRAL_API_KEY
api_key_id: 42
token_url: https://login.example.com/token
pwd=/home/user/project
PWD=/home/user/project
OLDPWD=/tmp
The token budget is 4096 and the key idea is simple.
{"name":"get_secret_santa","arguments":"{}"}
{"role":"assistant","content":"To reset your password, open Settings > Security."}
{"finish_reason":"stop","logprobs":{"content":[{"token":"Hel","logprob":-1.2}]}}
"tool_choice":"auto","parallel_tool_calls":true
{"key":"value","keys":["a","b"]}
def test_password_too_short(): ...
test_api_key_missing PASSED
password_field = driver.find_element("id", "password")
AUTH_TYPE=oauth2 AUTH_URL=https://x.y/auth
TOKENIZERS_PARALLELISM=false
HF_HOME=/data/hf HF_HUB_ENABLE_HF_TRANSFER=1
The answer token: 42
"session_id": "s-0123456789abcdef", "conversation_id": "c-42"
user_token_limit: 1000
Token usage: prompt 1200, completion 300
secret_name: prod/db/main
"authorizationUrl": "https://login.example.com/oauth2/authorize"
"security": [{"apiKeyAuth": []}]
"securitySchemes": {"apiKeyAuth": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
Bearer tokens are sent in the Authorization header.
auth: enabled
key: 'ctrl+s'
{"hotkey":"cmd+k","shortcut_key":"Enter"}
"primaryKey": ["id"], "foreignKeys": []
"partitionKey": "/tenantId"
SELECT token, count(*) FROM tokens GROUP BY token
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 user
Signature: sha256=abc
x-request-id: 7f9c24e8-3b12-4fef-91e0-5ec1a8b0c1d2
x-amzn-trace-id: Root=1-67891233-abcdef012345678912345678
etag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
content-security-policy: default-src 'self'
cf-ray: 8a1b2c3d4e5f6789-FRA
"fingerprint": "fp_44709d6fcb"
"system_fingerprint": "fp_a2ff031fb5"
passed: 12, failed: 3
compass=NE
The passphrase must contain four words.
What is the secret of a long life?
"keywords": ["token", "password", "api key"]
token_budget=2048, api_key_required=False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS: none
Password reset link sent.
The user's password was changed 3 days ago.
cookie_consent=true; lang=de
{"cookies": true, "headers": {"accept": "text/html"}}
"tokens": 512, "token_ids": [1, 2, 3]
the basic auth flow
"""

_CODE = """
api_key = os.environ["OPENAI_API_KEY"]
api_key=os.getenv("OPENAI_API_KEY")
const apiKey = process.env.OPENAI_API_KEY;
password = getpass.getpass("Password: ")
password = config.password
password=self.password
token = response.json()["access_token"]
token = get_token(user)
secret = secrets.token_hex(16)
def login(user: str, password: str) -> None:
def __init__(self, api_key: str | None = None, token: Optional[str] = None):
client = OpenAI(api_key=api_key)
client = OpenAI(api_key=settings.openai_api_key)
headers = {"Authorization": f"Bearer {token}"}
headers["x-api-key"] = self.api_key
if password == confirm_password:
auth = (user, password)
url = f"postgresql://{user}:{password}@{host}/{db}"
password: ${{ secrets.DB_PASSWORD }}
export API_KEY=$(cat /run/secrets/api_key)
API_KEY=${API_KEY:-}
DB_PASSWORD_FILE=/run/secrets/db_password
password = input("Password: ")
token = tokens[index]
tokens = tokenizer.encode(text)
key = lambda item: item.name
password = None
assert token.type == TokenType.STRING
for token in tokens:
private_key = load_pem_private_key(data, password=None)
@field_validator("password")
self.token = token
return {"password": hash_password(password)}
raise ValueError("password must not be empty")
logger.info("token=%s", mask(token))
cursor.execute("SELECT password FROM users WHERE id = %s", (id,))
<input type="password" name="password" placeholder="Password">
<label for="password">Password</label>
<password></password>
"password": "Password",
password?: string;
apiKey: string
api_key: {type: string}
"""


def _texts(lines: str) -> Iterator[str]:
    yield from (line for line in lines.strip().splitlines() if line)


def _nested() -> Iterator[str]:
    """Lookalikes one and two levels of JSON further in."""
    for line in (*_texts(_PROSE), *_texts(_CODE)):
        if len(line) % 3 == 0:
            yield json.dumps({"content": line, "next": 1})
        elif len(line) % 3 == 1:
            yield json.dumps({"arguments": json.dumps({"text": line, "next": "value"})})


def _layout() -> Iterator[str]:
    """Structure that must not be taken for a value: what stands behind a text that ends as a name does."""
    yield from (
        json.dumps({"label": "password:", "next": "value"}),
        json.dumps(["password=", "value"]),
        json.dumps({"Enter password:": {"x": "y"}}),
        json.dumps({"prompt": "Enter the API key: ", "answer": "I have none"}),
        json.dumps({"text": 'say "password": ', "b": "c"}),
        json.dumps(["api_key", "model", "temperature"]),
        "{'a': 'password:', 5: 'x'}",
        json.dumps({"columns": ["user", "password", "email"], "rows": 3}),
        json.dumps({"name": "password", "type": "string"}),
        json.dumps({"name": "token", "value": "monthly"}),
        json.dumps({"name": "api_key", "in": "header"}),
        chars("long word", 300, ALNUM),
        chars("long base64", 4000, BASE64),
    )


LOOKALIKES = tuple(
    dict.fromkeys([*_ids(), *_binary(), *_counts(), *_empty(), *_texts(_PROSE), *_texts(_CODE), *_nested(), *_layout()])
)

PERSONAL_LOOKALIKES = (
    "1716239022",
    "1716239022123",
    "1716239022123456",
    "1716239022123456789",
    "2024-01-01T12:34:56.789+02:00",
    "order 4111-2222-3333",
    "order number 4111111111111112",
    "invoice 20240101-0001",
    "192.168.100.200",
    "10.0.0.1:8080",
    "version 1.2.3.4567",
    "0.4111111111111111",
    "-0.123456789012345678",
    "[0.1234567890123, -4.2424242424242424]",
    "3.141592653589793",
    "1e+12345678",
    "2024-01-01 00:00:00",
    "12:34:56.123456",
    "+02:00",
    "+0000",
    "a+1234567890b",
    "icon@2x.png",
    "logo@3x.jpg",
    "git@github.com:org/repo.git",
    "pkg@1.2.3",
    "@scope/pkg@latest",
    "user@host",
    "a@b",
    "@dataclass",
    "@app.route('/x')",
    "module@main.py",
    "x @ y",
    "SELECT @@version",
    "ISBN 978-3-16-148410-0",
    "DE89370400440532013001",
    "GB00NWBK60161331926819",
    "XX89370400440532013000",
    "AB12 CDEF 3456 GHIJ 7890",
    "tr-4111111111111111aaaabbbbccccdddd",
    "4242424242424242abcdef",
    "abcdef4242424242424242",
    "1234567890",
    "12345678901234567890",
    "555-1234",
    "call 911",
    "page 415 of 555",
    "lines 200-300, 400-5000",
    "1,234,567,890",
    "size=4111111111111111",
    "id=5555555555554444",
    "5555555555554444.25",
    "$1,234.56",
    "50.123456, 8.123456",
    "(100) 200 300",
    "2001:db8::ff00:42:8329",
    "00:1A:2B:3C:4D:5E",
    "4.2.2024 12:00",
    "x+1 y+2",
    "C++ 11 +14 +17 +20",
    "diff @@ -1,5 +1,7 @@",
    "+1",
    "+ 12 34",
    "phone: none",
    "mobile: 5 GB",
    "fax",
    "cell 12",
    '{"phone_id": 12345678901}',
    '{"cell_count": 1234567}',
    "telemetry: 1234567890",
    '{"timestamp": 1716239022123, "mobile": true}',
)
