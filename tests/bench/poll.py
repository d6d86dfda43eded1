"""P1 to P7: what a poll costs."""
import os, signal, statistics, time

from daemon import Daemon, Plan
from machine import MEASURED, cpu, loopback_bytes
from peers import (
    Blackbox,
    Prometheus,
    h2load,
    new_connections,
    probe_job,
    target_job,
    tenant_paths,
    wrk,
)
from origin import names
from table import HTTP1, HTTP2

median = statistics.median
CONNECTIONS = 16


class Rounds:
    """What each contender cost in each round: ratios are of medians."""

    def __init__(self):
        self.costs = {}

    def add(self, who, cost):
        self.costs.setdefault(who, []).append(cost)

    def __getitem__(self, who):
        return median(self.costs[who])

    def microseconds(self, who):
        costs = [cost * 1e6 for cost in self.costs[who]]
        return f"{median(costs):.1f} us ({min(costs):.1f} to {max(costs):.1f})"


class Polling:
    """A daemon that polls one of the origin's ports."""

    def __init__(self, bench, protocol, tenants, interval):
        self.origin, self.protocol = bench.origin, protocol
        port = self.port = bench.origin.http1 if protocol == HTTP1 else bench.origin.http2
        self.plan = Plan(
            bench.fresh_folder(), bench.origin, port, tenants, interval, CONNECTIONS, timeout="60s"
        )
        self.daemon = Daemon(self.plan)

    def cost(self, seconds):
        """CPU seconds per poll. REQUIRES: nobody else asks the origin."""
        polls, used = self.origin.requests(), cpu(self.daemon.pid)
        time.sleep(seconds)
        self.polls = self.origin.requests() - polls
        return (cpu(self.daemon.pid) - used) / max(1, self.polls)

    def spoken(self):
        """The protocol that the origin saw."""
        protocols = {protocol for port, protocol, _ in self.origin.openings() if port == self.port}
        return HTTP2 if protocols == {"HTTP/2.0"} else HTTP1

    def signal(self, number):
        os.kill(self.daemon.pid, number)


def saturated(bench):
    """P1, P2, P6, P7: as fast as it goes."""
    origin, tenants = bench.origin, 20_000
    seconds, rounds = (2, 2) if bench.quick else (4, 5)
    paths = tenant_paths(bench.folder, tenants)
    url = {
        protocol: f"https://localhost:{port}"
        for protocol, port in ((HTTP1, origin.http1), (HTTP2, origin.http2))
    }
    cost, size = Rounds(), Rounds()
    with Blackbox(bench.folder, origin.ca_file) as blackbox:
        probes = blackbox.probes(origin, origin.http1, tenants)
        ours = []
        for protocol in (
            HTTP1,
            HTTP2,
        ):  # one after the other, before anyone else opens connections to those ports
            before, opened, others = origin.requests(), len(origin.openings()), origin.connections()
            polling = Polling(bench, protocol, tenants, "1s")
            polling.daemon.awaiting(
                lambda: origin.requests() - before > 2 * tenants, "two sweeps", 300
            )
            polls, held = origin.requests() - before, origin.connections() - others
            handshakes = len(origin.openings()) - opened
            if polling.spoken() == protocol:
                ours.append(polling)
                bench.table.add(
                    "P6 handshakes",
                    handshakes / polls * 10_000,
                    f"{handshakes} in the first {polls:,} polls, counted by the origin",
                    protocol,
                )
                bench.table.add("P6 connections", held, "as the origin sees it", protocol)
            polling.signal(signal.SIGSTOP)
            if polling not in ours:
                polling.daemon.stop(signal.SIGKILL)
        for _ in range(rounds):
            for who, run in (
                (HTTP1, lambda: wrk(url[HTTP1], paths, seconds, CONNECTIONS)),
                (HTTP2, lambda: h2load(url[HTTP2], paths, 30_000 * seconds)),
            ):
                done, used, _ = run()
                cost.add("limit " + who, used / done)
            bytes_before = loopback_bytes()
            done, used, _ = new_connections(url[HTTP1], paths, 1000, origin.ca_file)
            cost.add("a new connection each", used / done)
            size.add("new connection", (loopback_bytes() - bytes_before) / done)
            cost.add("blackbox", blackbox.saturated(probes, seconds))
            for polling in ours:
                polling.signal(signal.SIGCONT)
                time.sleep(0.5)  # the stop made everything overdue: steady again
                bytes_before = loopback_bytes()
                cost.add(polling.protocol, polling.cost(seconds))
                size.add(polling.protocol, (loopback_bytes() - bytes_before) / polling.polls)
                polling.signal(signal.SIGSTOP)
        for polling in ours:
            polling.signal(signal.SIGCONT)
            failures = polling.daemon.metrics().failures()
            if failures:
                raise RuntimeError(f"polls failed: {failures}")
            polling.daemon.stop()
            p, limit = polling.protocol, "limit " + polling.protocol
            bench.table.add(
                "P1",
                cost[p] / cost[limit],
                f"{cost.microseconds(p)} / {'wrk' if p == HTTP1 else 'h2load'} {cost.microseconds(limit)}, "
                f"{rounds} rounds in turn",
                p,
            )
            bench.table.add(
                "P2",
                cost["blackbox"] / cost[p],
                f"blackbox_exporter {cost.microseconds('blackbox')}, 16 probes at once; "
                f"curl with a new connection each {cost.microseconds('a new connection each')}",
                p,
            )
            bench.table.add(
                "P7",
                size[p] / size["new connection"],
                f"both ways over the loopback: {p} {size[p]:,.0f} B, new connections {size['new connection']:,.0f} B",
                p,
            )


