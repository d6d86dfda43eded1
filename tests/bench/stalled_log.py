#!/usr/bin/env python3
"""Standard error that nobody reads: changes go on, and each has to reach the sink once, at the usual cadence.

  stalled_log.py           2,000 tenants, every 10 s, for 10 minutes without a reader
  stalled_log.py --short   200 tenants, every second, for 20 s
Says what was promised and what was seen; exits 1 where that isn't the same.
"""
import argparse, json, os, signal, threading, time

from daemon import Daemon, Plan
from origin import names
from soak import Changes, Verdict, play, scope_changes

CADENCE = 0.05  # of the polls a second while the log is read
STOP = 5  # seconds


class LogReader(threading.Thread):
    """Reads a FIFO into the daemon's log file until it is stalled."""

    def __init__(self, fifo, log):
        super().__init__(daemon=True)
        self.fifo, self.log, self.stalled = fifo, log, threading.Event()
        self.start()

    def run(self):
        with open(self.fifo, "rb", buffering=0) as lines, open(self.log, "ab") as log:
            while not self.stalled.is_set():
                log.write(lines.read(65536))
                log.flush()
            threading.Event().wait()  # the pipe stays open, unread


class Writer(Daemon):
    """A daemon whose standard error is a FIFO."""

    def __init__(self, plan):
        self.fifo = os.path.join(plan.folder, "log.fifo")
        os.mkfifo(self.fifo)
        self.reader = LogReader(self.fifo, os.path.join(plan.folder, "tenantscope.log"))
        super().__init__(plan, prefix=("sh", "-c", 'log=$0; exec "$@" 2>"$log"', self.fifo))


def polls(daemon):
    return daemon.metrics().sum("tenantscope_authority_requests_total")


def pace(daemon, seconds, act=lambda second: None):
    """Polls a second, while `act` is called each second."""
    before, began = polls(daemon), time.monotonic()
    for second in range(seconds):
        act(second)
        time.sleep(max(0.0, began + second + 1 - time.monotonic()))
    return (polls(daemon) - before) / (time.monotonic() - began)


def stall(scale, origin, folder):
    plan = Plan(
        folder,
        origin,
        origin.changing,
        scale.tenants,
        f"{scale.interval}s",
        rate=1_000,
        timeout="2s",
        confirm_interval="500ms",
        sink=True,
    )
    everybody = names(scale.tenants)
    changes, verdict = Changes(origin, everybody[: scale.changing]), Verdict("stalled log")
    failing = everybody[-scale.failing :]

    def act(second):
        for _ in range(scale.changes_per_second):
            changes.one()
        if second % 10 == 0:  # each time a line for each: they begin to fail, or no longer do
            for name in failing:
                origin.put("failing", name, second % 20 == 0)

    with Writer(plan) as daemon:
        daemon.await_baselines()
        time.sleep(2 * scale.interval)
        read = pace(daemon, scale.compared, act)
        daemon.reader.stalled.set()
        unread = pace(daemon, scale.seconds, act)
        daemon.awaiting(
            lambda: daemon.metrics().sum("tenantscope_changes_total", field="region_scope")
            >= changes.made,
            "every change",
            4 * scale.interval + 60,
            pause=1,
        )
        dropped = daemon.metrics().sum("tenantscope_log_lines_dropped_total")
        healthy = daemon.get("/-/healthy")
        began = time.monotonic()
        ended = daemon.stop(signal.SIGTERM)
        stopped = time.monotonic() - began
    with open(os.path.join(daemon.storage, "events.jsonl")) as file:
        delivered = [json.loads(line) for line in file]

    ids = {event["id"] for event in delivered}
    verdict.gate(
        "every change once in the sink, in each tenant's order",
        scope_changes(delivered) == changes.told and len(ids) == len(delivered),
        f"{sum(map(len, scope_changes(delivered).values())):,} of {changes.made:,}",
    )
    verdict.gate(
        f"cadence within {CADENCE:.0%}",
        abs(unread / read - 1) <= CADENCE,
        f"{unread:.1f} polls a second for {scale.seconds} s, {read:.1f} while the log was read; {unread / read - 1:+.1%}",
        scale.timed,
    )
    verdict.gate("healthy", b"is healthy" in healthy, healthy.decode().strip())
    verdict.gate(
        f"SIGTERM under {STOP} s", stopped < STOP and ended == 0, f"{stopped:.2f} s, exit {ended}"
    )
    print(f"stalled log: {dropped:,.0f} lines dropped")
    return verdict.missed


class Scale:
    def __init__(self, short):
        self.timed = not short  # a test holds no machine to its speed
        self.tenants, self.interval, self.seconds, self.compared = (
            (200, 1, 20, 10) if short else (2_000, 10, 600, 120)
        )
        self.changes_per_second, self.changing = (2, 50) if short else (5, 1_000)
        self.failing = 50 if short else 500


def main():
    parser = argparse.ArgumentParser(description="A log that nobody reads, for 10 minutes.")
    parser.add_argument("--short", action="store_true", help="200 tenants, for 20 s")
    scale = Scale(parser.parse_args().short)
    play("stalled log", lambda origin, folder: stall(scale, origin, folder))


if __name__ == "__main__":
    main()
