"""Serves the tiny random VLM with llama.cpp until standard input ends: `tiny_vlm_server.py FOLDER [API_KEY]`.

A process of its own, for the engine is native code; its first line of output is the server's address.
"""

import sys
from pathlib import Path

import xllamacpp
from tiny_llava import CONTEXT, write_language_model, write_vision_encoder


def serve(folder: Path, api_key: str) -> xllamacpp.Server:
    write_language_model(folder / "language.gguf")
    write_vision_encoder(folder / "vision.gguf")
    params = xllamacpp.CommonParams()
    params.model.path = str(folder / "language.gguf")
    params.mmproj.path = str(folder / "vision.gguf")
    params.model_alias = {"tiny-vlm"}
    params.api_keys = [api_key] if api_key else []
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.warmup = False
    params.fit_params = False
    params.cpuparams.n_threads = 1
    params.sampling.seed = 1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    server = serve(Path(sys.argv[1]), "".join(sys.argv[2:]))
    sys.stdout.write(f"\naddress: {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
