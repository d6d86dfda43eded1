"""L1, L2, D1: how fast changes are told, and what storing them costs."""
import threading, time

from daemon import Daemon, Plan
from machine import cpu, thread_cpu, writing_thread
from origin import names


class Listener(threading.Thread):
    """A reader of /api/v1/events: when each tenant's change came."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.daemon_process, self.arrived, self.ended = daemon, {}, False
        self.after = 0
        while True:  # past the baselines
            events, self.after = daemon.events(self.after, "0s")
            if not events:
                break
        self.start()

    def run(self):
        while not self.ended:
            events, self.after = self.daemon_process.events(self.after, "1s")
            now = time.time()
            for event in events:
                self.arrived.setdefault(event["subject"], now)

    def stop(self):
        self.ended = True
        self.join()


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def first_answers(origin, scope):
    """When the first answer with this scope went out, by tenant."""
    answered = {}
    with open(origin.turns_log) as log:
        for line in log:
            at, status, uri, shown = line.split()
            if shown == scope and status == "200":
                answered.setdefault(uri.split("/")[1], float(at))
    return answered


def events(bench):
    """L1, L2, D1: rounds of 2,000 polls a second of which two are changes, then ten."""
    tenants, origin = 2_000, bench.origin
    plan = Plan(bench.fresh_folder(), origin, origin.changing, tenants, "1s", confirmations=1)
    rounds, spent, who = [], [0, 0, 0], iter(names(tenants))
    with Daemon(plan) as daemon:
        before = origin.requests()
        daemon.awaiting(lambda: origin.requests() - before > 2 * tenants, "a first sweep", 300)
        daemon.await_baselines()
        listener = Listener(daemon)
        ledger = writing_thread(daemon.pid)

        def change(rate, seconds):
            for i in range(rate * seconds):
                name = next(who)
                rounds[-1][name] = time.time()
                origin.put("USG", name)
                time.sleep(1 / rate)

        def spending():
            return cpu(daemon.pid), thread_cpu(daemon.pid, ledger), origin.requests()

        for _ in range(1 if bench.quick else 3):
            rounds.append({})
            before = spending()
            change(2, 10 if bench.quick else 20)
            spent = [so_far + now - was for so_far, now, was in zip(spent, spending(), before)]
            change(10, 5 if bench.quick else 10)
        daemon.awaiting(lambda: len(listener.arrived) == sum(map(len, rounds)), "every change", 60)
        listener.stop()
        failures = daemon.metrics().failures()
        if failures:
            raise RuntimeError(f"polls failed: {failures}")
    answered = first_answers(origin, "USG")
    late = [
        [(listener.arrived[name] - answered[name]) * 1000 for name in changed] for changed in rounds
    ]
    slow = [quantile(each, 0.99) for each in late]
    beyond = [
        (listener.arrived[name] - at - 1) * 1000
        for changed in rounds
        for name, at in changed.items()
    ]
    bench.table.add(
        "L1",
        max(0.0, quantile(slow, 0.5)),
        f"{len(rounds)} rounds ({min(slow):.1f} to {max(slow):.1f}) of {len(late[0])} changes among {tenants:,} polls a second, "
        f"from nginx's log to a reader of /api/v1/events; median {quantile(sum(late, []), 0.5):.1f} ms",
    )
    bench.table.add(
        "L2",
        quantile(beyond, 0.99),
        f"the same changes, interval 1 s, without confirmation; median {quantile(beyond, 0.5):.0f} ms",
    )
    all_cpu, ledger_cpu, polls = spent
    bench.table.add(
        "D1",
        ledger_cpu / (all_cpu - ledger_cpu),
        f"the ledger's thread {ledger_cpu / polls * 1e6:.2f} us a poll, "
        f"the others {(all_cpu - ledger_cpu) / polls * 1e6:.1f} us; {polls / 1000:,.0f} thousand polls",
    )
