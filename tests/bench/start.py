"""C1 to C3: starting, the first sweep, reloading."""
import os, re, shutil, statistics, time

from daemon import Daemon, Plan
from machine import BINARY, spent_by
from peers import h2load, tenant_paths
from table import HTTP1, HTTP2

median = statistics.median


def count(bench):
    return 10_000 if bench.quick else 100_000


def starts(bench):
    """C1: from exec to a complete /metrics with what was known before."""
    tenants, origin = count(bench), bench.origin
    json, before = (
        Plan(bench.fresh_folder(), origin, origin.http1, tenants, "60s"),
        bench.origin.requests(),
    )
    with Daemon(json) as daemon:
        daemon.awaiting(lambda: origin.requests() - before >= tenants, "a first sweep", 600)
        daemon.await_baselines()
    yaml = Plan(bench.fresh_folder(), origin, origin.http1, tenants, "60s", yaml=True)
    shutil.copytree(
        daemon.storage,
        os.path.join(yaml.folder, "storage"),
        ignore=shutil.ignore_patterns("control", "lock"),
    )
    times = {}
    for _ in range(2 if bench.quick else 3):
        for kind, plan in (("JSON", json), ("YAML", yaml)):
            plan.write(rate=tenants / 60)
            began = time.monotonic()
            with Daemon(plan) as daemon:
                daemon.awaiting(daemon.ready, "ready", 300)
                ready = time.monotonic() - began
                body = daemon.get("/metrics")
                times.setdefault(kind, []).append((time.monotonic() - began, ready))
                if len(re.findall(rb"^tenantscope_tenant_region_scope\{", body, re.M)) != tenants:
                    raise RuntimeError("the first scrape lacks values that were known")
    for kind, measured in times.items():
        whole, ready = (median(column) for column in zip(*measured))
        bench.table.add(
            "C1 " + kind,
            whole,
            f"{tenants:,} tenants, median of {len(measured)}; ready after {ready:.2f} s, the rest is the scrape",
        )


def sweep(bench):
    """C2: every tenant for the first time, as fast as it goes."""
    tenants, rounds = count(bench), 1 if bench.quick else 3
    paths = tenant_paths(bench.folder, tenants)
    for protocol, port in ((HTTP1, bench.origin.http1), (HTTP2, bench.origin.http2)):
        opened, ours, limit = len(bench.origin.openings()), [], []
        for _ in range(rounds):
            ours.append(first_sweep(bench, port, tenants))
            if protocol == HTTP2 and bench.origin.openings()[opened][1] != "HTTP/2.0":
                return
            http1 = protocol == HTTP1
            done, _, wall = h2load(
                f"https://localhost:{port}", paths, tenants, http1, clients=16 if http1 else 1
            )
            if done != tenants:
                raise RuntimeError(f"h2load was answered {done:,} times of {tenants:,}")
            limit.append(wall)
        bench.table.add(
            "C2",
            median(ours) / median(limit),
            f"{tenants:,} tenants in {median(ours):.1f} s ({min(ours):.1f} to {max(ours):.1f}), "
            f"h2load {median(limit):.1f} s ({min(limit):.1f} to {max(limit):.1f}), "
            f"{rounds} rounds in turn",
            protocol,
        )


def first_sweep(bench, port, tenants):
    with Daemon(Plan(bench.fresh_folder(), bench.origin, port, tenants, "24h")) as daemon:
        before = bench.origin.requests()
        daemon.awaiting(lambda: bench.origin.requests() > before, "its first poll", 300)
        began = time.monotonic()
        daemon.awaiting(lambda: bench.origin.requests() - before >= tenants, "a first sweep", 600)
        return time.monotonic() - began


def reload(bench):
    """C3: one tenant in a hundred has another label."""
    tenants, origin = count(bench), bench.origin
    plan = Plan(bench.fresh_folder(), origin, origin.http1, tenants, "60s")
    cold, warm = [], []
    with Daemon(plan) as daemon:
        before = origin.requests()
        daemon.awaiting(lambda: origin.requests() - before >= tenants, "a first sweep", 600)
        daemon.await_baselines()
        found = daemon.metrics().sum("tenantscope_authority_requests_total", outcome="found")
        for i in range(2 if bench.quick else 5):
            plan.write_tenants(relabelled=0 if i % 2 else tenants // 100)
            began = time.monotonic()
            daemon.post("/-/reload")
            warm.append(time.monotonic() - began)
            cold.append(spent_by([BINARY, "config", "check", plan.file])[1])
        metrics = daemon.metrics()
        lost = tenants - metrics.count("tenantscope_tenant_up"), metrics.failures()
        if (
            lost != (0, {})
            or metrics.sum("tenantscope_authority_requests_total", outcome="found") < found
        ):
            raise RuntimeError(f"the reload lost series or polls: {lost}")
    bench.table.add(
        "C3",
        median(warm) / median(cold),
        f"POST /-/reload {median(warm):.2f} s while {tenants // 60:,} are polled a second, "
        f"config check {median(cold):.2f} s, medians of {len(warm)}; no series lost, no poll failed",
    )
