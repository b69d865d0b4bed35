from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace

import pytest

from frigate_ext.domain.account import Role
from tests.web.live.clients import PATIENCE, Served
from web.app import create_app
from web.identity import Identity
from web.listener import Listener
from web.server import WebServer


class Doorman:
    """Lets everybody in as `identity`, or nobody."""

    def __init__(self):
        self.identity = Identity("admin", Role.ADMIN)
        self.asked = 0

    def identify(self, headers, address):
        self.asked += 1
        return self.identity


@pytest.fixture
def doorman():
    return Doorman()


@pytest.fixture
def serve(house, doorman):
    """`serve(**options)` starts a server; it is seen to end, with whoever is still connected."""
    running = []
    with ExitStack() as clients:

        def start(**options):
            listener = Listener("127.0.0.1", 0)
            services = replace(house.services(), accounts=SimpleNamespace(authenticator=doorman))
            server = WebServer(create_app(services), listener, house.live, **options)
            server.start()
            running.append(server)
            assert server.ready.wait(PATIENCE)
            return Served(server, listener, clients)

        yield start
        for server in running:
            server.stop()
            assert server.join(4)


@pytest.fixture
def served(serve):
    return serve()
