"""A real issuer of tokens on a free loopback port: metadata and keys over HTTP, which it can change or withhold."""

import base64
import json
import threading
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"
KEYS = "/keys"
TOKEN = "/token"

RESOURCE = "https://traces.example.com/mcp"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def rsa_key(which: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Made once for all tests, since that takes long; `which` tells several apart."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve())


@cache
def edwards_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def public_jwk(key: PrivateKey, **members: Any) -> dict[str, Any]:
    match key.public_key():
        case rsa.RSAPublicKey() as public:
            jwk = RSAAlgorithm.to_jwk(public, True)
        case ec.EllipticCurvePublicKey() as public:
            jwk = ECAlgorithm.to_jwk(public, True)
        case public:
            jwk = OKPAlgorithm.to_jwk(public, True)
    return {name: value for name, value in jwk.items() if name != "key_ops"} | members


class Issuer:
    """Use it as a context. `pages` are its answers by path: JSON, raw bytes, or a status; a path without one is a 404.

    `paths` holds every request and `posted` what came with it, `asked` is set by each, `released` is cleared to let
    every request wait; `stop` closes the port and `start` opens the same again.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.posted: list[str] = []
        self.released = threading.Event()
        self.released.set()
        self.asked = threading.Event()
        self._port = 0
        self.start()
        self.url = f"http://127.0.0.1:{self._port}"
        self.keys: dict[str, PrivateKey] = {"first": rsa_key(), "curve": ec_key()}
        self.pages: dict[str, Any] = {OPENID: {"issuer": self.url, "jwks_uri": self.url + KEYS}}
        self.publish()

    def __enter__(self) -> "Issuer":
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.stop()

    def publish(self) -> None:
        """Serve the public halves of `keys`."""
        self.pages[KEYS] = {"keys": [public_jwk(key, kid=name, use="sig") for name, key in self.keys.items()]}

    def rotate(self, name: str = "second") -> None:
        """New keys in place of all there were."""
        self.keys = {name: rsa_key(1)}
        self.publish()

    @property
    def fetches(self) -> int:
        """How often its keys were asked for."""
        return self.paths.count(KEYS)

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), _handler(self))
        self._server.daemon_threads = False
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a good token; a claim of None is left out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": RESOURCE, "sub": "reader-7", "scope": "traces:read"}
        return {
            name: value
            for name, value in (usual | {"iat": now, "exp": now + 600} | changed).items()
            if value is not None
        }

    def token(self, key_id: str | None = "first", algorithm: str | None = None, **changed: Any) -> str:
        """A token signed with one of `keys`, of which the id is told; with None by the first, of which it is not."""
        key = self.keys[key_id] if key_id else next(iter(self.keys.values()))
        algorithm = algorithm or ("RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256")
        return signed(self.claims(**changed), key, algorithm, **({"kid": key_id} if key_id else {}))


def signed(claims: dict[str, Any], key: PrivateKey, algorithm: str = "RS256", **headers: Any) -> str:
    return jwt.encode(claims, key, algorithm, headers=headers)


def handmade(header: object, claims: object, sign: Callable[[bytes], bytes] = lambda _: b"") -> str:
    """What no library would make. Bytes stand as they are."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    signing_input = b".".join(_base64url(part) for part in parts)
    return (signing_input + b"." + _base64url(sign(signing_input))).decode()


def _base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.paths.append(self.path)
            issuer.asked.set()
            issuer.released.wait(30)
            page = issuer.pages.get(self.path, 404)
            body = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.send_response(page if isinstance(page, int) else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            issuer.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                """Whoever asked does not wait any longer, which some tests want."""

    return Handler
