"""Texts with secrets in them, as traces hold them: chats, JSON in JSON, commands, logs, files, and what was cut."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.redaction.synthetic import BASE64, HEX, TOKENS, URLSAFE, basic, chars, jwt, private_key


@dataclass(frozen=True, slots=True)
class Positive:
    """`secrets` must not be left in the masked text, and all of `keeps` must."""

    text: str
    secrets: tuple[str, ...]
    keeps: tuple[str, ...] = ()


def nested(value: object, depth: int) -> str:
    """JSON in a string in JSON, so many levels deep."""
    text = json.dumps(value)
    for level in range(depth):
        text = json.dumps({f"level_{level}": text})
    return text


def _in_turn() -> Iterator[Positive]:
    """Each vendor's credential, in one context after the other."""
    for index, token in enumerate(TOKENS.values()):
        context = CONTEXTS[index % len(CONTEXTS)]
        yield Positive(context.replace("SECRET", token), (token,))


CONTEXTS = (
    "Please use SECRET for the request.",
    '{"role": "user", "content": "here is my key SECRET, does it work?"}',
    '{"arguments": "{\\"command\\": \\"deploy SECRET now\\"}"}',
    'curl https://api.example.com/v1/models -H "X-Custom: SECRET"',
    'Traceback (most recent call last):\n  File "a.py", line 3\nValueError: refused: SECRET\n',
    "line one\\nSECRET\\nline three",
    "PATH=/usr/bin\nSERVICE_VALUE=SECRET\nHOME=/root",
    "- env:\n    value: SECRET\n",
    "<value>SECRET</value>",
    "{'custom': 'SECRET', 'n': 1}",
    "Der Schlüssel ist „SECRET“ 🔑.",
    "[SECRET](https://example.com)",
)

_COMMON = (
    "anthropic_api_key",
    "openai_api_key",
    "github_token",
    "aws_access_key",
    "google_api_key",
    "huggingface_token",
    "slack_bot_token",
    "stripe_key",
    "databricks_token",
    "jwt",
    "langsmith_api_key",
)


def _everywhere() -> Iterator[Positive]:
    """The credentials met most often, in the places where traces have them."""
    for name in _COMMON:
        token = TOKENS[name]
        yield Positive(nested({"tool": "run", "arguments": {"env": [token, "x"]}}, 0), (token,), ("run",))
        yield Positive(nested({"tool": "run", "arguments": {"text": f"a {token}"}}, 1), (token,))
        yield Positive(nested({"tool": "run", "arguments": {"text": f"{token}\nb"}}, 3), (token,))
        yield Positive(json.dumps({"content": f"ключ:\n{token}\nготово 🎉"}), (token,))
        yield Positive(f"https://example.com/cb?state=1&value={token}#top", (token,), ("state=1", "#top"))
        yield Positive(f"openai.AuthenticationError: Error code: 401 - {{'message': 'bad key: {token}.'}}", (token,))
        yield Positive(f"first line of a long prompt … {token[:-8]}...", (token[:-8],), ("long prompt",))
        yield Positive(json.dumps({"preview": f'{{"text": "{token[:-5]}'}), (token[:-5],), ("preview",))


