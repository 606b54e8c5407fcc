"""llama.cpp's own HTTP server around one small model, on 127.0.0.1.

usage: model_server.py WEIGHTS.gguf PORT
Prints one line of JSON when it is ready, then serves until it is stopped.
"""

import json
import signal
import sys
import threading
import time
import urllib.request

from xllamacpp import CommonParams, Server

NAME = "smollm2-135m"
weights, port = sys.argv[1], int(sys.argv[2])

params = CommonParams()
params.model.path = weights
params.model_alias = NAME
params.hostnames = ["127.0.0.1"]
params.port = port
params.n_ctx = 4096
params.n_parallel = 1
params.use_jinja = True
params.warmup = False

server = Server(params)  # serves from its own thread; this name keeps it alive
deadline = time.monotonic() + 120
while True:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as response:
            if response.status == 200:
                break
    except OSError:
        pass
    if time.monotonic() > deadline:
        sys.exit("the model server was not ready within two minutes")
    time.sleep(0.2)

print(json.dumps({"baseURL": f"http://127.0.0.1:{port}/v1", "model": NAME}), flush=True)

done = threading.Event()
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, lambda *_: done.set())
done.wait()
