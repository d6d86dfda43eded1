"""tenantscope as the measurements run it: a configuration for N tenants, the process, and what its own metrics say."""
import functools, json, os, re, urllib.error, urllib.request

from machine import BINARY, MEASURED, Process
from origin import names


class Plan:
    """A configuration: how many tenants, how often, through how many connections. `sink`: whether there is a file for events, or another one's text."""

    def __init__(
        self,
        folder,
        origin,
        port,
        tenants,
        interval,
        connections=16,
        rate=100000,
        timeout="10s",
        confirmations=2,
        confirm_interval="1s",
        sink=False,
        yaml=False,
    ):
        self.folder, self.tenants = folder, tenants
        os.makedirs(folder, exist_ok=True)
        self.file, self.list = os.path.join(folder, "tenantscope.yaml"), os.path.join(
            folder, "tenants.yaml" if yaml else "tenants.json"
        )
        self.values = dict(
            interval=interval,
            connections=connections,
            rate=rate,
            timeout=timeout,
            confirmations=confirmations,
            confirm_interval=confirm_interval,
            port=port,
            ca_file=origin.ca_file,
            sink=sink,
        )
        self.write()
        self.write_tenants()

    def write(self, **changed):
        self.values.update(changed)
        v = self.values
        audit = "{name: audit, file: {path: events.jsonl}}"
        sinks = f"[{audit if v['sink'] is True else v['sink']}]" if v["sink"] else "[]"
        with open(self.file, "w") as f:
            f.write(
                f"""probe:
  {{interval: {v['interval']}, timeout: {v['timeout']}, confirmations: {v['confirmations']}, confirm_interval: {v['confirm_interval']}, stale_after: 7d}}
clouds:
  global:
    {{authority: "https://localhost:{v['port']}", requests_per_second: {v['rate']}, connections: {v['connections']}, tls_config: {{ca_file: "{v['ca_file']}"}}}}
tenant_files: {json.dumps([self.list]) if self.tenants else "[]"}
events: {{sinks: {sinks}}}
"""
            )

    def write_tenants(self, relabelled=0):
        """The list; the first `relabelled` tenants belong to another team than before."""
        tenants = [
            (name, f"team-{'new' if i < relabelled else i % 97}")
            for i, name in enumerate(names(self.tenants))
        ]
        with open(self.list + ".new", "w") as f:
            if self.list.endswith(".json"):
                json.dump([{"name": name, "labels": {"team": team}} for name, team in tenants], f)
            else:
                f.writelines(
                    f"- name: {name}\n  labels:\n    team: {team}\n" for name, team in tenants
                )
        os.rename(self.list + ".new", self.list)


class Daemon(Process):
    def __init__(self, plan, core=MEASURED, prefix=(), flags=(), name="tenantscope"):
        self.plan, self.storage = plan, os.path.join(plan.folder, "storage")
        command = [
            *prefix,
            BINARY,
            "serve",
            "--config.file=" + plan.file,
            "--storage.path=" + self.storage,
            "--web.listen-address=127.0.0.1:0",
            "--web.enable-lifecycle",
            "--log.level=info",
            *flags,
        ]
        open(os.path.join(plan.folder, name + ".log"), "w").close()
        super().__init__(name, command, core, plan.folder)

    @functools.cached_property
    def url(self):
        return "http://" + self.await_said(r'msg="listening" address=(127[0-9.:]+)', 300).group(1)

    def get(self, path, gzip=False, timeout=300):
        request = urllib.request.Request(
            self.url + path, headers={"Accept-Encoding": "gzip"} if gzip else {}
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read()

    def post(self, path):
        with urllib.request.urlopen(
            urllib.request.Request(self.url + path, method="POST"), timeout=300
        ) as answer:
            return answer.read()

    def reload(self):
        """Until the configuration is taken: where many tenants leave, a second look has to say so."""

        def taken():
            try:
                return self.post("/-/reload")
            except urllib.error.HTTPError as error:
                if b"tenants would leave" not in error.read():
                    raise
                return None

        return self.awaiting(taken, "its new configuration", pause=1)

    def ready(self):
        try:
            return self.get("/-/ready")
        except OSError:
            return None

    def metrics(self):
        return Metrics(self.get("/metrics").decode())

    def await_baselines(self):
        """Until every tenant's first event is committed. REQUIRES: a new storage."""
        self.awaiting(
            lambda: self.last_event() >= self.plan.tenants,
            "every tenant's first event",
            600,
            pause=0.2,
        )

    def last_event(self):
        return json.loads(self.get("/api/v1/status"))["data"]["last_event"]

    def events(self, after, wait="30s"):
        """What the journal has after a sequence number: (events, the next number)."""
        data = json.loads(self.get(f"/api/v1/events?after={after}&limit=1000&wait={wait}"))["data"]
        return data["events"], data["next"]


class Metrics:
    """A scrape, read."""

    def __init__(self, text):
        self.text = text

    def sum(self, name, **labels):
        total = 0.0
        for given, value in re.findall(rf"^{name}(?:\{{(.*)\}})? (\S+)$", self.text, re.M):
            if all(f'{key}="{wanted}"' in given for key, wanted in labels.items()):
                total += float(value)
        return total

    def count(self, name):
        return len(re.findall(rf"^{name}[{{ ]", self.text, re.M))

    def series(self):
        return len(re.findall(r"^[^#]", self.text, re.M))

    def histogram(self, name):
        """Upper bounds and how many came under each."""
        return {
            float(bound): float(value)
            for bound, value in re.findall(
                rf'^{name}_bucket\{{.*le="([^"]+)"\}} (\S+)$', self.text, re.M
            )
        }

    def failures(self):
        """Requests that came to nothing, by outcome."""
        outcomes = re.findall(
            r'^tenantscope_authority_requests_total\{.*outcome="(\w+)"\} (\S+)$', self.text, re.M
        )
        return {
            outcome: float(value)
            for outcome, value in outcomes
            if float(value) and outcome not in ("found", "not_found")
        }


def quantile_bound(now, before, quantile):
    """The bound of the histogram's bucket in which the quantile of what came in between lies."""
    grown = {bound: now[bound] - before.get(bound, 0) for bound in now}
    total = max(grown.values())
    return min(bound for bound in grown if grown[bound] >= quantile * total)
