"""llama.cpp inside this process, through xllamacpp: its usual server, on a loopback port of its own."""

from __future__ import annotations

import importlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frigate_ext.errors import JudgeMisconfiguredError

MODEL = "gguf"
"""What the model is called in requests."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs until it is let go of; `api_key` keeps other users of this machine out."""

    url: str
    api_key: str = field(repr=False)
    server: Any = field(repr=False)


def start_engine(model: Path, vision: Path, *, context: int, threads: int | None, parallel: int) -> Engine:
    """Load both files and serve them; blocks for seconds. JudgeMisconfiguredError if they won't load."""
    llama = _library()
    key = secrets.token_urlsafe(32)
    params = llama.CommonParams()
    params.model.path = str(model)
    params.mmproj.path = str(vision)
    params.model_alias = {MODEL}
    params.api_keys = [key]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = context * parallel
    params.n_parallel = parallel
    params.ui = False
    params.warmup = False
    params.fit_params = False
    params.verbosity = 1
    if threads is not None:
        params.cpuparams.n_threads = threads
    try:
        server = llama.Server(params)
    except RuntimeError as error:
        message = f"llama.cpp can't load {model.name} with {vision.name}; its own words are on standard error"
        raise JudgeMisconfiguredError(message, kind="weights") from error
    return Engine(server.listening_address, key, server)


def _library() -> Any:
    try:
        return importlib.import_module("xllamacpp")
    except ImportError as error:
        message = "provider gguf needs xllamacpp: pip install 'frigate-ext[gguf]'"
        raise JudgeMisconfiguredError(message, kind="weights") from error
