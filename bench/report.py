"""The figures as a table for the terminal, each beside what it may be."""

from collections.abc import Iterator
from typing import Any

from bench.pages import GROWTH, LIMITS

# Of a first load and of a return, with everything a page brings along; of a worker.
FIRST_REQUESTS, FIRST_BYTES, AGAIN_BYTES, WORKER_MB = 12, 150_000, 20_000, 120.0
COLUMNS = ("median_ms", "p95_ms", "queries", "bytes", "rps", "ratio")


def table(employees: int, baseline: dict[str, Any], pages: dict[str, Any]) -> str:
    lines = [f"\n{employees:,} employees", f"{'':16}" + "".join(f"{name:>11}" for name in COLUMNS) + "   at most"]
    for name, figures in {"bare": baseline, **pages}.items():
        limit = LIMITS.get(name)
        mark = "" if limit is None else f"{limit:>10g}{'' if figures['ratio'] <= limit else '  over'}"
        lines.append(f"{name:16}" + "".join(f"{figures[column]:>11,}" for column in COLUMNS) + mark)
    return "\n".join(lines)


def growth(smaller: dict[str, Any], larger: dict[str, Any]) -> dict[str, float]:
    """How many times its ratio at the smaller size each page takes at the larger one."""
    return {name: round(larger[name]["ratio"] / smaller[name]["ratio"], 2) for name in smaller}


def rest(results: dict[str, Any]) -> Iterator[str]:
    """What is no row of the table."""
    if grown := results.get("growth"):
        yield f"\ngrowth of HR's pages, at most {GROWTH:g}"
        for name in grown:
            if name.startswith("hr"):
                yield f"  {name:14}{grown[name]:>6}{_over(grown[name], GROWTH)}"
    first, again, worker = results["loads"]["first"], results["loads"]["again"], results["worker"]
    yield f"\nfirst load, requests: {_beside(first['requests'], FIRST_REQUESTS)}"
    yield f"first load, bytes: {_beside(first['bytes'], FIRST_BYTES)}"
    yield f"repeated, bytes: {_beside(again['bytes'], AGAIN_BYTES)}, in {again['requests']} requests"
    yield f"worker after {worker['requests']:,} requests, MB: {_beside(worker['rss_mb'], WORKER_MB)}"
    yield f"  when fresh {worker['fresh_mb']}; what it shares counted once (PSS) {worker['pss_mb']}"


def _beside(figure: float, limit: float) -> str:
    return f"{figure:,} (at most {limit:,g}{_over(figure, limit)})"


def _over(figure: float, limit: float) -> str:
    return "" if figure <= limit else ", over"
