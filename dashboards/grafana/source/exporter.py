"""How tenantscope itself is doing: authorities, deliveries, storage, process."""
from grafana import *

WHO = "{{instance}}"


def once(name, expr, what):
    return annotation(name, f"max by (instance) ({expr})", WHO, what, "instance", PURPLE)


def of_instance(metric, how="max"):
    return f"{how} by (instance) ({metric})"


STARTED = own("process_start_time_seconds{@}")
TAKEN_OVER = "tenantscope_config_last_reload_success_timestamp_seconds{@}"
CPU = own("rate(process_cpu_seconds_total{@}[$__rate_interval])")
OPEN_FILES = own("process_open_fds{@} / process_max_fds{@}")
REQUESTS = "rate(tenantscope_authority_requests_total{@}[$__rate_interval])"
PHASES = "sum by (le, phase) (rate(tenantscope_authority_request_phase_seconds_bucket{@}[$__rate_interval]))"
PERMITTED = "tenantscope_authority_requests_per_second{@}"
OUTBOX = "sum by (sink) (tenantscope_event_outbox_events{@})"
OLDEST = "time() - min by (sink) (tenantscope_event_outbox_oldest_timestamp_seconds{@})"

INSTANCES = {  # heading: (expression, width, properties)
    "Scraped": (
        of_instance(EXPORTERS, "min"),
        80,
        {"mappings": REACHABLE, "custom_cellOptions": COLOURED},
    ),
    "Storage": (
        of_instance("tenantscope_storage_up{@}", "min"),
        80,
        {"mappings": REACHABLE, "custom_cellOptions": COLOURED},
    ),
    "Configuration": (
        of_instance("tenantscope_config_last_reload_successful{@}", "min"),
        125,
        {"mappings": CONFIGURED, "custom_cellOptions": COLOURED},
    ),
    "Exposed": (
        of_instance("tenantscope_web_exposed{@}"),
        85,
        {"mappings": EXPOSED, "custom_cellOptions": COLOURED},
    ),
    "Tenants": (of_instance("tenantscope_tenants{@}", "sum"), 85, {"mappings": {}}),
    "Up for": ("time() - " + of_instance(STARTED), 100, {"unit": "s", "mappings": {}}),
    "Configured for": ("time() - " + of_instance(TAKEN_OVER), 125, {"unit": "s", "mappings": {}}),
    "CPU": (of_instance(CPU, "sum"), 80, {"unit": "percentunit", "mappings": {}}),
    "Open files": (of_instance(OPEN_FILES), 100, {"unit": "percentunit", "mappings": {}}),
    "Memory": (
        of_instance(own("process_resident_memory_bytes{@}")),
        95,
        {"unit": "bytes", "mappings": {}},
    ),
    "Virtual": (
        of_instance(own("process_virtual_memory_bytes{@}")),
        95,
        {"unit": "bytes", "mappings": {}},
    ),
}

VALUES = {f"Value #{chr(ord('A') + i)}": name for i, name in enumerate(INSTANCES)}
VIRTUAL = list(VALUES)[-1]

