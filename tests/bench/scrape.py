"""S1 to S7: what a scrape costs, and a page."""
import json, os, re, socket, statistics, subprocess, threading, time, zlib

import shared
from daemon import Daemon, Plan
from machine import (
    LOAD,
    MEASURED,
    SOURCE,
    Process,
    cpu,
    free_port,
    memory,
    pinned,
    program,
    reset_peak,
)
from peers import Prometheus, target_job

median = statistics.median


def await_quiet(daemon):
    """Until it has nothing to do."""

    def quiet():
        before = cpu(daemon.pid)
        time.sleep(1)
        return cpu(daemon.pid) - before < 0.02

    daemon.awaiting(quiet, "quiet", 600)


def started(name, command, folder, port):
    process = Process(name, command, MEASURED, folder)

    def listens():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    process.awaiting(listens, "its port", 300)
    return process


def scrape(process, url, gzip=False, clients=1):
    """CPU seconds per scrape, wall seconds, MiB that it took at most, bytes."""
    reset_peak(process.pid)
    before, used, began = memory(process.pid)[0], cpu(process.pid), time.monotonic()
    command = [
        "nice",
        "-n",
        "19",
        *program("curl"),
        "-sS",
        "--fail",
        "--max-time",
        "300",
        "-o",
        "/dev/null",
        "-w",
        "%{size_download}",
    ]
    if gzip:
        command += ["-H", "Accept-Encoding: gzip"]
    curls = [
        subprocess.Popen(
            pinned(command + [url + "/metrics"], LOAD), stdout=subprocess.PIPE, text=True
        )
        for _ in range(clients)
    ]
    sizes = [curl.communicate()[0] for curl in curls]
    if any(curl.returncode for curl in curls):
        raise RuntimeError(f"{process.name}: a scrape failed")
    return (
        (cpu(process.pid) - used) / clients,
        time.monotonic() - began,
        memory(process.pid)[1] - before,
        int(sizes[0]),
    )


def deflate_cost(body):
    """CPU seconds of zlib for the whole body at level 1."""
    began = time.process_time()
    zlib.compressobj(1, zlib.DEFLATED, 31).compress(body)
    return time.process_time() - began


def scrapes(bench):
    """S1 to S5: 100,000 tenants, scraped; everyone else exposes the same series."""
    tenants, rounds = (10_000, 2) if bench.quick else (100_000, 5)
    plan = Plan(bench.fresh_folder(), bench.origin, bench.origin.http1, tenants, "24h")
    before = bench.origin.requests()
    daemon = Daemon(plan)
    daemon.awaiting(lambda: bench.origin.requests() - before >= tenants, "a first sweep", 600)
    await_quiet(daemon)
    body = daemon.get("/metrics")
    series = len(re.findall(rb"^[^#]", body, re.M))
    file = os.path.join(plan.folder, "metrics.prom")
    with open(file, "wb") as f:
        f.write(body)

    floor_port, exposer_port = free_port(), free_port()
    floor = started(
        "floor",
        [SOURCE + "/build/tests/bench/bench_floor", str(floor_port), file],
        plan.folder,
        floor_port,
    )
    exposer = started(
        "exposer",
        [SOURCE + "/build/tests/bench/bench_exposer", str(exposer_port), file],
        plan.folder,
        exposer_port,
    )
    contenders = {
        "ours": (daemon, daemon.url),
        "floor": (floor, f"http://127.0.0.1:{floor_port}"),
        "prometheus-cpp": (exposer, f"http://127.0.0.1:{exposer_port}"),
    }
    for process, url in contenders.values():
        scrape(process, url)
    costs, taken, walls = {}, {"one": [], "four": []}, {}
    scrape(daemon, daemon.url, gzip=True)  # its compressed blocks are there from here on
    for _ in range(rounds):
        for who, (process, url) in contenders.items():
            used, wall, grown, _ = scrape(process, url)
            costs.setdefault(who, []).append(used)
            walls.setdefault(who, []).append(wall)
            if who == "ours":
                taken["one"].append(grown)
        used, _, grown, packed = scrape(daemon, daemon.url, gzip=True)
        costs.setdefault("ours, nothing changed", []).append(used)
        taken["one"].append(grown)
        for gzip in (False, True):
            taken["four"].append(scrape(daemon, daemon.url, gzip, clients=4)[2])
    if shared.PRESENT:
        shared.scrapes(bench, {who: contenders[who] for who in ("floor", "ours", "prometheus-cpp")})
    floor.stop()
    exposer.stop()
    cost = {who: median(seconds) for who, seconds in costs.items()}
    how = f"{tenants:,} tenants, {series:,} series, {len(body) / 1e6:.0f} MB: ours {cost['ours']:.3f} s"
    bench.table.add(
        "S1",
        cost["ours"] / cost["floor"],
        f"{how}, floor {cost['floor']:.3f} s, {rounds} rounds in turn; {textfile(plan, file)}",
    )
    bench.table.add(
        "S2",
        cost["prometheus-cpp"] / cost["ours"],
        f"prometheus-cpp's Exposer {cost['prometheus-cpp']:.2f} s, ours {cost['ours']:.3f} s of CPU, "
        f"answered in {median(walls['ours']):.2f} s",
    )
    bench.table.add(
        "S5 one", max(taken["one"]), "most of all scrapes, plain and gzip, after one of each"
    )
    bench.table.add("S5 four", max(taken["four"]), "most of plain and gzip")

    gzip_costs, deflate_costs = [], []
    for _ in range(2 if bench.quick else 3):
        before = bench.origin.requests()
        for known in (0, tenants):  # all leave and come back: every one is asked anew
            plan.tenants = known
            plan.write()
            daemon.reload()
        daemon.awaiting(lambda: bench.origin.requests() - before >= tenants, "another sweep", 600)
        await_quiet(daemon)
        used, _, _, packed = scrape(daemon, daemon.url, gzip=True)
        gzip_costs.append(used)
        deflate_costs.append(deflate_cost(body))
    changed, deflate = median(gzip_costs), median(deflate_costs)
    bench.table.add(
        "S3",
        changed / deflate,
        f"ours {changed:.2f} s for {packed / 1e6:.1f} MB, zlib {deflate:.2f} s; "
        f"nothing changed: {cost['ours, nothing changed']:.3f} s",
    )
    with Prometheus(plan.folder, target_job(daemon.url), 20) as prometheus:
        prometheus.awaiting(
            lambda: (prometheus.ask("sum_over_time(up[10m])") or 0) >= 2, "two scrapes", 300
        )
        time.sleep(10)
        used, windows = cpu(prometheus.pid), 1 if bench.quick else 3
        time.sleep(20 * windows)
        ingest = (cpu(prometheus.pid) - used) / windows
        failed = prometheus.ask("scrape_samples_scraped == 0")
    bench.table.add(
        "S4",
        changed / ingest,
        f"Prometheus {ingest:.2f} s a scrape" + (", SCRAPES FAILED" if failed is not None else ""),
    )
    daemon.stop()


