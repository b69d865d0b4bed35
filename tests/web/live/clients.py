"""Clients of a real server, with deadlines."""

import json
import socket
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from web.listener import Listener
from web.server import WebServer

PATIENCE = 5.0


@dataclass
class Served:
    server: WebServer
    listener: Listener
    open_clients: ExitStack

    @property
    def url(self):
        return self.listener.url

    def socket(self, path, **headers):
        """A WebSocket; `headers` as Python names: `Authorization`."""
        address = self.url.replace("http:", "ws:") + path
        return self.open_clients.enter_context(
            connect(address, additional_headers=headers, open_timeout=PATIENCE, close_timeout=PATIENCE)
        )

    def get(self, path, buffer=None, **headers):
        """The bytes of an endless reply, headers and all; `buffer` is what the system keeps for a reader."""
        return self.open_clients.enter_context(closing(Reader(self.listener, path, headers, buffer)))


class Reader:
    """A client that reads when it is told to."""

    def __init__(self, listener, path, headers, buffer):
        self.connection = socket.socket()
        self.connection.settimeout(PATIENCE)
        if buffer is not None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.connection.connect((listener.host, listener.port))
        lines = [f"GET {path} HTTP/1.1", f"Host: {listener.host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode())
        self.read = b""

    def until(self, wanted):
        """Read until `wanted` has come; all that was read so far."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.read:
            assert time.monotonic() < deadline, self.read[-500:]
            chunk = self.connection.recv(65536)
            assert chunk, f"the server has ended it: {self.read[-500:]}"
            self.read += chunk
        return self.read

    def close(self):
        self.connection.close()


def heard(client, topic):
    """The payload of the next message of a topic, decoded where it is JSON."""
    while True:
        message = json.loads(client.recv(timeout=PATIENCE))
        if message["topic"] == topic:
            payload = message["payload"]
            return json.loads(payload) if payload[:1] in {"{", "["} else payload


def joined(client):
    """The client, once it hears all that is said."""
    client.send('{"topic": "ping"}')
    heard(client, "pong")
    return client


def closed(client):
    """The code with which the server closes, after whatever it still says."""
    try:
        while True:
            client.recv(timeout=PATIENCE)
    except ConnectionClosed as end:
        return end.rcvd.code
