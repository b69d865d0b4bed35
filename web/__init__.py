"""The ways in and out over HTTP: the API, the page, and the server that carries both."""