def paced(bench):
    """P3, P4: at the rates that daemons poll at."""
    origin = bench.origin
    seconds, rounds = (5, 1) if bench.quick else (10, 3)
    for rate, tenants in ((200, 2_000), (2_000, 20_000)):
        cost = Rounds()
        paths = tenant_paths(bench.folder, tenants)
        ours = [Polling(bench, protocol, tenants, "10s") for protocol in (HTTP1, HTTP2)]
        time.sleep(16)  # by then each tenant's place in the interval decides, not the start
        ours = [
            polling
            for polling in ours
            if polling.spoken() == polling.protocol or polling.daemon.stop() is None
        ]
        with Blackbox(bench.folder, origin.ca_file) as blackbox:
            probes = blackbox.probes(origin, origin.http1, tenants)
            for _ in range(rounds):
                for polling in ours:
                    used = cpu(polling.daemon.pid)
                    time.sleep(seconds)  # each polls at the same rate, by its interval
                    cost.add(polling.protocol, (cpu(polling.daemon.pid) - used) / (rate * seconds))
                for protocol, port in ((HTTP1, origin.http1), (HTTP2, origin.http2)):
                    http1 = protocol == HTTP1
                    done, used, _ = h2load(
                        f"https://localhost:{port}",
                        paths,
                        rate * seconds,
                        http1,
                        CONNECTIONS if http1 else 1,
                        rate=rate,
                    )
                    cost.add("limit " + protocol, used / done)
                if rate == 200:
                    cost.add("blackbox", blackbox.paced(probes, rate, seconds))
        for polling in ours:
            metrics, p = polling.daemon.metrics(), polling.protocol
            if metrics.failures():
                raise RuntimeError(f"polls failed: {metrics.failures()}")
            polling.daemon.stop()
            if rate == 200:
                bench.table.add(
                    "P3",
                    cost["blackbox"] / cost[p],
                    f"{cost.microseconds(p)}, blackbox_exporter {cost.microseconds('blackbox')}; 2,000 tenants every 10 s",
                    p,
                )
            else:
                bench.table.add(
                    "P4",
                    cost[p] / cost["limit " + p],
                    f"{cost.microseconds(p)} "
                    f"/ h2load {'--h1 -c16' if p == HTTP1 else '-m100'} --rps {cost.microseconds('limit ' + p)}; "
                    f"20,000 tenants every 10 s",
                    p,
                )


def whole(bench):
    """P5: with the Prometheus that scrapes it."""
    origin, tenants, interval = bench.origin, 2_000, 10
    windows, rounds = (1, 1) if bench.quick else (2, 3)
    polls = tenants * windows

    def spent(prometheus, exporter, targets):
        time.sleep(interval + 6)  # first scrapes and first polls are over
        used = [cpu(process.pid) for process in (prometheus, exporter)]
        time.sleep(interval * windows)
        used = [cpu(process.pid) - before for process, before in zip((prometheus, exporter), used)]
        up = prometheus.ask("sum(up)")
        if up != targets:
            raise RuntimeError(f"{up} of {targets} targets are up")
        return [seconds / polls * 1e6 for seconds in used]

    def today():
        with Blackbox(bench.fresh_folder(), origin.ca_file) as blackbox:
            job = probe_job(
                blackbox,
                [origin.url(origin.http1, name) for name in names(tenants)],
                blackbox.folder,
            )
            with Prometheus(blackbox.folder, job, interval, MEASURED) as prometheus:
                return spent(prometheus, blackbox, tenants)

    def ours(protocol):
        polling = Polling(bench, protocol, tenants, f"{interval}s")
        with polling.daemon, Prometheus(
            polling.plan.folder, target_job(polling.daemon.url), interval, MEASURED
        ) as prometheus:
            used = spent(prometheus, polling.daemon, 1)
            return used if polling.spoken() == protocol else None

    contenders = {"today": today, HTTP1: lambda: ours(HTTP1), HTTP2: lambda: ours(HTTP2)}
    costs = [{who: run() for who, run in contenders.items()} for _ in range(rounds)]
    middle = {
        who: sorted((cost[who] for cost in costs), key=sum)[rounds // 2]
        for who in contenders
        if all(cost[who] for cost in costs)
    }
    for protocol in (HTTP1, HTTP2):
        if protocol in middle:
            bench.table.add(
                "P5",
                sum(middle["today"]) / sum(middle[protocol]),
                "2,000 tenants every 10 s, Prometheus + exporter: {:.0f} + {:.0f} us".format(
                    *middle["today"]
                )
                + " / {} {:.0f} + {:.0f} us".format(protocol, *middle[protocol])
                + f", {rounds} rounds in turn",
                protocol,
            )
