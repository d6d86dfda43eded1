"""A PostgreSQL that doesn't answer: what silent_store.py demands where a disk doesn't."""
import functools, os, signal, time

from replicas.postgres import Server, SharedPlan
from replicas.proxy import RESETS, SWALLOWS, THROUGH, Proxy
from silent_store import Scale, Supervised, plan_for, silence


class Stopped:
    """The whole server stands still: its kernel takes connections and bytes, and nobody answers."""

    def __init__(self, server):
        self.server, self.port = server, server.port

    def hang(self):
        self.server.send(signal.SIGSTOP)

    def answer_again(self):
        self.server.send(signal.SIGCONT)


class Between:
    """The server goes on, and nobody gets to it."""

    def __init__(self, mode, server):
        self.mode, self.proxy = mode, Proxy(server.port)
        self.port = self.proxy.port

    def hang(self):
        self.proxy.turn(self.mode)

    def answer_again(self):
        self.proxy.turn(THROUGH)


KINDS = {
    "stopped": Stopped,
    "reset": functools.partial(Between, RESETS),
    "swallowed": functools.partial(Between, SWALLOWS),
}


class OnAServer(Supervised):
    def __init__(self, plan, watchdog, way):
        self.way = way
        super().__init__(plan, watchdog)

    def hang(self):
        self.way.hang()

    def answer_again(self):
        self.way.answer_again()
        return time.monotonic()

    def told(self):
        """By its sink: a commit that was under way at the beginning is in doubt until then, and counted nowhere."""
        with open(os.path.join(self.storage, "events.jsonl")) as sink:
            return sum('"tenantscope.tenant.changed.v1"' in line for line in sink)


def silent(kind, options, origin, folder, verdict):
    """A lone daemon, whose lease is long over and whose term goes on, as nobody is there to take over."""
    scale = Scale(options.short)
    if options.short:
        scale.seconds, scale.compared = 6, 3
    scale.seconds = options.seconds or scale.seconds
    with Server.made(folder, "ledger") as server:
        way = KINDS[kind](server)
        lease = "3s" if options.short else "10s"
        make = functools.partial(SharedPlan, "lone", [way.port], lease=lease)
        plan = plan_for(scale, origin, folder + "/daemon", make)
        plan.make_ledger()
        silence(scale, origin, plan, lambda: OnAServer(plan, scale.watchdog, way), verdict)
