"""How tenantscope itself is doing: authorities, deliveries, storage, process."""
from grafana import *

REACHABLE = {0: ("down", RED), 1: ("up", GREEN)}
WHO = "{{instance}}"


def per_second(metric, by):
    return f"sum by ({by}) (rate({metric}{{@}}[$__rate_interval]))"


def quantiles(metric, by=""):
    return [
        (
            f"histogram_quantile({q}, sum by (le{by}) (rate({metric}_bucket{{@}}[$__rate_interval])))",
            f"{'{{asked}} ' if by else ''}{name}",
        )
        for q, name in ((0.5, "median"), (0.99, "99 %"))
    ]


def own(expr):
    """Of `process_*`, which every exporter has: only tenantscope's."""
    return f"{expr} and on (job, instance) tenantscope_build_info{{@}}"


def once(name, expr, what):
    return annotation(name, f"max by (instance) ({expr})", WHO, what, "instance", PURPLE)


STARTED = own("process_start_time_seconds{@}")
CONFIGURED = "tenantscope_config_last_reload_success_timestamp_seconds{@}"

panels = [
    heading("Now"),
    stat(
        "Scraped",
        "Whether Prometheus reaches the exporters that it saw in this time range.",
        "min by (instance) (up{@} and on (job, instance) present_over_time(tenantscope_build_info{@}[$__range]))",
        WHO,
        words=REACHABLE,
        text="value_and_name",
    ),
    stat(
        "Storage",
        "Whether the last transaction was committed. While it isn't, changes stay pending and nothing is lost.",
        "min by (instance) (tenantscope_storage_up{@})",
        WHO,
        words=REACHABLE,
        text="value_and_name",
    ),
    stat(
        "Configuration",
        "Whether the configuration in force is the one that was read last.",
        "min by (instance) (tenantscope_config_last_reload_successful{@})",
        WHO,
        words={0: ("reload failed", RED), 1: ("in force", GREEN)},
        text="value_and_name",
    ),
    stat(
        "Exposed",
        "Whether other machines can reach the web server without TLS or without a login.",
        "max by (instance) (tenantscope_web_exposed{@})",
        WHO,
        words={0: ("no", GREEN), 1: ("exposed", ORANGE)},
        text="value_and_name",
    ),
    stat(
        "Configuration's age",
        "How long ago a configuration was taken over.",
        f"time() - max by (instance) ({CONFIGURED})",
        WHO,
        unit="s",
    ),
    stat(
        "Running for",
        "How long ago the process started.",
        f"time() - max by (instance) ({STARTED})",
        WHO,
        unit="s",
    ),
    stat(
        "Tenants watched",
        "Tenants in each instance's configuration.",
        "sum by (instance) (tenantscope_tenants{@})",
        WHO,
    ),
    table(
        "Versions",
        "What is running.",
        "max by (instance, version, revision, compiler) (tenantscope_build_info{@})",
        columns={
            "instance": "Instance",
            "version": "Version",
            "revision": "Revision",
            "compiler": "Compiler",
        },
        size=(24, 4),
    ),
    heading("Authorities (where tenants are asked)"),
    timeline(
        "Authority reachable",
        "Down: it couldn't be reached several times in a row, and is tried once a second until it can.",
        ("min by (asked) (tenantscope_authority_up{@})", "{{asked}}"),
        size=(12, 8),
        words=REACHABLE,
    ),
    graph(
        "Pace against the limit",
        "Requests a second, and what the limiter permits: it goes below the configured ceiling when the authority asks for it.",
        (per_second("tenantscope_authority_requests_total", "asked"), "{{asked}}"),
        ("min by (asked) (tenantscope_authority_requests_per_second{@})", "{{asked}} limit"),
        size=(12, 8),
        unit="reqps",
    ),
    graph(
        "Requests by outcome",
        "What came of the requests: found and not_found are answers, the others are failures.",
        (per_second("tenantscope_authority_requests_total", "outcome") + " > 0", "{{outcome}}"),
        unit="reqps",
        stacked=True,
        overrides=colours({"found": GREEN, "not_found": BLUE, "throttled": YELLOW}),
    ),
    graph(
        "Throttling",
        "Answers a second by which an authority asked to be asked less.",
        (per_second("tenantscope_authority_throttled_total", "asked"), "{{asked}}"),
        unit="reqps",
    ),
    graph(
        "Request duration",
        "How long answers took.",
        *quantiles("tenantscope_authority_request_duration_seconds", ", asked"),
        unit="s",
    ),
    graph(
        "Requests under way",
        "Requests that were under way at the moment of the scrape.",
        ("sum by (asked) (tenantscope_authority_in_flight_requests{@})", "{{asked}}"),
        unit="short",
    ),
    graph(
        "Connections opened",
        "New connections a second. Connections are kept alive: only confirmations use fresh ones.",
        (per_second("tenantscope_authority_connections_opened_total", "asked"), "{{asked}}"),
        unit="cps",
    ),
    graph(
        "Schedule lag",
        "How long after they were due probes began. It grows when there are more tenants than the limits let through.",
        *quantiles("tenantscope_schedule_lag_seconds"),
        unit="s",
    ),
    heading("Events and deliveries"),
    graph(
        "Events written",
        "Events a second written to the journal, by kind.",
        (per_second("tenantscope_events_total", "kind"), "{{kind}}"),
        unit="ops",
    ),
    graph(
        "Deliveries",
        "Events a second that each sink has taken.",
        (per_second("tenantscope_event_deliveries_total", "sink"), "{{sink}}"),
        unit="ops",
    ),
    graph(
        "Failed deliveries",
        "Attempts a second that failed; they are tried again.",
        (
            per_second("tenantscope_event_delivery_failures_total", "sink, reason") + " > 0",
            "{{sink}}: {{reason}}",
        ),
        unit="ops",
        noValue="no failures",
    ),
    graph(
        "Outbox",
        "Events that a sink hasn't taken yet.",
        ("sum by (sink) (tenantscope_event_outbox_events{@})", "{{sink}}"),
        unit="short",
    ),
    graph(
        "Oldest undelivered event",
        "How long the oldest event has waited for its sink. Nothing is good.",
        (
            "time() - min by (sink) (tenantscope_event_outbox_oldest_timestamp_seconds{@})",
            "{{sink}}",
        ),
        unit="s",
        noValue="all delivered",
    ),
    graph(
        "Dropped events",
        "Events that retention took before a sink did, or that were damaged or gone.",
        (
            "sum by (sink) (increase(tenantscope_events_dropped_total{@}[$__rate_interval]))",
            "{{sink}}",
        ),
        unit="short",
        style="bars",
    ),
    heading("Storage and process"),
    graph(
        "Transactions",
        "Transactions a second, committed and failed. What a failed one held is tried again.",
        (per_second("tenantscope_storage_commits_total", "instance"), WHO + " committed"),
        (per_second("tenantscope_storage_commit_failures_total", "instance"), WHO + " failed"),
        size=(6, 8),
        unit="ops",
    ),
    graph(
        "CPU",
        "Processor time used; 100 % is one core.",
        (f"sum by (instance) ({own('rate(process_cpu_seconds_total{@}[$__rate_interval])')})", WHO),
        size=(6, 8),
        unit="percentunit",
    ),
    graph(
        "Memory",
        "Memory in use (resident) and reserved (virtual).",
        (f"max by (instance) ({own('process_resident_memory_bytes{@}')})", WHO + " resident"),
        (f"max by (instance) ({own('process_virtual_memory_bytes{@}')})", WHO + " virtual"),
        size=(6, 8),
        unit="bytes",
    ),
    graph(
        "Open files",
        "Open file descriptors, of those that the process may have.",
        (f"max by (instance) ({own('process_open_fds{@} / process_max_fds{@}')})", WHO),
        size=(6, 8),
        unit="percentunit",
    ),
    graph(
        "Damaged rows",
        "Stored rows that were found damaged: none is believed, shown or sent. The log has those of a start.",
        (
            "sum by (instance) (increase(tenantscope_storage_damaged_rows_total{@}[$__rate_interval]))",
            WHO,
        ),
        size=(8, 8),
        unit="short",
        style="bars",
        noValue="none",
    ),
    graph(
        "Web clients refused",
        "Clients a second that were refused, or whose connection or long poll was ended for others, by reason. Scrapes have seats of their own.",
        (per_second("tenantscope_web_refused_total", "reason"), "{{reason}}"),
        size=(8, 8),
        unit="ops",
        noValue="none",
    ),
    graph(
        "Web requests",
        "Requests a second that were answered, by the answer's status.",
        (per_second("tenantscope_web_requests_total", "code"), "{{code}}"),
        size=(8, 8),
        unit="ops",
    ),
    graph(
        "Logins refused",
        "Passwords a second that were wrong (failure) or not looked at as too many were (locked). The log's lines with logger=audit say whose.",
        (
            'sum by (result) (rate(tenantscope_web_logins_total{@, result!="success"}[$__rate_interval]))',
            "{{result}}",
        ),
        size=(8, 8),
        unit="ops",
        noValue="none",
    ),
    graph(
        "Log lines dropped",
        "Lines that were lost, as standard error wasn't read.",
        (
            "sum by (instance) (increase(tenantscope_log_lines_dropped_total{@}[$__rate_interval]))",
            WHO,
        ),
        size=(8, 8),
        unit="short",
        style="bars",
        noValue="none",
    ),
]

annotations = [
    once("Starts", STARTED, "started"),
    once("Reloads", CONFIGURED, "took a configuration over"),
]

dashboard = dashboard(
    "tenantscope-exporter",
    "Exporter",
    "How tenantscope itself is doing: authorities, limits, deliveries, storage, process.",
    panels,
    annotations=annotations,
)
