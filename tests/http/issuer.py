"""A real issuer of tokens on a free loopback port: metadata and keys over HTTP, which it can change or withhold."""

import json
import threading
import time
from collections.abc import Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"
KEYS = "/keys"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(which: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Made once for all tests, since that takes long; `which` tells several apart."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: PrivateKey, **members: Any) -> dict[str, Any]:
    public = key.public_key()
    jwk = (
        RSAAlgorithm.to_jwk(public, True) if isinstance(public, rsa.RSAPublicKey) else ECAlgorithm.to_jwk(public, True)
    )
    return {name: value for name, value in jwk.items() if name != "key_ops"} | members


class Issuer:
    """Use it as a context. `pages` are its answers by path, as JSON or as raw bytes; a path without one is a 404.

    `paths` holds every request, `released` is cleared to let every request wait; `stop` closes the port and `start`
    opens the same again.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []
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
        usual = {"iss": self.url, "aud": "https://traces.example.com/mcp", "sub": "reader-7", "scope": "traces:read"}
        return {
            name: value
            for name, value in (usual | {"iat": now, "exp": now + 600} | changed).items()
            if value is not None
        }

    def token(self, key_id: str | None = "first", algorithm: str | None = None, **changed: Any) -> str:
        """A token signed with one of `keys`, of which the id is told; with None by the first, of which it is not."""
        key = self.keys[key_id] if key_id else next(iter(self.keys.values()))
        algorithm = algorithm or ("RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256")
        return signed(self.claims(**changed), key, algorithm, {"kid": key_id} if key_id else {})


def signed(claims: dict[str, Any], key: PrivateKey, algorithm: str = "RS256", headers: Mapping[str, Any] = {}) -> str:
    return jwt.encode(claims, key, algorithm, headers=dict(headers))


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.paths.append(self.path)
            issuer.asked.set()
            issuer.released.wait(30)
            page = issuer.pages.get(self.path)
            body = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                """Whoever asked does not wait any longer, which some tests want."""

    return Handler
