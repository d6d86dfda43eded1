#!/usr/bin/env python3
"""A storage whose disk doesn't answer: the daemon starts and goes on, and what changes meanwhile is told once, as soon as it does.

  silent_store.py           2,000 tenants, every 10 s, for 10 minutes without the disk
  silent_store.py --short   200 tenants, every second, for 20 s
Says what was promised and what was seen; exits 1 where that isn't the same.
"""
import argparse, json, os, signal, socket, threading, time, urllib.error

from daemon import Daemon, Plan
from machine import BINARY
from origin import names
from soak import Changes, Scraper, Verdict, play, scope_changes
from stalled_log import pace

CADENCE = 0.05  # of the polls a second while the storage answers
SCRAPE = 0.25  # seconds, the longest
COMMITTED = READY = STOP = 5  # seconds
HUNG_DISK = os.path.join(os.path.dirname(BINARY), "tests/libhung_disk.so")


class Supervisor(threading.Thread):
    """What systemd hears, and the longest time without a sign of life."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.path, self.signs = os.path.join(folder, "notify"), []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.start()

    def run(self):
        while True:
            if b"WATCHDOG=1" in self.socket.recv(4096):
                self.signs.append(time.monotonic())

    def longest_silence(self):
        signs = [*self.signs, time.monotonic()]
        return max(after - before for before, after in zip(signs, signs[1:]))


class Supervised(Daemon):
    """A daemon whose storage answers or doesn't: hang(), and answer_again(), which tells when that was. It begins without."""

    def __init__(self, plan, watchdog, environment=()):
        self.supervisor = Supervisor(plan.folder)
        self.hang()
        super().__init__(
            plan,
            prefix=(
                "/usr/bin/env",
                "NOTIFY_SOCKET=" + self.supervisor.path,
                f"WATCHDOG_USEC={watchdog * 1_000_000}",
                *environment,
            ),
        )

    def storage_up(self):
        return self.metrics().sum("tenantscope_storage_up")

    def status_of(self, path):
        try:
            self.get(path)
            return 200
        except urllib.error.HTTPError as error:
            return error.code

    def told(self):
        return self.metrics().sum("tenantscope_changes_total", field="region_scope")


class OnADisk(Supervised):
    def __init__(self, plan, watchdog):
        self.mark = os.path.join(plan.folder, "hangs")
        database = os.path.join(plan.folder, "storage/tenantscope.db")
        hung = ("LD_PRELOAD=" + HUNG_DISK, "HUNG_FILE=" + database, "HUNG_WHILE=" + self.mark)
        super().__init__(plan, watchdog, hung)

    def hang(self):
        open(self.mark, "w").close()

    def answer_again(self):
        os.unlink(self.mark)
        return time.monotonic()


def start_without(daemon, verdict, held):
    daemon.await_said("serving without the storage", 30)
    seen = [daemon.status_of(path) for path in ("/-/healthy", "/-/ready", "/api/v1/events")]
    verdict.gate(
        "a start without the storage: healthy, and not ready", seen == [200, 503, 503], seen
    )
    again = daemon.answer_again()
    daemon.awaiting(lambda: daemon.status_of("/-/ready") == 200, "ready", 60)
    ready = time.monotonic() - again
    verdict.gate(f"ready within {READY} s of its return", ready <= READY, f"{ready:.2f} s", held)


