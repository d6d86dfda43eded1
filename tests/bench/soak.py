#!/usr/bin/env python3
"""Many tenants for a long time: changes go on, some tenants fail or don't answer, somebody scrapes. Every change has to be told once.

  soak.py                  100,000 tenants, every minute, for 10 minutes
  soak.py --short          2,000 tenants, every 2 s, for 30 s
Says what was promised and what was seen; exits 1 where that isn't the same.
"""
import argparse, collections, gzip, json, os, resource, signal, socket, sys, tempfile, threading, time

import machine
from daemon import Daemon, Plan, quantile_bound
from machine import memory
from origin import Origin, names

LAG_GATE = 0.1  # seconds: a tick of 80 ms, and the rest for the limiter
TURNS = ["USG", "USGov", "NA"]  # a tenant's scopes, in turn; it begins as NA


class Scale:
    def __init__(self, short):
        self.timed = not short  # a test holds no machine to its speed
        self.tenants, self.seconds, self.interval, self.rate = (
            (2_000, 30, 2, 1_500) if short else (100_000, 600, 60, 2_000)
        )
        self.changes_per_second, self.changing = (
            (5, 100) if short else (5, 1_000)
        )  # each of these again and again
        self.failing, self.hanging = (20, 4) if short else (500, 60)
        self.scrape_every, self.scrape_timeout = (3, 60) if short else (15, 15)
        self.warm = (
            3 * self.interval if short else 2 * self.interval
        )  # first sweep, and everybody in place
        self.confirm_interval, self.timeout = ("500ms", "1s") if short else ("5s", "2s")


class Scraper(threading.Thread):
    """Scrapes like a Prometheus, compressed."""

    def __init__(self, daemon, every, timeout):
        super().__init__(daemon=True)
        self.process, self.every, self.timeout, self.times, self.failed, self.stop = (
            daemon,
            every,
            timeout,
            [],
            [],
            threading.Event(),
        )
        self.start()

    def run(self):
        while not self.stop.wait(self.every):
            began = time.monotonic()
            try:
                text = gzip.decompress(
                    self.process.get("/metrics", gzip=True, timeout=self.timeout)
                )
                if b"tenantscope_build_info" not in text:
                    raise OSError("an incomplete scrape")
                self.times.append(time.monotonic() - began)
                self.look(text)
            except (OSError, EOFError) as error:
                self.failed.append(str(error))

    def look(self, text):
        """For who wants to read it."""

    def finish(self):
        self.stop.set()
        self.join()


class Changes:
    """Flips tenants' scopes and knows what has to be told: by tenant, its scopes in order."""

    def __init__(self, origin, tenants):
        self.origin, self.tenants, self.told = origin, tenants, collections.defaultdict(list)
        self.made = 0

    def one(self):
        name = self.tenants[self.made % len(self.tenants)]
        turn = self.made // len(self.tenants) % len(TURNS)
        for scope in (
            "USG",
            "USGov",
        ):  # USGov counts where both are there: in this order, at no instant is there a third scope
            self.origin.put(
                scope, name, scope == TURNS[turn] or (scope == "USG" and TURNS[turn] == "USGov")
            )
        self.told[name].append(TURNS[turn])
        self.made += 1


def scope_changes(events):
    """By tenant, the scopes that it changed to, in the order of the events."""
    told = collections.defaultdict(list)
    for event in events:
        for change in event["data"].get("changes", []):
            if (
                event["type"] == "tenantscope.tenant.changed.v1"
                and change["field"] == "region_scope"
            ):
                told[event["subject"]].append(change["to"])
    return told


def journal(daemon):
    after, events = 0, []
    while True:
        page, after = daemon.events(after, "0s")
        if not page:
            return events
        events += page


def slope(samples):
    """MiB that the memory grows over the time of the samples: (seconds, MiB), least squares."""
    n = len(samples)
    mean_t, mean_m = (sum(column) / n for column in zip(*samples))
    spread = sum((t - mean_t) ** 2 for t, _ in samples)
    return (
        sum((t - mean_t) * (m - mean_m) for t, m in samples)
        / spread
        * (samples[-1][0] - samples[0][0])
    )


class Verdict:
    def __init__(self, name):
        self.name, self.missed = name, 0

    def gate(self, what, met, seen, held=True):
        """Where it isn't `held` to, it is only shown."""
        self.missed += held and not met
        print(
            f"{self.name}: {'met   ' if met else 'MISSED' if held else 'not   '} {what}: {seen}",
            flush=True,
        )


