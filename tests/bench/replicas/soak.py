"""Three daemons on a PostgreSQL with a synchronous standby; the active one, or the server, fails all the time. Every change has to be told once."""
import collections, contextlib, json, os, signal, subprocess, threading, time

from daemon import Daemon
from machine import BINARY, memory
from origin import names
from replicas.postgres import Server, SharedPlan
from replicas.receiver import Receiver
from soak import Changes, Scraper, scope_changes

LEASE = 3  # seconds
REPEATED = 8  # posts a fault
AN_HOUR = 10_000  # changes, at least
GROWTH = 0.01  # an hour, of the memory
LASTING = "west"  # never killed, so that its memory can be followed
FAULTS = ["kill", "stop", "promote", "end", "kill", "stop"]


class Scale:
    def __init__(self, options):
        short = options.short
        self.timed, self.seconds = not short, options.seconds or (40 if short else 3600)
        self.tenants, self.changing, self.interval = (100, 60, 1) if short else (2_000, 300, 5)
        self.changes_per_second, self.pause = (4, 8) if short else (4, 25)


class Servers:
    """One that is written to, and a synchronous standby of it."""

    def __init__(self, folder, running):
        self.folder, self.running = folder, running
        self.first = running.enter_context(Server.made(folder, "a"))
        self.second = running.enter_context(Server.following(self.first, folder, "b"))
        self.first.wait_for_a_standby()
        self.ports = [self.first.port, self.second.port]

    def promote(self):
        """The first is lost; the second takes its place, and has a new standby where that one was."""
        lost, data = self.first, os.path.basename(self.first.data)
        lost.stop()
        self.second.ask("SELECT pg_promote()")
        self.first = self.second
        self.second = Server.following(self.first, self.folder, data, lost.port)
        self.running.enter_context(self.second)
        self.first.wait_for_a_standby()