panels = [
    heading("Now"),
    table(
        "Instances",
        "What runs and how it is, a row for each. Scraped: whether Prometheus reaches it. Storage: while it is down, changes stay pending and "
        "nothing is lost. Exposed: other machines can reach the web server without TLS or without a login. CPU: of one core. Open files: of those "
        "that it may have.",
        *(expr for expr, _, _ in INSTANCES.values()),
        "max by (instance, version, revision) (tenantscope_build_info{@})",
        columns={
            "instance": "Instance",
            **{field: name for field, name in VALUES.items() if field != VIRTUAL},
            "version": "Version",
            "revision": "Revision",
            VIRTUAL: VALUES[VIRTUAL],  # reserved, not used: far from what is used
        },
        size=(24, 6),
        sort=("Instance", False),
        overrides=[
            override(name, custom_width=width, **properties)
            for name, (_, width, properties) in INSTANCES.items()
        ]
        + widths({"Instance": 200, "Version": 110, "Revision": 110}),
    ),
    timeline(
        "Scrapes and storage",
        "When Prometheus reached each instance, and when its storage took what it had to write.",
        (of_instance(EXPORTERS, "min"), WHO + " scraped"),
        (of_instance("tenantscope_storage_up{@}", "min"), WHO + " storage"),
        size=(12, 8),
        words=REACHABLE,
    ),
    timeline(
        "Authority reachable",
        "Where tenants are asked. Down: it couldn't be reached several times in a row, and is tried once a second until it can.",
        ("min by (asked) (tenantscope_authority_up{@})", "{{asked}}"),
        size=(12, 8),
        words=REACHABLE,
    ),
    timeline(
        "Active replica",
        "Which instance asks, stores and delivers. Of those that share a storage it is one at a time; an instance whose storage isn't open yet isn't it, either.",
        (of_instance("tenantscope_replica_active{@}"), WHO),
        size=(12, 6),
        words=ACTIVE,
    ),
    bars(
        "Takeovers",
        "How often an instance came to be the active one of those that share a storage.",
        counted("tenantscope_takeovers_total", "instance"),
        WHO,
        size=(12, 6),
    ),
    graph(
        "Replicas",
        "Those that have a lease of a shared storage, by what they say of themselves.",
        ("max by (state) (tenantscope_replicas{@})", "{{state}}"),
        size=(12, 6),
        whole=True,
    ),
    graph(
        "Last word of a shared storage",
        "How long ago each instance was last answered that it lives; after a lease it knows nothing more of tenants.",
        (of_instance("tenantscope_storage_beat_age_seconds{@}"), WHO),
        size=(12, 6),
        unit="s",
    ),
    bars(
        "Refused as another one had taken over",
        "What a shared storage refused to take from an instance whose time was over. Nothing is lost by it.",
        counted("tenantscope_storage_fenced_total", "instance"),
        WHO,
        size=(12, 6),
    ),
    bars(
        "Disconnected from the storage",
        "Sessions that held a shared storage and didn't go on, as of a daemon that stands still: terminated for the others, or not, as the database didn't permit it.",
        counted("tenantscope_storage_blocking_sessions_total", "instance, result"),
        "{{instance}} {{result}}",
        size=(12, 6),
    ),
    bars(
        "Storage went back",
        "How often an instance found the storage to lack what was in it, as after a backup was restored.",
        counted("tenantscope_storage_rewinds_total", "instance"),
        WHO,
        size=(12, 6),
    ),
    timeline(
        "Configuration of replicas",
        "Whether each instance that shares its storage has the active one's configuration.",
        (of_instance("tenantscope_replica_config_matches{@}", "min"), WHO),
        size=(12, 6),
        words=MATCHES,
    ),
    timeline(
        "Replication of the storage",
        "Whether the active instance's PostgreSQL has a synchronous standby configured; with durability: checked alone.",
        (
            of_instance(
                "(tenantscope_storage_synchronous{@} and tenantscope_replica_active{@} == 1)",
                "min",
            ),
            WHO,
        ),
        size=(12, 6),
        words=SYNCHRONOUS,
    ),
    heading("Authorities (where tenants are asked)"),
    graph(
        "Pace against the limit",
        "Requests a second, and what the limiters permit (dashed): they go below the configured ceiling when the authority asks for it.",
        (per_second("tenantscope_authority_requests_total", "asked"), "{{asked}}"),
        (f"sum by (asked) ({PERMITTED})", "{{asked}} limit"),
        unit="reqps",
        overrides=[LIMIT],
    ),
    graph(
        "Use of the limit",
        "What part of the permitted requests was made; of several instances, by the one that makes most use of its own.",
        (
            f"max by (asked) (sum by (instance, asked) ({REQUESTS}) / min by (instance, asked) ({PERMITTED}))",
            "{{asked}}",
        ),
        unit="percentunit",
        limit=1,
    ),
    bars(
        "Requests by outcome",
        "What came of the requests: found and not_found are answers, the others are failures.",
        counted("tenantscope_authority_requests_total", "outcome") + " > 0",
        "{{outcome}}",
        names=OUTCOME_COLOURS,
    ),
    bars(
        "Throttling",
        "Answers by which an authority asked to be asked less.",
        counted("tenantscope_authority_throttled_total", "asked"),
        "{{asked}}",
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
        whole=True,
    ),
    bars(
        "Connections opened",
        "New connections. Connections are kept alive: only confirmations use fresh ones.",
        counted("tenantscope_authority_connections_opened_total", "asked"),
        "{{asked}}",
    ),
    graph(
        "Schedule lag",
        "How long after they were due probes began. It grows when there are more tenants than the limits let through.",
        *quantiles("tenantscope_schedule_lag_seconds"),
        unit="s",
    ),
    graph(
        "Open connections",
        "Connections to authorities that are open and kept.",
        (
            "sum by (asked, tls_version) (tenantscope_authority_connections{@})",
            "{{asked}} {{tls_version}}",
        ),
        whole=True,
    ),
    graph(
        "Where answers' time goes",
        "The median of each phase: dns, connect and tls where a connection was opened, first_byte (the authority's own), transfer.",
        ("histogram_quantile(0.5, " + PHASES + ")", "{{phase}}"),
        unit="s",
        overrides=colours(PHASE_COLOURS),
    ),
    bars(
        "Answers by status",
        "Answers by HTTP status. A tenant that isn't there is answered by 400.",
        counted("tenantscope_authority_responses_total", "code"),
        "{{code}}",
    ),
    graph(
        "Certificates left",
        "How long the certificate lasts that each authority, or a proxy that intercepts its TLS, has served last, and the web server's own.",
        (
            "min by (asked) (tenantscope_authority_certificate_expiry_timestamp_seconds{@}) - time()",
            "{{asked}}",
        ),
        (
            "min by (instance) (tenantscope_web_certificate_expiry_timestamp_seconds{@}) - time()",
            WHO + " web",
        ),
        unit="s",
        size=(24, 8),
    ),
    heading("Events and deliveries"),
    bars(
        "Events written",
        "Events written to the journal, by kind.",
        counted_or_none("tenantscope_events_total", "kind"),
        "{{kind}}",
        names=KIND_COLOURS,
    ),
    bars(
        "Deliveries",
        "Events that each sink has taken.",
        counted("tenantscope_event_deliveries_total", "sink"),
        "{{sink}}",
    ),
    bars(
        "Failed deliveries",
        "Attempts that failed, by reason; they are tried again.",
        counted_or_none("tenantscope_event_delivery_failures_total", "reason"),
        "{{reason}}",
        names=DELIVERY_COLOURS,
    ),
    graph(
        "Outbox",
        "Events that a sink hasn't taken yet.",
        (OUTBOX, "{{sink}}"),
        whole=True,
    ),
    graph(
        "Oldest undelivered event",
        "How long the oldest event has waited for its sink; from a quarter of an hour on (dashed) TenantscopeEventDeliveryStuck tells of it.",
        (f"{OLDEST} or 0 * {OUTBOX}", "{{sink}}"),
        unit="s",
        limit=900,
    ),
    bars(
        "Dropped events",
        "Events that retention took before a sink did, or that were damaged or gone.",
        counted("tenantscope_events_dropped_total", "sink"),
        "{{sink}}",
    ),
    bars(
        "Changes by instance",
        "Confirmed changes, by the instance that confirmed them: two that watch a tenant both do.",
        counted("tenantscope_changes_total", "instance"),
        WHO,
        size=(24, 6),
    ),
    heading("Storage and process"),
    graph(
        "Transactions",
        "Transactions a second that were committed.",
        (per_second("tenantscope_storage_commits_total", "instance"), WHO),
        size=(6, 8),
        unit="ops",
    ),
    bars(
        "Failed transactions",
        "Transactions that failed. What they held is tried again.",
        counted("tenantscope_storage_commit_failures_total", "instance"),
        WHO,
        size=(6, 8),
    ),
    bars(
        "Transactions in doubt",
        "Transactions that had no answer in time, which may have been committed all the same.",
        counted("tenantscope_storage_commits_in_doubt_total", "instance"),
        WHO,
        size=(6, 8),
    ),
    bars(
        "Calls not made",
        "Calls that failed at once, as the storage didn't answer those before.",
        counted("tenantscope_storage_calls_refused_total", "instance"),
        WHO,
        size=(6, 8),
    ),
    graph(
        "CPU",
        "Processor time used; 100 % is one core.",
        (of_instance(CPU, "sum"), WHO),
        size=(6, 8),
        unit="percentunit",
    ),
    graph(
        "Memory",
        "Memory in use (resident).",
        (of_instance(own("process_resident_memory_bytes{@}")), WHO),
        size=(6, 8),
        unit="bytes",
    ),
    graph(
        "Open files",
        "Open file descriptors, of those that the process may have.",
        (of_instance(OPEN_FILES), WHO),
        size=(6, 8),
        unit="percentunit",
    ),
    bars(
        "Damaged rows",
        "Stored rows that were found damaged: none is believed, shown or sent. The log has those of a start.",
        counted("tenantscope_storage_damaged_rows_total", "instance"),
        WHO,
        size=(6, 8),
    ),
    bars(
        "Web clients refused",
        "Clients that were refused, or whose connection or long poll was ended for others, by reason. Scrapes have seats of their own.",
        counted_or_none("tenantscope_web_refused_total", "reason"),
        "{{reason}}",
        names=REFUSED_COLOURS,
        size=(6, 8),
    ),
    graph(
        "Web requests",
        "Requests a second that were answered, by the answer's status.",
        (per_second("tenantscope_web_requests_total", "code"), "{{code}}"),
        size=(6, 8),
        unit="reqps",
    ),
    bars(
        "Logins",
        "Passwords that were right (success), wrong (failure), or not looked at as too many were wrong (locked). The log's lines with logger=audit say whose.",
        counted_or_none("tenantscope_web_logins_total", "result"),
        "{{result}}",
        names=LOGIN_COLOURS,
        size=(6, 8),
    ),
    bars(
        "Log lines dropped",
        "Lines that were lost, as standard error wasn't read.",
        counted("tenantscope_log_lines_dropped_total", "instance"),
        WHO,
        size=(6, 8),
    ),
    bars(
        "Failed reloads",
        "Reloads of the configuration that left the last good one in force.",
        counted("tenantscope_config_reload_failures_total", "instance"),
        WHO,
        size=(6, 8),
    ),
]

annotations = [
    once("Starts", STARTED, "started"),
    once("Reloads", TAKEN_OVER, "took a configuration over"),
]

dashboard = dashboard(
    "tenantscope-exporter",
    "Exporter",
    "How tenantscope itself is doing: authorities, limits, deliveries, storage, process.",
    panels,
    annotations=annotations,
)
