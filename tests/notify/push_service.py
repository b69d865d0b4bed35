"""A push service on loopback that opens what it is given, with code not ours; and its devices."""

import base64
import json
import os
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from frigate_ext.domain.subscription import Subscription


def from64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A browser, as far as a push service and a sender know it."""

    number: int
    endpoint: str
    created_at: float = 0.0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> bytes:
        public = self.key.public_key()
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> Subscription:
        return Subscription(
            id=self.number,
            endpoint=self.endpoint,
            p256dh=self.p256dh,
            auth=self.auth,
            created_at=self.created_at,
        )

    def open(self, body: bytes) -> dict:
        return json.loads(
            http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        )


def claims(authorization: str, public: bytes) -> dict:
    """What a sender says of itself, once its signature holds."""
    scheme, _, rest = authorization.partition(" ")
    values = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert from64(values["k"]) == public
    signed, _, signature = values["t"].rpartition(".")
    raw = from64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(from64(signed.split(".")[1]))


class PushService:
    """Each path is a device's. `answers` says how it is answered: a status, headers; 201 without one."""

    def __init__(self, tls: ssl.SSLContext | None = None):
        """`tls` is of a certificate for `localhost`."""
        self.got: dict[str, list[tuple[dict[str, str], bytes]]] = {}
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.hold = threading.Event()
        self.hold.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.hold.wait(20)
                service.got.setdefault(self.path, []).append((dict(self.headers), body))
                status, headers = service.answers.get(self.path, (201, {}))
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def device(self, number: int, **more) -> Device:
        return Device(number, f"{self.url}/{number}", **more)

    def close(self):
        self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