def _fields() -> Iterator[Positive]:
    """Values that nothing but the name of their field gives away."""
    key = chars("by name", 32, HEX)
    names = (
        "password",
        "db_password",
        "dbPassword",
        "DB_PASSWORD",
        "passwd",
        "user_pwd",
        "passphrase",
        "secret",
        "client_secret",
        "clientSecret",
        "app.secret",
        "api_key",
        "apikey",
        "apiKey",
        "API-Key",
        "x-api-key",
        "MISTRAL_API_KEY",
        "cohere_api_key",
        "DD_API_KEY",
        "dd_app_key",
        "access_token",
        "refreshToken",
        "auth_token",
        "id_token",
        "session_token",
        "private_key",
        "secret_access_key",
        "aws_secret_access_key",
        "SecretAccessKey",
        "encryption_key",
        "signing_key",
        "account_key",
        "Ocp-Apim-Subscription-Key",
        "X-Auth-Token",
        "X-Vault-Token",
        "PRIVATE-TOKEN",
        "csrf_token",
        "smtp_pass",
        "db_pw",
        "GITHUB_PAT",
        "password_hash",
        "API_KEY_PROD",
        "new_password",
        "password2",
        "master_key",
        "webhook_secret",
        "jwt_secret",
        "bot_token",
    )
    for index, name in enumerate(names):
        value = ("hunter2-" + chars(name, 6), key, "Tr0ub4dor&3")[index % 3]
        yield Positive(json.dumps({name: value, "next": "kept"}), (value,), (name, "kept"))
        written = FORMATS[index % len(FORMATS)].replace("NAME", name).replace("VALUE", value.replace("&", "-"))
        yield Positive(written, (value.replace("&", "-"),), (name,))


FORMATS = (
    "{'NAME': 'VALUE', 'retries': 3}",
    '{\\"NAME\\": \\"VALUE\\", \\"retries\\": 3}',
    "NAME=VALUE",
    "export NAME=VALUE\n",
    "NAME: VALUE\nport: 5432\n",
    'config.NAME = "VALUE"',
    "NAME = 'VALUE'",
    "--NAME VALUE --verbose",
    "--NAME=VALUE",
    '{"name": "NAME", "value": "VALUE"}',
    '{"key": "NAME", "value": {"stringValue": "VALUE"}}',
    "connect(host='db', NAME='VALUE', port=5432)",
    '<add NAME="VALUE" />',
    "https://example.com/v1?page=2&NAME=VALUE&x=1",
)


