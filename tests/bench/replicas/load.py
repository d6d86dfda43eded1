"""What polls and a first start cost a PostgreSQL."""
import contextlib, os, time

from daemon import Daemon, Plan
from replicas.postgres import Server, SharedPlan
from soak import Scraper
from stalled_log import pace

ONE_MORE = 1  # transaction a second
A_POLL = 0.05  # transactions of each, in a test
BEYOND = 60  # seconds that commits may take after the last answer


def transactions_a_second(server, origin, folder, tenants, interval, settled, seconds):
    """Of an active daemon and one that stands by, whose tenants don't change: (transactions, polls)."""
    plans = [
        SharedPlan(
            name,
            [server.port],
            os.path.join(folder, f"{name}-{interval}"),
            origin,
            origin.http1,
            tenants,
            f"{interval}s",
        )
        for name in ("north", "south")
    ]
    with contextlib.ExitStack() as running:
        active = running.enter_context(Daemon(plans[0]))
        active.await_said('msg="active"')
        running.enter_context(Daemon(plans[1])).await_said("standing by")
        active.await_baselines()
        time.sleep(settled)  # the baselines' transactions are counted by then
        before = server.commits()
        polls = pace(active, seconds)
        return (server.commits() - before) / seconds, polls


def transactions(options, origin, folder, verdict):
    tenants, slow, settled, seconds = (200, 10, 4, 8) if options.short else (2_000, 20, 20, 60)
    with Server.made(folder, "ledger") as server:
        SharedPlan(
            "north", [server.port], folder + "/init", origin, origin.http1, 1, "1m"
        ).make_ledger()
        seen = [
            transactions_a_second(server, origin, folder, tenants, interval, settled, seconds)
            for interval in (slow, 1)
        ]
    (few, slowly), (many, quickly) = seen
    verdict.gate(
        "polls were asked for as often as told",
        quickly > 5 * slowly > 0,
        f"{slowly:.0f} and {quickly:.0f} polls a second",
    )
    # A test bears a machine that is slower now and faster then, and sees what a poll would cost.
    bound = A_POLL * (quickly - slowly) if options.short else ONE_MORE
    verdict.gate(
        f"transactions a second the same without news (within {bound:.3g})",
        many - few <= bound and (options.short or few - many <= bound),
        f"{few:.2f} at {slowly:.0f} polls a second, {many:.2f} at {quickly:.0f}; an active daemon and a standby, {seconds} s each",
    )


def first_start(plan, origin, tenants, watch=None):
    """Seconds from the start to the last tenant's first answer, and to its event's commit; and of a stop, which saves when each was heard of."""
    before, began = origin.requests(), time.monotonic()
    swept = committed = None
    with Daemon(plan) as daemon:
        daemon.await_said('msg="started"')
        with watch(daemon) if watch else contextlib.nullcontext():
            while not committed:
                time.sleep(0.1)
                now = time.monotonic() - began
                if not swept and origin.requests() - before >= tenants:
                    swept = now
                if swept and daemon.last_event() >= tenants:
                    committed = now
                if now > 900:
                    raise RuntimeError("a first start that doesn't end")
        if daemon.metrics().count("tenantscope_tenant_up") != tenants:
            raise RuntimeError("tenants without an answer")
        began = time.monotonic()
        daemon.stop()
    return swept, committed, time.monotonic() - began, daemon


class Watched(Scraper):
    """Each scrape's word on whether the daemon was active and its storage up."""

    def __init__(self, daemon, every):
        self.inactive = self.away = 0
        super().__init__(daemon, every, 60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.finish()

    def look(self, text):
        self.inactive += b"\ntenantscope_replica_active 1\n" not in text
        self.away += b"\ntenantscope_storage_up 1\n" not in text


def baselines(options, origin, folder, verdict):
    """As fast as the authority answers: a ceiling makes the sweep longer, and leaves the ledger more time."""
    tenants = 3_000 if options.short else 100_000
    common = (origin, origin.http1, tenants, "24h")
    local = Plan(folder + "/sqlite", *common)
    swept, committed, stopped, _ = first_start(local, origin, tenants)
    print(
        f"fleet baselines: SQLite: {tenants:,} tenants' first answers after {swept:.1f} s, committed after {committed:.1f} s, stopped in {stopped:.1f} s",
        flush=True,
    )
    with Server.made(folder, "first") as first, Server.following(first, folder, "second"):
        first.wait_for_a_standby()
        plan = SharedPlan("lone", [first.port], folder + "/shared", *common, durability="checked")
        plan.make_ledger()
        watched = []

        def watch(daemon):
            watched.append(Watched(daemon, 0.5))
            return watched[0]

        swept, committed, stopped, daemon = first_start(plan, origin, tenants, watch)
        events = int(first.ask("SELECT count(*) FROM tenantscope.journal"))
        heard = int(first.ask("SELECT count(*) FROM tenantscope.heard WHERE last_success > 0"))
        takeovers = int(first.ask("SELECT term FROM tenantscope.ledger"))
    told = watched[0]
    verdict.gate(
        f"committed within {BEYOND} s of the sweep, on a synchronous standby too",
        committed - swept <= BEYOND,
        f"{tenants:,} tenants' first answers after {swept:.1f} s, committed after {committed:.1f} s",
        not options.short,
    )
    verdict.gate("each once in the journal", events == tenants, f"{events:,} events")
    verdict.gate(
        "a stop within 5 s saves when each was heard of",
        stopped < 5 and heard == tenants,
        f"{heard:,} of {tenants:,}, in {stopped:.1f} s",
        not options.short,
    )
    silent = daemon.said(".*(doesn't answer|isn't saved|hasn't answered|not committed).*")
    verdict.gate(
        "beats never late",
        takeovers == 1 and not (silent or told.inactive or told.away or told.failed),
        f"{len(told.times)} scrapes, {told.inactive} not active, {told.away} without the storage, {len(told.failed)} failed;"
        f" {takeovers} term; the log: {silent.group() if silent else 'nothing of it'}",
        not options.short,
    )