def soak(scale, origin, folder):
    plan = Plan(
        folder,
        origin,
        origin.changing,
        scale.tenants,
        f"{scale.interval}s",
        connections=64,
        rate=scale.rate,
        timeout=scale.timeout,
        confirm_interval=scale.confirm_interval,
        sink=True,
    )
    everybody = names(scale.tenants)
    changes = Changes(origin, everybody[: scale.changing])
    failing = everybody[-scale.failing :]
    hanging = everybody[-scale.failing - scale.hanging : -scale.failing]
    samples, verdict = [], Verdict("soak")
    with Daemon(plan) as daemon:
        began = time.monotonic()
        daemon.await_baselines()
        print(
            f"soak: {scale.tenants:,} tenants have been seen first, after {time.monotonic() - began:.0f} s",
            flush=True,
        )
        scraper, lag_before, faults = (
            Scraper(daemon, scale.scrape_every, scale.scrape_timeout),
            None,
            {},
        )
        began = time.monotonic()
        for second in range(scale.seconds):
            for kind, some, since, until in (
                ("failing", failing, 0.3, 0.7),
                ("hanging", hanging, 0.4, 0.8),
            ):
                wanted = since <= second / scale.seconds < until
                if faults.get(kind, False) != wanted:
                    for name in some:
                        origin.put(kind, name, wanted)
                    faults[kind] = wanted
            if second == scale.warm:
                lag_before = daemon.metrics().histogram("tenantscope_schedule_lag_seconds")
            if daemon.process.poll() is not None:
                raise RuntimeError(f"the daemon has ended by itself: {daemon.said(r'.*$').group()}")
            if second >= scale.warm:
                samples.append((time.monotonic() - began, memory(daemon.pid)[0]))
            for i in range(scale.changes_per_second):
                changes.one()
                time.sleep(
                    max(0.0, began + second + (i + 1) / scale.changes_per_second - time.monotonic())
                )
        metrics = daemon.metrics()
        scraper.finish()
        print(f"soak: {changes.made:,} changes made; now they have two intervals more", flush=True)
        try:
            daemon.awaiting(
                lambda: daemon.metrics().sum("tenantscope_changes_total", field="region_scope")
                >= changes.made,
                "every change",
                2 * scale.interval + 60,
                pause=1,
            )
        except RuntimeError as error:
            print("soak:", error)
        time.sleep(
            2 * scale.interval if scale.interval < 10 else scale.interval
        )  # what comes twice comes now
        events, spoken = journal(daemon), daemon.metrics()
        told = daemon.stop(signal.SIGTERM)
    with open(os.path.join(daemon.storage, "events.jsonl")) as file:
        delivered = [json.loads(line) for line in file]

    verdict.gate(
        "every change once in the journal, in each tenant's order",
        scope_changes(events) == changes.told,
        f"{sum(map(len, scope_changes(events).values())):,} of {changes.made:,}",
    )
    verdict.gate(
        "every change once in the sink's file, in each tenant's order",
        scope_changes(delivered) == changes.told,
        f"{sum(map(len, scope_changes(delivered).values())):,} of {changes.made:,}",
    )
    ids = {event["id"] for event in delivered}
    verdict.gate(
        "the file has the journal's events, each once",
        len(delivered) == len(ids) and ids == {event["id"] for event in events},
        f"{len(delivered):,} lines, {len(ids):,} ids, {len(events):,} events",
    )
    firsts = collections.Counter(
        event["subject"] for event in events if event["type"] == "tenantscope.tenant.baselined.v1"
    )
    verdict.gate(
        "each tenant seen first once",
        len(firsts) == scale.tenants and set(firsts.values()) == {1},
        f"{len(firsts):,} tenants",
    )
    others = {
        event["subject"] for event in events if event["type"] == "tenantscope.tenant.changed.v1"
    } - set(changes.told)
    verdict.gate(
        "nobody else changed",
        not others,
        f"{len(others)}, while {len(failing):,} tenants failed and {len(hanging)} did not answer",
    )
    failures = metrics.failures()
    verdict.gate(
        "failures are those that were made",
        set(failures) == {"http_status", "timeout"},
        ", ".join(f"{count:,.0f} {kind}" for kind, count in failures.items()),
    )
    lag = metrics.histogram("tenantscope_schedule_lag_seconds")
    bound = quantile_bound(lag, lag_before, 0.99)
    polls = max(lag.values()) - max(lag_before.values())
    verdict.gate(
        f"schedule lag p99 at most {LAG_GATE} s",
        bound <= LAG_GATE,
        f"at most {bound} s, {polls:,.0f} polls, {polls / (scale.seconds - scale.warm):,.0f} a second",
        scale.timed,
    )
    grown, least, most = slope(samples), min(m for _, m in samples), max(m for _, m in samples)
    verdict.gate(
        "memory flat",
        grown <= max(4, 0.02 * least),
        f"{grown:+.1f} MiB over {samples[-1][0] - samples[0][0]:.0f} s; {least:.0f} to {most:.0f} MiB",
        scale.timed,
    )
    verdict.gate(
        "no scrape failed",
        not scraper.failed and len(scraper.times) > 0,
        f"{len(scraper.times)} scrapes every {scale.scrape_every} s, longest {max(scraper.times, default=0):.2f} s"
        + "".join("; " + why for why in scraper.failed[:3]),
    )
    verdict.gate(
        "storage up, clean stop",
        spoken.sum("tenantscope_storage_commit_failures_total") == 0 and told == 0,
        f"exit {told}",
    )
    return verdict.missed


def play(name, work):
    """Has `work` measure a daemon in a folder of its own beside an origin, says how many gates it missed, and exits."""
    machine.enter_own_network()
    machine.take_place()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="soak") as folder, socket.create_server(
        ("127.0.0.1", 0), backlog=512
    ) as silence:
        with Origin(folder, silence.getsockname()[1]) as origin:
            missed = work(origin, os.path.join(folder, "daemon"))
    print(f"{name}: every gate met" if not missed else f"{name}: {missed} gates missed")
    sys.exit(1 if missed else 0)


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/bench soak",
        description="100,000 tenants, asked every minute, for 10 minutes.",
    )
    parser.add_argument("--short", action="store_true", help="2,000 tenants, every 2 s, for 30 s")
    scale = Scale(parser.parse_args().short)
    play("soak", lambda origin, folder: soak(scale, origin, folder))


if __name__ == "__main__":
    main()