def _written() -> Iterator[Positive]:
    """What people and programs write otherwise."""
    word, key, secret = "hunter2", chars("written", 32), chars("aws secret", 40, BASE64)
    aws = TOKENS["aws_access_key"]
    yield from (
        Positive(json.dumps({"password": "correct horse battery staple"}), ("correct horse", "staple")),
        Positive(json.dumps({"password": 'with "quotes" \\ and , commas'}), ("quotes", "commas")),
        Positive(nested({"password": 'on"e\\two', "user": "bob"}, 2), ("on", "two"), ("bob",)),
        Positive(json.dumps({"passwords": ["one-1", "two-2"], "n": 2}), ("one-1", "two-2"), ('"n": 2',)),
        Positive(json.dumps({"a": [{"b": {"c": {"api_key": "k-123"}}}]}), ("k-123",)),
        Positive(json.dumps({"password": "пароль123"}, ensure_ascii=True), ("123",)),
        Positive(json.dumps({"password": "пароль"}, ensure_ascii=False), ("пароль",)),
        Positive('{"input":"{\\u0022password\\u0022:\\u0022' + word + '\\u0022}"}', (word,)),
        Positive('{"input":"a=1\\u0026password=' + word + '\\u0026b=2"}', (word,), ("b=2",)),
        Positive(f"redirect=https%3A%2F%2Fx.example%2F%3Faccess_token%3D{key}%26next%3D1", (key,), ("next%3D1",)),
        Positive(f"Password is: {word}", (word,)),
        Positive(f"my password is {word}, please keep it", (word,), ("please keep it",)),
        Positive(f"Login with user bob and password: {word} and then continue.", (word,), ("then continue",)),
        Positive(f"The API key is {key}.", (key,)),
        Positive(f"password={word}&x=1", (word,), ("x=1",)),
        Positive(f"host=db.local port=5432 user=app password={word} dbname=prod", (word,), ("dbname=prod",)),
        Positive(f"Server=tcp:db;Database=x;User ID=sa;Password={word};Encrypt=True;", (word,), ("Encrypt=True",)),
        Positive(f"Driver={{ODBC Driver 18}};Server=db;UID=sa;PWD={word};", (word,), ("UID=sa",)),
        Positive(f"jdbc:postgresql://db:5432/x?user=app&password={word}&ssl=true", (word,), ("ssl=true",)),
        Positive(f"jdbc:oracle:thin:scott/{word}9@//db:1521/x", (f"{word}9",), ("scott",)),
        Positive(
            "DefaultEndpointsProtocol=https;AccountName=x;AccountKey="
            + chars("azure", 86, BASE64)
            + "==;EndpointSuffix=y",
            (chars("azure", 86, BASE64),),
            ("AccountName=x", "EndpointSuffix=y"),
        ),
        Positive(
            "Endpoint=sb://x.example/;SharedAccessKeyName=root;SharedAccessKey=" + chars("bus", 43, BASE64) + "=",
            (chars("bus", 43, BASE64),),
            ("SharedAccessKeyName=root",),
        ),
        Positive(f"aws_access_key_id={aws}\naws_secret_access_key={secret}\n", (aws, secret)),
        Positive(f"credentials: {aws} / {secret}", (aws, secret)),
        Positive(f"AWS Access Key ID [None]: {aws}\nAWS Secret Access Key [None]: {secret}\n", (aws, secret)),
        Positive(
            json.dumps({"AccessKeyId": aws, "SecretAccessKey": secret, "Expiration": "2024-01-01"}), (aws, secret)
        ),
        Positive(f"export DB_PASSWORD='p@ss;w0rd&{word}'\n", (word, "p@ss")),
        Positive(f"DB_PASSWORD=p@ss;w0rd&{word},x\nPORT=1\n", (word, "p@ss", ",x"), ("PORT=1",)),
        Positive(f"  - API_TOKEN={key}\n  - DEBUG=1\n", (key,), ("DEBUG=1",)),
        Positive(f"docker run -e POSTGRES_PASSWORD={word} -p 1:1 postgres", (word,), ("-p 1:1",)),
        Positive(f"ENV NPM_TOKEN {key}\nENV SECRET_KEY={key}x\n", (f"{key}x",)),
        Positive(f"database:\n  user: app\n  password: {word}\n  port: 5432\n", (word,), ("port: 5432",)),
        Positive("database:\n  password: letmein\n", ("letmein",)),
        Positive('database:\n  password: "let me in"\n', ("let me in",)),
        Positive(f"[db]\nuser = app\npassword = {word}\n", (word,), ("user = app",)),
        Positive(f"<user>bob</user><password>{word}</password>", (word,), ("bob",)),
        Positive(f'<add key="ApiKey" value="{key}"/>', (key,)),
        Positive(f"CREATE USER app WITH PASSWORD '{word}';", (word,)),
        Positive(f"CREATE USER 'a'@'%' IDENTIFIED BY '{word}';", (word,)),
        Positive(f"machine api.example.com login bob password {word}", (word,), ("login bob",)),
        Positive(f"curl -u bob:{word} https://example.com/x", (word,), ("-u bob:",)),
        Positive(f"curl --user 'bob:{word}' https://example.com", (word,)),
        Positive(f"sshpass -p {word} ssh root@host", (word,), ("ssh root@host",)),
        Positive(f"mysql --user=root --password={word} db", (word,), ("--user=root",)),
        Positive(f"az login --service-principal --username x --password {word} --tenant y", (word,), ("--tenant y",)),
        Positive(f'password: str = "{word}"', (word,)),
        Positive(f"define('DB_PASSWORD', '{word}');", (word,)),
        Positive(f"Settings(password=SecretStr('{word}'), port=1)", (word,), ("port=1",)),
        Positive(f'["x-api-key", "{key}"]', (key,)),
        Positive(f"[(b'host', b'x'), (b'x-api-key', b'{key}')]", (key,)),
        Positive(f'{{"name": "token", "value": "{key}"}}', (key,)),
        Positive(json.dumps({"SecretString": json.dumps({"username": "a", "password": word})}), (word,)),
        Positive(json.dumps({"auths": {"ghcr.io": {"auth": basic("bob", word)}}}), (basic("bob", word),)),
        Positive(f'{{:password => "{word}", :user => "bob"}}', (word,), ("bob",)),
        Positive(f'{{"password" : "{word}" , "x" : 1}}', (word,)),
        Positive(f'{{\n  "password":\n    "{word}"\n}}', (word,)),
        Positive(f"password%3D{word}%26x%3D1", (word,), ("x%3D1",)),
        Positive(f"text before \ud800 password={word} \x00 after 🎉", (word,), ("\ud800", "\x00", "🎉")),
    )


