"""M1 to M3: what it needs of memory."""
import os, re, time

from daemon import Daemon, Plan
from machine import SOURCE, free_port, memory
from peers import Blackbox
from scrape import scrape, started

# One series per tenant of each of these: the eight gauges that prometheus-cpp holds.
EIGHT = rb"tenantscope_tenant_(info|region_scope|up|found|probe_duration_seconds|last_success_timestamp_seconds|change_pending|stale)\{"


def idle(bench):
    """M1: nothing to watch."""
    plan = Plan(bench.fresh_folder(), bench.origin, bench.origin.http1, 0, "60s")
    with Daemon(plan) as daemon, Blackbox(bench.fresh_folder(), bench.origin.ca_file) as blackbox:
        daemon.awaiting(daemon.ready, "ready")
        time.sleep(3)
        ours, theirs = memory(daemon.pid)[0], memory(blackbox.pid)[0]
    bench.table.add("M1", ours / theirs, f"{ours:.1f} MiB / {theirs:.1f} MiB")


def per_tenant(bench):
    """M2, M3: polling every 20 s, scraped plainly and with gzip."""
    sizes, used = (1_000, 10_000) if bench.quick else (10_000, 100_000), []
    for tenants in sizes:
        plan = Plan(bench.fresh_folder(), bench.origin, bench.origin.http1, tenants, "20s")
        with Daemon(plan) as daemon:
            before = bench.origin.requests()
            daemon.awaiting(
                lambda: bench.origin.requests() - before >= tenants, "a first sweep", 600
            )
            daemon.await_baselines()
            for _ in range(2):
                for gzip in (False, True):
                    scrape(daemon, daemon.url, gzip)
            daemon.awaiting(
                lambda: bench.origin.requests() - before >= 2 * tenants, "a second sweep", 600
            )
            used.append(memory(daemon.pid)[0])
            if tenants == sizes[-1]:
                body = daemon.get("/metrics")
    slope = (used[1] - used[0]) * 2**20 / (sizes[1] - sizes[0])
    bench.table.add(
        "M2",
        slope,
        f"{used[0]:.0f} MiB with {sizes[0]:,}, {used[1]:.0f} MiB with {sizes[1]:,}, everything included",
    )

    file, port = os.path.join(bench.fresh_folder(), "eight.prom"), free_port()
    with open(file, "wb") as f:
        f.writelines(line + b"\n" for line in body.splitlines() if re.match(EIGHT, line))
    with started(
        "exposer",
        [SOURCE + "/build/tests/bench/bench_exposer", str(port), file],
        os.path.dirname(file),
        port,
    ) as exposer:
        registry = memory(exposer.pid)[0]
    bench.table.add(
        "M3", used[1] / registry, f"{used[1]:.0f} MiB / {registry:.0f} MiB, {sizes[1]:,} tenants"
    )