def go_without(daemon, scale, changes, verdict):
    daemon.await_baselines()
    time.sleep(2 * scale.interval)
    with_storage = pace(daemon, scale.compared)
    daemon.hang()
    changes.one()
    daemon.awaiting(lambda: daemon.storage_up() == 0, "storage_up 0", 60, pause=0.5)
    scraper = Scraper(daemon, 1, 30)
    seen_by_then = scale.seconds - 2 * scale.interval  # what changes later may be seen afterwards

    def act(second):
        if second < seen_by_then:
            changes.one()

    without = pace(daemon, scale.seconds, act)
    scraper.finish()
    up, told = daemon.storage_up(), daemon.told()
    seen = [daemon.status_of(path) for path in ("/-/healthy", "/-/ready")]
    verdict.gate("said, and nothing told", (up, told, seen) == (0, 0, [200, 200]), (up, told, seen))
    again = daemon.answer_again()
    daemon.awaiting(
        lambda: daemon.told() >= changes.made, f"{changes.made} changes", 120, pause=0.1
    )
    committed = time.monotonic() - again
    verdict.gate(
        f"every scrape within {SCRAPE * 1000:.0f} ms",
        not scraper.failed and max(scraper.times) <= SCRAPE,
        f"{len(scraper.times)} scrapes, the longest {max(scraper.times) * 1000:.0f} ms; {len(scraper.failed)} failed",
        scale.timed,
    )
    verdict.gate(
        f"cadence within {CADENCE:.0%}",
        abs(without / with_storage - 1) <= CADENCE,
        f"{without:.1f} polls a second for {scale.seconds} s, {with_storage:.1f} before; {without / with_storage - 1:+.1%}",
        scale.timed,
    )
    verdict.gate(
        f"what changed meanwhile is committed within {COMMITTED} s of its return",
        committed <= COMMITTED,
        f"{changes.made} changes after {committed:.2f} s",
        scale.timed,
    )


def stop_without(daemon, scale, changes, verdict):
    daemon.hang()
    changes.one()
    daemon.awaiting(lambda: daemon.storage_up() == 0, "storage_up 0", 60, pause=0.5)
    silence = daemon.supervisor.longest_silence()
    verdict.gate(
        "no reason for the watchdog to kill",
        silence < scale.watchdog,
        f"{silence:.1f} s without a sign of life at most, of {scale.watchdog} s",
    )
    began = time.monotonic()
    ended = daemon.stop(signal.SIGTERM)
    stopped = time.monotonic() - began
    verdict.gate(
        f"SIGTERM under {STOP} s",
        stopped < STOP and ended == 0,
        f"{stopped:.2f} s, exit {ended}",
        scale.timed,
    )


def plan_for(scale, origin, folder, make=Plan):
    return make(
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


def silence(scale, origin, plan, begin, verdict):
    """`begin` starts a Supervised of the plan. Afterwards the storage answers a daemon that is started anew."""
    changes = Changes(origin, names(scale.tenants))
    with begin() as daemon:
        start_without(daemon, verdict, scale.timed)
        go_without(daemon, scale, changes, verdict)
        stop_without(daemon, scale, changes, verdict)
        daemon.answer_again()
    sink = os.path.join(plan.folder, "storage/events.jsonl")

    def delivered():
        with open(sink) as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    with Daemon(plan, name="afterwards") as daemon:
        daemon.awaiting(
            lambda: len(delivered()) >= scale.tenants + changes.made, "every event", 120, pause=0.5
        )
    events = delivered()
    verdict.gate(
        "every change once in the sink",
        scope_changes(events) == changes.told and len({e["id"] for e in events}) == len(events),
        f"{sum(map(len, scope_changes(events).values())):,} of {changes.made:,}",
    )


def on_a_disk(scale, origin, folder):
    plan, verdict = plan_for(scale, origin, folder), Verdict("silent store")
    silence(scale, origin, plan, lambda: OnADisk(plan, scale.watchdog), verdict)
    return verdict.missed


class Scale:
    def __init__(self, short):
        self.timed = not short  # a test holds no machine to its speed
        self.tenants, self.interval, self.seconds, self.compared, self.watchdog = (
            (200, 1, 20, 10, 30) if short else (2_000, 10, 600, 120, 60)
        )


def main():
    parser = argparse.ArgumentParser(description="A disk that doesn't answer, for 10 minutes.")
    parser.add_argument("--short", action="store_true", help="200 tenants, for 20 s")
    scale = Scale(parser.parse_args().short)
    play("silent store", lambda origin, folder: on_a_disk(scale, origin, folder))


if __name__ == "__main__":
    main()
