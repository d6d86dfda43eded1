#!/usr/bin/env python3
"""How many instructions the daemon executes for a poll and for a series of a scrape, by valgrind's callgrind: the same on noisy machines.

The difference between two lengths of a run is divided by what the longer one did more, so that starting and stopping don't count.
  instructions.py            against the bounds in instructions.json; exits 77 without valgrind or nginx
  instructions.py --renew    writes what is measured there: after a change that is meant to cost more, or that saves much
"""
import json, os, sys, tempfile

import machine
from daemon import Daemon, Plan
from machine import MEASURED, Missing, program
from origin import Origin
from table import HTTP1, HTTP2

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
CEILING = 260_000  # per poll, whatever the bounds are


class Counted(Daemon):
    """The daemon under callgrind, on a core of its own like the origin."""

    def __init__(self, plan):
        valgrind = program("valgrind") + ["--tool=callgrind", f"--callgrind-out-file={plan.folder}/callgrind.out"]
        super().__init__(plan, MEASURED, prefix=valgrind)

    def instructions(self):
        """All of its life's. It ends."""
        self.stop()
        return int(self.await_said(r"Collected : (\d+)").group(1))


def difference(runs):
    (count, instructions), (more, most) = runs
    return (most - instructions) / (more - count)


def per_poll(origin, port, folder, polls=(2_000, 6_000)):
    runs = []
    for length in polls:
        plan = Plan(os.path.join(folder, f"polls{port}-{length}"), origin, port, 1_000, "1s", timeout="60s")
        before = origin.requests()
        with Counted(plan) as daemon:
            daemon.awaiting(lambda: origin.requests() - before >= length, f"{length} polls", 300)
            instructions = daemon.instructions()
        runs.append((origin.requests() - before, instructions))
    return difference(runs)


def per_series(origin, folder, scrapes=(2, 8)):
    runs = []
    for length in scrapes:
        plan = Plan(os.path.join(folder, f"scrapes{length}"), origin, origin.http1, 1_000, "24h")
        before = origin.requests()
        with Counted(plan) as daemon:
            daemon.awaiting(lambda: origin.requests() - before >= 1_000, "a first sweep", 300)
            daemon.await_baselines()
            for _ in range(length):
                series = daemon.metrics().series()
            runs.append((length * series, daemon.instructions()))
    return difference(runs)


def figures(bench):
    """P8: instructions, counted by callgrind."""
    for protocol, port in ((HTTP1, bench.origin.http1), (HTTP2, bench.origin.http2)):
        opened = len(bench.origin.openings())
        counted = per_poll(bench.origin, port, bench.fresh_folder())
        spoken = {protocol for _, protocol, _ in bench.origin.openings()[opened:]}
        if protocol == HTTP1 or spoken == {"HTTP/2.0"}:
            bench.table.add("P8", counted, "the kernel's not included; the difference between runs of 2,000 and 6,000 polls", protocol)


def main():
    try:
        program("valgrind"), program("nginx")
    except Missing as error:
        print(error)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Origin(folder) as origin:
        measured = {"poll": round(per_poll(origin, origin.http1, folder)), "series": round(per_series(origin, folder))}
    with open(FILE) as f:
        bounds = json.load(f)
    if "--renew" in sys.argv:
        with open(FILE, "w") as f:
            json.dump({**bounds, **measured}, f, indent=2)
            f.write("\n")
        print(f"now {measured}, were {bounds}")
        return
    failed = False
    for what, count in measured.items():
        most = bounds[what] * (1 + bounds["tolerance"])
        if what == "poll":
            most = min(most, CEILING)
        verdict = "ok" if count <= most else "TOO MANY"
        if count < bounds[what] * (1 - bounds["tolerance"]):
            verdict += ", far fewer than noted: instructions.py --renew"
        print(f"instructions per {what}: {count:,}, noted {bounds[what]:,}, at most {most:,.0f}: {verdict}")
        failed |= count > most
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
