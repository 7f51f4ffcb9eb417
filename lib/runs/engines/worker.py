"""A worker process of the engine `processes`: `python -m lib.runs.engines.worker`.

It reads an order a line from standard input and answers each with a line on standard output. When its input ends it
ends, in mid-training too: however the caller ended, nobody is left behind.
"""

import json
import os
import sys
import threading
from queue import SimpleQueue

from lib.runs.engines.work import work


def main() -> None:
    """Obey one order after another."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    orders: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    while True:
        print(json.dumps(work(json.loads(orders.get()))), file=answers, flush=True)


def _listen(orders: "SimpleQueue[str]") -> None:
    for line in sys.stdin:
        orders.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
