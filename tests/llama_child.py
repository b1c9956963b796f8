"""A llama.cpp server in a process of its own, until its standard input ends.

    python llama_child.py MODEL.gguf CONTEXT LONGEST_REPLY ADDRESS_FILE

The port is the system's choice; the address is written to the file once the model is loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(model: str, context: str, longest: str, address: str) -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = int(context)
    parameters.n_parallel = 1
    parameters.n_predict = int(longest)
    parameters.n_batch = min(512, int(context))
    # Two threads wait for each other at every layer: beside other busy processes, that was six times slower than one.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.model_alias = {"smollm2"}
    parameters.ui = False
    server = xllamacpp.Server(parameters)
    unfinished = Path(f"{address}.part")
    unfinished.write_text(server.listening_address)
    unfinished.rename(address)
    sys.stdin.read()
    # The server's own shutdown waits for answers under way.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
