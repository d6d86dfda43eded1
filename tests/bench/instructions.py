#!/usr/bin/env python3
"""How many instructions the daemon executes for a poll and for a series of a scrape, by valgrind's callgrind: the same on noisy machines.

  instructions.py            against the bounds in instructions.json
  instructions.py --renew    writes what is measured there: after a change that is meant to cost more, or that saves much
"""
import json, os, re, subprocess, sys, tempfile

import machine
from daemon import Daemon, Plan
from machine import MEASURED, program
from origin import Origin
from scrape import await_quiet
from table import HTTP1, HTTP2

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
CEILING = 260_000  # per poll, whatever the bounds are


class Counted(Daemon):
    """The daemon under callgrind."""

    def __init__(self, plan):
        self.dump = os.path.join(plan.folder, "callgrind.out")
        super().__init__(
            plan,
            MEASURED,
            prefix=program("valgrind") + ["--tool=callgrind", "--callgrind-out-file=" + self.dump],
        )

    def order(self, what):
        subprocess.run(
            program("vgdb") + [f"--pid={self.pid}", what],
            check=True,
            capture_output=True,
            timeout=120,
        )

    def instructions(self, work):
        """Those that all its threads execute while `work` is done."""
        self.order("zero")
        work()
        self.order("dump")
        with open(self.dump + ".1") as f:
            return int(re.search(r"^totals: (\d+)", f.read(), re.M).group(1))


def per_poll(origin, port, folder, polls=4_000):
    with Counted(Plan(folder, origin, port, 1_000, "1s", timeout="60s")) as daemon:
        daemon.await_baselines()

        def poll():
            counts.append(origin.requests())
            daemon.awaiting(lambda: origin.requests() - counts[0] >= polls, f"{polls} polls", 500)
            counts.append(origin.requests())

        counts = []
        return daemon.instructions(poll) / (counts[1] - counts[0])


def per_series(origin, folder, scrapes=10):
    with Counted(Plan(folder, origin, origin.http1, 1_000, "24h")) as daemon:
        daemon.await_baselines()
        await_quiet(daemon)  # their log lines and what is given back after them are no scrape's
        series = daemon.metrics().series()
        return daemon.instructions(lambda: [daemon.metrics() for _ in range(scrapes)]) / (
            scrapes * series
        )


def figures(bench):
    """P8: instructions, counted by callgrind."""
    for protocol, port in ((HTTP1, bench.origin.http1), (HTTP2, bench.origin.http2)):
        opened = len(bench.origin.openings())
        counted = per_poll(bench.origin, port, bench.fresh_folder())
        spoken = {protocol for _, protocol, _ in bench.origin.openings()[opened:]}
        if protocol == HTTP1 or spoken == {"HTTP/2.0"}:
            bench.table.add(
                "P8", counted, "those of the kernel not included; 4,000 polls", protocol
            )


def main():
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Origin(folder) as origin:
        measured = {
            "poll": round(per_poll(origin, origin.http1, folder + "/polls")),
            "series": round(per_series(origin, folder + "/scrapes")),
        }
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
        print(
            f"instructions per {what}: {count:,}, noted {bounds[what]:,}, at most {most:,.0f}: {verdict}"
        )
        failed |= count > most
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