def _headers() -> Iterator[Positive]:
    key, token = chars("headers", 40), jwt("headers")
    for text in (
        f"Authorization: Bearer {key}",
        f"authorization: bearer {key}",
        json.dumps({"Authorization": f"Bearer {key}"}),
        nested({"headers": {"authorization": f"Bearer {key}"}}, 2),
        f"curl -H 'Authorization: Bearer {key}' https://example.com",
        f'headers={{"Authorization": "Bearer {key}"}}',
        f"{{'authorization': 'Bearer {key}', 'accept': '*/*'}}",
        f"Authorization: Token {key}",
        f"Authorization: token {key}\r\nAccept: */*\r\n",
        f"Authorization: ApiKey {key}",
        f"Authorization: {key}",
        json.dumps({"authorization": key}),
        json.dumps({"Proxy-Authorization": f"Negotiate {key}"}),
        f"Authorization: SSWS {key}",
        f"sent Bearer {key} and got 401",
        f"[(b'authorization', b'Bearer {key}')]",
        f"> authorization: Bearer {key}\n< HTTP/2 401",
        f"Authorization: Bearer {key[:24]}...",
        f"x-api-key: {key}",
        f"X-Auth-Token: {key}\nAccept: x",
        f"api-key: {key}",
        f"Authorization: Bearer {key}, Accept: */*",
    ):
        yield Positive(text, (key[:24],))
    digest = chars("digest", 32, HEX)
    yield from (
        Positive(f"Authorization: Bearer {token}", (token,), ("Authorization: Bearer ",)),
        Positive(f"Authorization: Basic {basic('bob', 'hunter2')}", (basic("bob", "hunter2"),), ("Basic ",)),
        Positive(json.dumps({"authorization": f"Basic {basic('a', 'b')}"}), (basic("a", "b"),)),
        Positive(f"proxy says Basic {basic('user', 'password')} is wrong", (basic("user", "password"),)),
        Positive(f'Authorization: Digest username="bob", realm="x", response="{digest}"', (digest,), ("bob",)),
        Positive(f"Authorization: AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature={digest}", (digest,)),
        Positive(f"Cookie: sessionid={key}; theme=dark", (key,), ("theme=dark",)),
        Positive(f"Set-Cookie: sid={key}; Path=/; HttpOnly; Secure", (key,), ("Path=/; HttpOnly",)),
        Positive(json.dumps({"set-cookie": [f"auth={key}; Path=/", "lang=en"]}), (key,), ("lang=en",)),
        Positive(json.dumps({"cookie": f"csrftoken={key[:16]}; _x=1"}), (key[:16],)),
        Positive(f"curl -H 'Cookie: JSESSIONID={digest}' https://example.com", (digest,)),
        Positive(f"cookie: {key}=1; connect.sid=s%3A{key}", (f"s%3A{key}",)),
        Positive(nested({"headers": {"Set-Cookie": f"token={key}; Max-Age=10"}}, 1), (key,), ("Max-Age=10",)),
    )


