"""What tenantscope is compared with: the programs that do the same, and those that show how little it can cost."""
import json, os, re, urllib.parse, urllib.request

from machine import LOAD, MEASURED, Process, cpu, free_port, program, spent_by
from origin import names, path

LUA = """
local list, i = {}, 0
init = function()
  for line in io.lines("@LIST@") do list[#list + 1] = wrk.format("GET", line) end
end
request = function()
  i = i % #list + 1
  return list[i]
end
"""


class Paths:
    """What the load generators ask for, in turn: `prefix` + path of each tenant."""

    def __init__(self, folder, name, lines):
        self.list, self.script = os.path.join(folder, name + ".txt"), os.path.join(
            folder, name + ".lua"
        )
        with open(self.list, "w") as f:
            f.writelines(line + "\n" for line in lines)
        with open(self.script, "w") as f:
            f.write(LUA.replace("@LIST@", self.list))


def tenant_paths(folder, tenants):
    return Paths(folder, f"paths{tenants}", [path(name) for name in names(tenants)])


def wrk(url, paths, seconds, connections=16, core=MEASURED):
    """(requests answered with 200, CPU seconds, wall seconds)."""
    used, wall, text = spent_by(
        program("wrk") + ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", paths.script, url], core
    )
    if "Non-2xx" in text:
        raise RuntimeError("wrk: " + text)
    return int(re.search(r"(\d+) requests in", text).group(1)), used, wall


def h2load(
    origin_url, paths, requests, http1=False, clients=1, streams=100, rate=None, core=MEASURED
):
    """(requests answered with 2xx, CPU seconds, wall seconds); `rate`: requests per second in all."""
    urls = paths.list + f".{'h1' if http1 else 'h2'}-urls"
    with open(paths.list) as lines, open(urls, "w") as f:
        f.writelines(origin_url + line for line in lines)
    command = program("h2load") + ["-t1", f"-c{clients}", f"-n{requests}", "-i", urls]
    command += ["--h1"] if http1 else [f"-m{streams}"]
    if rate:
        command.append(f"--rps={rate / clients:g}")
    used, wall, text = spent_by(command, core)
    return int(re.search(r"status codes: (\d+) 2xx", text).group(1)), used, wall


def new_connections(origin_url, paths, requests, ca_file):
    """curl with a new TLS connection and session for each: (requests, CPU seconds, wall seconds)."""
    urls = paths.list + ".curl"
    with open(paths.list) as lines, open(urls, "w") as f:
        f.writelines(
            f'url = "{origin_url}{line.strip()}"\noutput = "/dev/null"\n'
            for line, _ in zip(lines, range(requests))
        )
    command = program("curl") + [
        "-sS",
        "--fail",
        "--http1.1",
        "--no-sessionid",
        "--cacert",
        ca_file,
        "-H",
        "Connection: close",
        "-K",
        urls,
    ]
    used, wall, _ = spent_by(command)
    return requests, used, wall


class Blackbox(Process):
    """prometheus-blackbox-exporter with a module that asks for what tenantscope looks at."""

    def __init__(self, folder, ca_file):
        self.folder, self.port = folder, free_port()
        with open(folder + "/blackbox.yml", "w") as f:
            f.write(
                f"""modules:
  tenant:
    prober: http
    timeout: 10s
    http:
      preferred_ip_protocol: ip4
      valid_status_codes: [200]
      fail_if_not_ssl: true
      fail_if_body_not_matches_regexp:
        - '"tenant_region_scope":"(NA|EU|AS|WW|USG|USGov)"'
        - '"issuer":"https://login\\.microsoftonline\\.com/[0-9a-f-]{{36}}/v2\\.0"'
      tls_config: {{ca_file: {ca_file}}}
"""
            )
        command = program("prometheus-blackbox-exporter") + [
            f"--config.file={folder}/blackbox.yml",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=error",
        ]
        super().__init__("blackbox", command, MEASURED, folder)
        self.awaiting(self.answers, "its first answer")

    def answers(self):
        try:
            return urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/-/healthy", timeout=5
            ).read()
        except OSError:
            return None

    def probes(self, origin, port, tenants):
        return Paths(
            self.folder,
            "probes",
            ["/probe?module=tenant&target=" + origin.url(port, name) for name in names(tenants)],
        )

    def saturated(self, paths, seconds):
        """CPU seconds per probe."""
        before = cpu(self.pid)
        probes, _, _ = wrk(f"http://127.0.0.1:{self.port}", paths, seconds, core=LOAD)
        return (cpu(self.pid) - before) / probes

    def paced(self, paths, rate, seconds):
        before = cpu(self.pid)
        probes, _, _ = h2load(
            f"http://127.0.0.1:{self.port}",
            paths,
            rate * seconds,
            http1=True,
            clients=8,
            rate=rate,
            core=LOAD,
        )
        return (cpu(self.pid) - before) / probes


class Prometheus(Process):
    """A real Prometheus with one job."""

    def __init__(self, folder, job, interval, core=LOAD):
        self.port = free_port()
        home = os.path.join(folder, f"prometheus{self.port}")
        os.makedirs(home)
        with open(home + "/prometheus.yml", "w") as f:
            f.write(
                f"global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s}}\nscrape_configs: [{json.dumps(job)}]\n"
            )
        super().__init__(
            "prometheus",
            program("prometheus")
            + [
                f"--config.file={home}/prometheus.yml",
                f"--storage.tsdb.path={home}/tsdb",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=warn",
            ],
            core,
            home,
        )
        self.awaiting(lambda: self.ask("vector(1)") is not None, "its first answer")

    def ask(self, query):
        """The value of a query's first sample."""
        try:
            url = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode(
                {"query": query}
            )
            with urllib.request.urlopen(url, timeout=60) as answer:
                result = json.loads(answer.read())["data"]["result"]
        except OSError:
            return None
        return float(result[0]["value"][1]) if result else None


def target_job(url):
    return {"job_name": "measured", "static_configs": [{"targets": [url.removeprefix("http://")]}]}


def probe_job(blackbox, urls, folder):
    """Every tenant through blackbox_exporter, as its README says."""
    targets = os.path.join(folder, "targets.json")
    with open(targets, "w") as f:
        json.dump([{"targets": urls}], f)
    return {
        "job_name": "measured",
        "metrics_path": "/probe",
        "params": {"module": ["tenant"]},
        "file_sd_configs": [{"files": [targets]}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": f"127.0.0.1:{blackbox.port}"},
        ],
    }
