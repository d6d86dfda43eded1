"""The same once more by drivers that aren't the project's own: those of ../shared/bench, where that is beside the source."""
import contextlib, json, os

from daemon import Daemon, Plan
from machine import LIBRARIES, LOAD, MEASURED, PATH, SOURCE, free_port, spent_by

FOLDER = os.path.join(SOURCE, "../shared/bench")
PRESENT = os.path.isdir(FOLDER)


# A root who is nobody else's, as in a network of our own, can't give nginx the user that it wants instead.
ORDINARY_USER = (
    ["unshare", "--map-user=1000", "--map-group=1000"]
    if os.environ.get("BENCH_NETWORK") == "own"
    else []
)


def run(script, *arguments, **settings):
    """What a script of it prints; its servers and load generators are those that scripts/setup has unpacked."""
    environment = {
        "PATH": PATH,
        "LD_LIBRARY_PATH": LIBRARIES,
        "ORIGIN_CPU": LOAD,
        "CLIENT_CPU": MEASURED,
        **settings,
    }
    words = [f"{name}={value}" for name, value in environment.items()]
    return spent_by(
        [
            *ORDINARY_USER,
            "/usr/bin/env",
            *words,
            os.path.join(FOLDER, script),
            *map(str, arguments),
        ],
        LOAD,
    )[2]


class Origin:
    """Its origin: a document for each ID of its list."""

    def __init__(self, folder, tenants):
        self.settings = {
            "BENCH_STATE": folder,
            "TENANTS": tenants,
            "ORIGIN_PORT": free_port(),
            "ORIGIN_PLAIN_PORT": free_port(),
        }
        self.port, self.ca_file = self.settings["ORIGIN_PORT"], os.path.join(folder, "ca.pem")
        run("origin/origin.sh", "start", **self.settings)
        with open(os.path.join(folder, "tenants.txt")) as ids:
            self.tenants = ids.read().split()

    def stop(self):
        run("origin/origin.sh", "stop", **self.settings)


def polls(bench):
    """P2 to P4 by the drivers of ../shared/bench."""
    if not PRESENT:
        return print("bench: poll: there is no ../shared/bench: passed over", flush=True)
    rounds, seconds = (1, 2) if bench.quick else (3, 5)
    origin = Origin(bench.fresh_folder(), 20_000)
    with contextlib.ExitStack() as stack:
        stack.callback(origin.stop)
        plan = Plan(bench.fresh_folder(), origin, origin.port, len(origin.tenants), "10s")
        with open(plan.list, "w") as f:
            json.dump([{"name": tenant} for tenant in origin.tenants], f)
        daemon = stack.enter_context(Daemon(plan))
        daemon.await_baselines()
        text = run(
            "compare.py",
            "--rounds",
            rounds,
            "--seconds",
            seconds,
            "--daemon-pid",
            daemon.pid,
            "--daemon-metrics",
            daemon.url + "/metrics",
            "--daemon-counter",
            "tenantscope_authority_requests_total",
            "--daemon-seconds",
            10,
            **origin.settings,
        )
        failures = daemon.metrics().failures()
        if failures:
            raise RuntimeError(f"polls failed: {failures}")
    bench.tell("compare.py of ../shared/bench, 20,000 tenants every 10 s, HTTP/2", text)


def scrapes(bench, contenders):
    """S1, S2 by expo_compare.py, of processes that already are there: {name: (process, URL)}."""
    rounds = 1 if bench.quick else 3
    who = [f"{name}={process.pid}={url}/metrics" for name, (process, url) in contenders.items()]
    bench.tell(
        "expo_compare.py of ../shared/bench, the exporters of S1 and S2",
        run("expo_compare.py", "--rounds", rounds, *who),
    )