class Fleet:
    def __init__(self, scale, origin, folder, servers, hook):
        self.plans = {
            name: SharedPlan(
                name,
                servers.ports,
                os.path.join(folder, name),
                origin,
                origin.changing,
                scale.tenants,
                f"{scale.interval}s",
                rate=1_000,
                timeout="2s",
                confirm_interval="500ms",
                sink=f'{{name: hook, webhook: {{url: "{hook}"}}}}',
                lease=f"{LEASE}s",
                durability="checked",
            )
            for name in ("north", "south", LASTING)
        }
        next(iter(self.plans.values())).make_ledger()
        self.daemons, self.starts = {}, collections.Counter()
        for name in self.plans:
            self.begin(name)

    def begin(self, name):
        self.starts[name] += 1
        self.daemons[name] = Daemon(self.plans[name], name=f"{name}-{self.starts[name]}")

    def standing(self, name):
        """ "active", "standby", or nothing where it doesn't say."""
        try:
            text = self.daemons[name].get("/-/ready", timeout=2)
        except OSError:
            return None
        return "standby" if b"stands by" in text else "active"

    def await_active(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for name in self.plans:
                if self.standing(name) == "active":
                    return name
            time.sleep(0.1)
        raise RuntimeError("nobody is active")

    def stop(self):
        """Each one's exit, by how it was asked to."""
        return {name: one.stop(signal.SIGTERM) for name, one in self.daemons.items()}


class Flips(threading.Thread):
    """Tenants change in turn, each once its last change has come."""

    def __init__(self, changes, receiver, per_second):
        super().__init__(daemon=True)
        self.changes, self.receiver, self.pause = changes, receiver, 1 / per_second
        self.waited, self.ended = 0, threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(self.pause):
            name = self.changes.tenants[self.changes.made % len(self.changes.tenants)]
            if self.receiver.scopes[name] == len(self.changes.told[name]):
                self.changes.one()
            else:
                self.waited += 1

    def finish(self):
        self.ended.set()
        self.join()


class Memory(threading.Thread):
    """A daemon's, each second: (second, MiB, what it is then)."""

    def __init__(self, fleet):
        super().__init__(daemon=True)
        self.fleet, self.samples, self.ended = fleet, [], threading.Event()
        self.began = time.monotonic()
        self.start()

    def run(self):
        while not self.ended.wait(1):
            standing = self.fleet.standing(LASTING)
            if standing:
                now = time.monotonic() - self.began
                self.samples.append((now, memory(self.fleet.daemons[LASTING].pid)[0], standing))

    def finish(self):
        self.ended.set()
        self.join()
        return self.samples


def growth(samples):
    """An hour, as a part of the mean: least squares among samples of the same standing."""
    by_standing = collections.defaultdict(list)
    for second, size, standing in samples:
        by_standing[standing].append((second, size))
    shared = spread = 0.0
    for some in by_standing.values():
        mean_t, mean_m = (sum(column) / len(some) for column in zip(*some))
        shared += sum((t - mean_t) * (m - mean_m) for t, m in some)
        spread += sum((t - mean_t) ** 2 for t, _ in some)
    mean = sum(size for _, size, _ in samples) / len(samples)
    return shared / spread * 3600 / mean


def strike(fault, fleet, servers):
    """The fault, until all is there again."""
    if fault == "promote":
        return servers.promote()
    active = fleet.await_active()
    if active == LASTING:
        fault = "stop"
    daemon = fleet.daemons[active]
    if fault == "stop":
        os.kill(daemon.pid, signal.SIGSTOP)
        time.sleep(2 * LEASE)
        os.kill(daemon.pid, signal.SIGCONT)
    else:
        daemon.stop(signal.SIGKILL if fault == "kill" else signal.SIGTERM)
        time.sleep(1)
        fleet.begin(active)


def bear(scale, fleet, servers, receiver):
    """Fault after fault; how many, and the longest time by kind in which nothing came."""
    began, struck, longest = time.monotonic(), 0, collections.Counter()
    while time.monotonic() < began + scale.seconds:
        fault, since = FAULTS[struck % len(FAULTS)], time.monotonic()
        strike(fault, fleet, servers)
        fleet.await_active()
        struck += 1
        time.sleep(max(0.0, since + scale.pause - time.monotonic()))
        with receiver.lock:
            times = [since, *(t for t in receiver.times if t > since), time.monotonic()]
        gap = max(after - before for before, after in zip(times, times[1:]))
        longest[fault] = max(longest[fault], gap)
    return struck, longest


def settle(fleet, changes, receiver):
    """What is owed comes, and what would come twice."""
    end = time.monotonic() + 120
    while time.monotonic() < end and sum(receiver.scopes.values()) < changes.made:
        time.sleep(0.2)
    time.sleep(5)
    fleet.await_active()


def judge(scale, changes, receiver, events, struck, verdict):
    told, ids = scope_changes(events), [event["id"] for event in events]
    count = sum(map(len, told.values()))
    verdict.gate(
        "0 lost, 0 spurious: every change once in the journal, in each tenant's order",
        told == changes.told,
        f"{count:,} of {changes.made:,} in {scale.seconds} s, {struck} faults",
    )
    verdict.gate(
        f"{AN_HOUR:,} changes an hour at least",
        changes.made * 3600 >= AN_HOUR * scale.seconds,
        f"{changes.made * 3600 / scale.seconds:,.0f}",
        scale.timed,
    )
    firsts = [e["subject"] for e in events if e["type"] == "tenantscope.tenant.baselined.v1"]
    verdict.gate(
        "0 doubled: ids, and each tenant seen first once",
        len(set(ids)) == len(ids) and sorted(firsts) == sorted(names(scale.tenants)),
        f"{len(ids):,} events, {len(set(ids)):,} ids, {len(firsts):,} of {scale.tenants:,} tenants",
    )
    verdict.gate(
        "the receiver has the journal's events, in each tenant's order",
        set(receiver.digests) == set(ids) and scope_changes(receiver.events) == changes.told,
        f"{len(receiver.digests):,} events",
    )
    verdict.gate(
        f"at most {REPEATED} posts a fault come again, each with the same bytes",
        receiver.repeated <= REPEATED * struck and not receiver.altered,
        f"{receiver.repeated} after {struck} faults, {receiver.altered} with others",
    )


def play(scale, origin, folder, running, verdict):
    servers, receiver = Servers(folder, running), Receiver()
    running.callback(receiver.shutdown)
    fleet = Fleet(scale, origin, folder, servers, receiver.url)
    running.callback(fleet.stop)
    while len(receiver.digests) < scale.tenants:
        fleet.await_active()
        time.sleep(0.2)
    changes = Changes(origin, names(scale.tenants)[: scale.changing])
    sizes, scraper = Memory(fleet), Scraper(fleet.daemons[LASTING], 15, 15)
    flips = Flips(changes, receiver, scale.changes_per_second)
    struck, longest = bear(scale, fleet, servers, receiver)
    flips.finish()
    settle(fleet, changes, receiver)
    samples = sizes.finish()
    scraper.finish()
    exits = fleet.stop()
    journal = servers.first.ask("SELECT event FROM tenantscope.journal ORDER BY sequence", 120)
    judge(scale, changes, receiver, list(map(json.loads, journal.splitlines())), struck, verdict)
    check = [BINARY, "storage", "check", "--config.file=" + fleet.plans[LASTING].file]
    checked = subprocess.run(check, capture_output=True, text=True, timeout=120)
    verdict.gate(
        "clean stops, and a sound ledger",
        set(exits.values()) == {0} and checked.returncode == 0,
        f"exits {exits}; {(checked.stdout + checked.stderr).strip().splitlines()[-1]}",
    )
    later = [sample for sample in samples if sample[0] > samples[-1][0] / 2]
    least, most = min(m for _, m, _ in later), max(m for _, m, _ in later)
    grown = growth(later)
    verdict.gate(
        f"memory grows by less than {GROWTH:.0%} an hour",
        grown < GROWTH,
        f"{grown:+.2%} an hour in the second half, {least:.1f} to {most:.1f} MiB, of the daemon that is never killed",
        scale.timed,
    )
    tenths = [
        [m for t, m, _ in samples if i <= t * 10 / samples[-1][0] < i + 1] or [0] for i in range(10)
    ]
    print(
        "fleet soak: its memory, each tenth of the time:",
        *(f"{sum(some) / len(some):.1f}" for some in tenths),
        "MiB",
        flush=True,
    )
    gaps = ", ".join(f"{fault} {gap:.1f} s" for fault, gap in longest.items())
    terms = servers.first.ask("SELECT term FROM tenantscope.ledger").strip()
    print(
        f"fleet soak: the longest time in which no change came: {gaps}; {terms} terms; {flips.waited:,} flips waited for the last one of their tenant",
        flush=True,
    )


def soak(options, origin, folder, verdict):
    with contextlib.ExitStack() as running:
        play(Scale(options), origin, folder, running, verdict)
