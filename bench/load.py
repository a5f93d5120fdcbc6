"""Requests to a server on this machine: their time one by one, how many fit into a second, what they leave behind."""

import re
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

# Asked with the first of these headers, an answer says in the other how many queries it took.
ASKS, TELLS = "X-Count-Queries", "X-Queries"
CONNECTIONS = 8
# Before anything is timed, each connection of each thread of each worker has asked each query often enough for
# PostgreSQL to have planned it once and for all.
WARMING, ROUNDS, IN_A_ROW, SECONDS = 240, 24, 10, 4

Address = dict[str, str]


@contextmanager
def connected(port: int) -> Iterator[Callable[..., tuple[HTTPResponse, int]]]:
    """One kept connection: asks for an address, gives the answer and the length of its body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(address: Address, **headers: str) -> tuple[HTTPResponse, int]:
        connection.request("GET", address["path"], headers={"Cookie": address["cookie"]} | headers)
        answer = connection.getresponse()
        length = len(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{address['name']} answered {answer.status}: what was to be measured is not there.")
        return answer, length

    try:
        yield ask
    finally:
        connection.close()


def measured(addresses: list[Address], port: int) -> dict[str, dict[str, Any]]:
    """Milliseconds, queries, bytes and requests per second by page; the first page is what the others are compared to.

    The pages take turns, the bare one before each of them, so that whatever else the machine does meets all alike.
    """
    bare, *pages = addresses
    for address in addresses:
        for _n in range(WARMING // IN_A_ROW):
            _in_a_row(address, port)
    took: dict[str, list[float]] = defaultdict(list)
    for _n in range(ROUNDS):
        for page in pages:
            took[bare["name"]] += _in_a_row(bare, port, 2)
            took[page["name"]] += _in_a_row(page, port)
    found = {}
    for address in addresses:
        seconds = took[address["name"]]
        with connected(port) as ask:
            answer, length = ask(address, **{ASKS: "1"})
        found[address["name"]] = {
            "median_ms": round(1000 * median(seconds), 2),
            "p95_ms": round(1000 * quantiles(seconds, n=20)[-1], 2),
            "queries": int(answer.headers[TELLS]),
            "bytes": length,
            "rps": round(per_second(address, port), 1),
        }
    least = found[bare["name"]]["median_ms"]
    return {name: figures | {"ratio": round(figures["median_ms"] / least, 2)} for name, figures in found.items()}


def _in_a_row(address: Address, port: int, count: int = IN_A_ROW) -> list[float]:
    """Seconds of so many requests on a new connection, whose first request is not counted: it opens it."""
    took = []
    with connected(port) as ask:
        ask(address)
        for _n in range(count):
            began = time.perf_counter()
            ask(address)
            took.append(time.perf_counter() - began)
    return took


def per_second(address: Address, port: int) -> float:
    """By wrk, over eight connections at once; an answer that is none ends the run."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "30s"]
    if address["cookie"]:
        command += ["-H", f"Cookie: {address['cookie']}"]
    said = subprocess.run([*command, f"http://127.0.0.1:{port}{address['path']}"], capture_output=True, text=True)
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", said.stdout, re.MULTILINE)
    if said.returncode or not rate or "Non-2xx" in said.stdout or "Socket errors" in said.stdout:
        raise SystemExit(f"wrk on {address['name']}:\n{said.stdout}{said.stderr}")
    return float(rate[1])


def memory_after(requests: int, addresses: list[Address], port: int, worker: int) -> dict[str, float]:
    """What one worker holds, in megabytes, after so many requests for all pages in turn."""
    before = megabytes(worker)

    def some(which: int) -> None:
        with connected(port) as ask:
            for n in range(which, requests, CONNECTIONS):
                ask(addresses[n % len(addresses)])

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(some, range(CONNECTIONS)))
    after = megabytes(worker)
    return {"requests": requests, "fresh_mb": before["rss"], "rss_mb": after["rss"], "pss_mb": after["pss"]}


def megabytes(process: int) -> dict[str, float]:
    """RSS, and PSS: pages that processes share counted once, by the kernel (/proc/PID/smaps_rollup)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = dict(islice(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE), 2))
    return {name.lower(): round(int(found[name]) / 1000, 1) for name in ("Rss", "Pss")}
