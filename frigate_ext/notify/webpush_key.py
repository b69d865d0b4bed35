"""The key pair by which push services know this installation; devices subscribe to it."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from frigate_ext.errors import ConfigError, Problem
from frigate_ext.notify.webpush_crypto import random_key

KEY_FILE = "vapid.pem"


def load_push_key(data_dir: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key of this data folder; the first time it is made, readable by its owner alone.

    Raises ConfigError when it can't be read or written. Without it every device must subscribe anew.
    """
    path = data_dir / KEY_FILE
    key = random_key()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise ConfigError([Problem(str(path), f"can't write the push key: {error.strerror}")]) from error
    return key


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError([Problem(str(path), "can't read the push key")]) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ConfigError([Problem(str(path), "is no P-256 key; delete it to have one made")])
    return key
