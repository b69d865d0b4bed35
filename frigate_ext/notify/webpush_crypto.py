"""Messages that only one device can read (RFC 8291), and how push services know us (RFC 8292)."""

from __future__ import annotations

import base64
import os
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import json

MAX_PLAIN = 3993
"""Bytes: RFC 8291, section 4, so that no push service refuses what it makes."""
_RECORD = 4096
_VALID = 12 * 3600
"""Seconds; RFC 8292 allows a day."""


def random_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def is_device_key(p256dh: bytes) -> bool:
    """Whether these bytes are a point on the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    except ValueError:
        return False
    return True


def encrypt(
    plain: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push request in the coding `aes128gcm`, one record (RFC 8188) of MAX_PLAIN at most.

    `salt` and `own`, 16 bytes and a key, are made for this message alone where a test doesn't give them.
    """
    if len(plain) > MAX_PLAIN:
        raise ValueError(f"a push message has {MAX_PLAIN} bytes at most, not {len(plain)}")
    salt, own = salt or os.urandom(16), own or random_key()
    device = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    mine = public_bytes(own)
    shared = _derive(own.exchange(ec.ECDH(), device), auth, b"WebPush: info\0" + p256dh + mine, 32)
    key = _derive(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(shared, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, plain + b"\x02", None)
    return salt + _RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine + sealed


def authorization(key: ec.EllipticCurvePrivateKey, audience: str, contact: str) -> str:
    """The header `Authorization` for a push service's origin; `contact` is a mailto: or https: address."""
    head = encoded(json.encode({"typ": "JWT", "alg": "ES256"}))
    claims = {"aud": audience, "exp": int(time.time()) + _VALID, "sub": contact}
    signed = f"{head}.{encoded(json.encode(claims))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={encoded(public_bytes(key))}"


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raise ValueError for what is no base64url."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