def textfile(plan, file):
    """What node_exporter's textfile collector takes for the same."""
    port, folder = free_port(), os.path.join(plan.folder, "textfile")
    os.makedirs(folder)
    os.rename(file, os.path.join(folder, "metrics.prom"))
    command = program("prometheus-node-exporter") + [
        "--collector.disable-defaults",
        "--web.disable-exporter-metrics",
        "--collector.textfile",
        f"--collector.textfile.directory={folder}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with started("node_exporter", command, plan.folder, port) as exporter:
        used, _, _, _ = scrape(exporter, f"http://127.0.0.1:{port}")
        return f"node_exporter's textfile collector {used:.1f} s and {memory(exporter.pid)[1]:,.0f} MiB"


def delay(bench):
    """S6: one connection, always busy, while scrapes follow one another; the origin notes when each answer went out."""
    tenants, seconds = (10_000, 5) if bench.quick else (100_000, 20)
    plan = Plan(
        bench.fresh_folder(), bench.origin, bench.origin.changing, tenants, "1s", connections=1
    )
    with Daemon(plan) as daemon:
        before = bench.origin.requests()
        daemon.awaiting(lambda: bench.origin.requests() - before > tenants, "a first sweep", 600)
        daemon.await_baselines()
        alone = waiting(bench.origin, seconds)
        stop, done = threading.Event(), []

        def keep_scraping():
            while not stop.is_set():
                done.append(scrape(daemon, daemon.url, gzip=len(done) % 2 == 1)[1])

        scraper = threading.Thread(target=keep_scraping)
        scraper.start()
        scraped = waiting(bench.origin, seconds)
        stop.set()
        scraper.join()
    bench.table.add(
        "S6",
        max(0.0, scraped - alone),
        f"{tenants:,} tenants, scrapes without a pause ({len(done)} of {median(done):.2f} s), "
        f"a poll's wait at any instant: p99 {alone:.1f} ms without, {scraped:.1f} ms with them",
    )


def waiting(origin, seconds, share=0.01):
    """Milliseconds until the next poll, at any instant of that time: the quantile that `share` of the time exceeds."""
    begin = os.path.getsize(origin.turns_log)
    time.sleep(seconds)
    with open(origin.turns_log) as log:
        log.seek(begin)
        turns = [float(line.split()[0]) * 1000 for line in log.read().splitlines()[1:-1]]
    gaps = [after - before for before, after in zip(turns, turns[1:])]
    total, low, high = sum(gaps), 0.0, max(gaps)
    while high - low > 0.05:
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if sum(max(0.0, gap - middle) for gap in gaps) > share * total
            else (low, middle)
        )
    return high


def locks(bench):
    """S7: how long pages hold the table's lock."""
    rounds = 3 if bench.quick else 20
    command = [SOURCE + "/build/tests/bench/bench_locks", str(rounds)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=600).stdout)
    pages, scrapes = told["pages"], told["scrapes"]
    bench.table.add(
        "S7",
        pages["p99"] / scrapes["p99"],
        f"{told['tenants']:,} tenants, {rounds} rounds in turn: {pages['p99']:.0f} us of {pages['blocks']:,} blocks "
        f"(median {pages['p50']:.0f}), {scrapes['p99']:.0f} us of {scrapes['blocks']:,} (median {scrapes['p50']:.0f})",
    )