def _urls() -> Iterator[Positive]:
    word = "s3cr3t-w0rd"
    for scheme in (
        "postgresql",
        "postgresql+psycopg",
        "mysql",
        "mongodb+srv",
        "redis",
        "rediss",
        "amqp",
        "https",
        "ftp",
        "smtp",
        "mssql+pyodbc",
        "clickhouse",
        "snowflake",
    ):
        yield Positive(
            f"{scheme}://app:{word}@db.example.com:5432/x?a=1", (word,), (f"{scheme}://app:", "@db.example.com")
        )
    key, signature = chars("urls", 32), chars("signature", 43, BASE64).replace("+", "%2B").replace("/", "%2F") + "%3D"
    aws = TOKENS["aws_access_key"]
    account = "https://x.blob.core.example/c/b?sv=2022-11-02&se=2024-01-01T00%3A00%3A00Z&sr=b&sp=r"
    yield from (
        Positive(f"redis://:{word}@cache:6379/0", (word,), ("@cache:6379",)),
        Positive(f"DATABASE_URL=postgres://app:{word}@db/x\n", (word,), ("@db/x",)),
        Positive(nested({"url": f"postgres://app:{word}@db/x"}, 2), (word,), ("@db/x",)),
        Positive(json.dumps({"url": f"postgres://app:{word}@db/x"}).replace("/", "\\/"), (word,), ("@db",)),
        Positive(f"amqp://app:p@ss{word}@mq/", (word, "p@ss"), ("@mq/",)),
        Positive(f"could not connect to mongodb://app:{word}@a:1,b:2/x?replicaSet=r", (word,), ("@a:1,b:2",)),
        Positive(f"postgres://app:{word}", (word,)),
        Positive(f'{{"dsn": "postgres://app:{word}...', (word,)),
        Positive(f"git clone https://oauth2:{word}@git.example.com/x.git", (word,), ("git.example.com",)),
        Positive(f"{account}&sig={signature}", (signature,), ("sp=r",)),
        Positive(nested({"url": f"{account}&sig={signature}"}, 1), (signature,)),
        Positive(json.dumps({"url": f"{account}&sig={signature}"}).replace("&", "\\u0026"), (signature,)),
        Positive(
            f"https://b.s3.example/o?X-Amz-Credential={aws}%2F2024&X-Amz-Signature={chars('amz', 64, HEX)}",
            (chars("amz", 64, HEX), aws),
        ),
        Positive(
            f"https://storage.example/o?X-Goog-Signature={chars('goog', 256, HEX)}&x=1", (chars("goog", 256, HEX),)
        ),
        Positive(f"https://maps.example/api?key={key}&q=x", (key,), ("q=x",)),
        Positive(f"https://api.example/v1?token={key}", (key,)),
        Positive(f"https://api.example/v1?access_token={key}&x=1", (key,), ("x=1",)),
        Positive(f"https://api.example/v1?a=1&amp;api_key={key}&amp;b=2", (key,), ("b=2",)),
        Positive(
            "https://hooks."
            + f"slack.com/services/T0{chars('st', 8, 'ABC123')}/B0{chars('sb', 8, 'ABC123')}/{key[:24]}",
            (key[:24],),
        ),
        Positive(
            "https://dis" + f"cord.com/api/webhooks/123456789012345678/{chars('dw', 68, URLSAFE)}",
            (chars("dw", 68, URLSAFE),),
        ),
        Positive("https://x.webhook.off" + f"ice.com/webhookb2/{key}@{key}/IncomingWebhook/{key}", (key,)),
    )


def _private_keys() -> Iterator[Positive]:
    for kind in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"):
        key = private_key(kind, kind)
        lines = tuple(line for line in key.splitlines() if "-" not in line)
        yield Positive(f"see below\n{key}\nthat was it", lines, ("see below", "that was it"))
        yield Positive(
            json.dumps({"type": "service_account", "private_key": key, "id": "x"}), lines, ("service_account",)
        )
        yield Positive(nested({"text": f"key:\n{key}"}, 2), lines)
        for cut in (100, 150, 260):
            left = tuple(line for line in key[:cut].splitlines() if "-" not in line and len(line) > 3)
            yield Positive(f"the key: {key[:cut]}...", left)
            yield Positive(json.dumps({"preview": nested({"text": key}, 0)[: cut + 20]}), left)
    pgp = private_key("pgp", "PGP PRIVATE KEY BLOCK").replace("-----\nMII", "-----\nVersion: GnuPG v2\n\n", 1)
    yield Positive(pgp, tuple(line for line in pgp.splitlines() if "-" not in line and "Version" not in line and line))


def _cut() -> Iterator[Positive]:
    """What a store has cut in the middle of a secret."""
    value = chars("cut", 40)
    texts = (
        f'{{"user": "bob", "password": "{value}',
        f'{{"user": "bob", "password": "{value}...',
        nested({"password": value + value}, 1)[: -len(value) - 4],
        nested({"headers": {"api_key": value + value}}, 2)[: -len(value)],
        f"{{'client_secret': '{value}",
        f"password={value}...",
        f"export FOO_SECRET={value}",
        f"Authorization: Bearer {value}…",
        json.dumps({"mlflow.traceInputs": f'{{"api_key": "{value}...'}),
        json.dumps({"tags": json.dumps({"x": f'{{"access_token": "{value}...'})}),
        f"Cookie: sessionid={value}",
    )
    yield from (Positive(text, (value[:30],)) for text in texts)
    whole = jwt("cut")
    yield from (Positive(f"got {whole[:end]}...", (whole[20:end],)) for end in (40, 60, 90, 120))


def _later() -> Iterator[Positive]:
    """Written after all others, to see how what had been mended with those does with new ones."""
    k, h, g = chars("held", 32), chars("held", 40, HEX), TOKENS["github_token"]
    word, short, secret, session = "W1nter!2024", chars("p", 20), chars("x", 40, BASE64), chars("t", 200, BASE64)
    seed = chars("otp", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    discord, telegram, token = TOKENS["discord_token"], TOKENS["telegram_token"], TOKENS["jwt"]
    encoded, pair, pem = basic("a", "W1nter")[:12], basic("alice", word), private_key("held", "OPENSSH PRIVATE KEY")
    yield from (
        Positive(f"The credentials you asked for: username alice, password {word}", (word,)),
        Positive(f"pw: {word}", (word,)),
        Positive(f"Your temporary password is {word}. Change it after login.", (word,)),
        Positive(f"user=alice;pass={word};host=x", (word,)),
        Positive(f'smtp_password => "{word}",', (word,)),
        Positive(f"wget --http-user=alice --http-password={word} http://x", (word,)),
        Positive("psql \"host=x user=y password='W1nter 2024' sslmode=require\"", ("W1nter 2024",)),
        Positive(f"git remote set-url origin https://{g}@github.com/a/b", (g,)),
        Positive(f"git push https://alice:{g}@github.com/a/b", (g,)),
        Positive(f"headers: {{'X-API-KEY': '{k}'}}", (k,)),
        Positive(f'-H "apikey: {k}"', (k,)),
        Positive(f'"OPENAI_API_KEY":"{k}"', (k,)),
        Positive(f"os.environ['OPENAI_API_KEY'] = '{k}'", (k,)),
        Positive(f'os.environ["WANDB_API_KEY"]="{h}"', (h,)),
        Positive(f"wandb login {h}", (h,)),
        Positive(f"set AWS_SECRET_ACCESS_KEY={secret}", (secret,)),
        Positive(f'$env:API_KEY = "{k}"', (k,)),
        Positive("kubectl create secret generic db --from-literal=password=W1nter2024", ("W1nter2024",)),
        Positive(f"apiVersion: v1\nkind: Secret\ndata:\n  password: {encoded}\n", (encoded,)),
        Positive(f"auth:\n  token: {h}\n", (h,)),
        Positive(f"bot.run('{discord}')", (discord,)),
        Positive(f"https://api.telegram.org/bot{telegram}/sendMessage", (telegram,)),
        Positive(f"access_token expires soon: access_token={k}", (k,)),
        Positive(f'{{"id":"x","object":"tok","client_secret":"seti_{k}_secret_{k}"}}', (k,)),
        Positive(f"ssh-add <<EOF\n{pem}\nEOF", (pem.splitlines()[2],)),
        Positive(f"{{'Authorization': b'Bearer {k}'}}", (k,)),
        Positive(f"('authorization', 'Basic {pair}')", (pair,)),
        Positive(
            "mongodb://alice:W1nter%212024@c1.example.net:27017,c2.example.net/?authSource=admin", ("W1nter%212024",)
        ),
        Positive(f"ldap bind: cn=admin,dc=x password={word}", (word,)),
        Positive(f"the secret access key is {secret}", (secret,)),
        Positive(f"my github token {g} is not working", (g,)),
        Positive(f"client_id=abc&client_secret={k}&grant_type=client_credentials", (k,)),
        Positive("grant_type=password&username=alice&password=W1nter%212024", ("W1nter%212024",)),
        Positive(f'{{"credentials":{{"user":"alice","pass":"{word}"}}}}', (word,)),
        Positive(f'{{"type":"password","password":{{"value":"{word}"}}}}', (word,)),
        Positive(f"ENCRYPTION_KEY: {k}", (k,)),
        Positive(f"jwt.secret={k}", (k,)),
        Positive(f"spring.datasource.password={word}", (word,)),
        Positive(f'"connectionString": "Server=x;Uid=y;Pwd={word};"', (word,)),
        Positive(f"redis-cli -h x -a {word} ping", (word,)),
        Positive(f"mysql -uroot -p{word} db", (word,)),
        Positive(f"otpauth://totp/x?secret={seed}&issuer=y", (seed,)),
        Positive(f'{{"refresh_token": "1.AX{k}.{k}", "scope": "x"}}', (f"1.AX{k}.{k}",)),
        Positive(f"Set-Cookie: __Secure-next-auth.session-token={token}; Path=/", (token,)),
        Positive(f"X-Amz-Security-Token={session}&X", (session,)),
        Positive(f"Private-Token: {short}", (short,)),
        Positive(f"mot de passe : {word}", (word,)),
        Positive(f"Passwort: {word}", (word,)),
        Positive(f"пароль: {word}", (word,)),
        Positive(f"密码：{word}", (word,)),
    )


POSITIVES = tuple(
    positive
    for source in (_in_turn, _everywhere, _fields, _written, _headers, _urls, _private_keys, _cut, _later)
    for positive in source()
)

_EMAILS = (
    "bob@example.com",
    "first.last+tag@sub.example.co.uk",
    "jürgen@example.de",
    "a_b-c@mail.example.io",
    "X@EXAMPLE.ORG",
    "o'neil@example.ie",
    "42@example.travel",
)
_PHONES = (
    "+49 171 1234567",
    "+1 (415) 555-2671",
    "+442079460958",
    "+33 6 12 34 56 78",
    "415-555-2671",
    "(415) 555-2671",
    "415.555.2671",
    "+91-98765-43210",
    "+4930123456",
)
_CARDS = (
    "4111 1111 1111 1111",
    "4242424242424242",
    "5555-5555-5555-4444",
    "378282246310005",
    "3782 822463 10005",
    "6011111111111117",
    "3530111333300000",
    "30569309025904",
    "2223003122003222",
)
_IBANS = (
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "ES91 2100 0418 4502 0005 1332",
    "CH9300762011623852957",
    "AT611904300234573201",
)
_PERSONAL_CONTEXTS = (
    "Please write to VALUE today.",
    '{"role": "user", "content": "it is VALUE"}',
    '{"input": "{\\"contact\\": \\"VALUE\\"}"}',
    "first\\nVALUE\\nlast",
    "(VALUE), thanks",
)


def _personal() -> Iterator[Positive]:
    values = (*_EMAILS, *_PHONES, *_CARDS, *_IBANS)
    for index, value in enumerate(values):
        for step in (0, 2):
            context = _PERSONAL_CONTEXTS[(index + step) % len(_PERSONAL_CONTEXTS)]
            yield Positive(context.replace("VALUE", value), (value,))
    for number in ("0171 1234567", "030/1234567", "06 12 34 56 78", "020 7946 0958"):
        yield Positive(f"Tel.: {number}", (number,))
        yield Positive(json.dumps({"phone": number}), (number,))
        yield Positive(json.dumps({"phone_number": number, "x": 1}), (number,), ('"x": 1',))


PERSONAL = tuple(_personal())
