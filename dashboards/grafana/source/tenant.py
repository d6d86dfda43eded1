"""One tenant: what holds, since when, and how it is heard."""
from grafana import *

SCOPE = named_scope("max by (scope, sub_scope) (tenantscope_tenant_region_scope{@})")
CHANGED_AT = "max by (field) (tenantscope_tenant_last_change_timestamp_seconds{@}) * 1000"
FOUND_NOW = "min by (tenant) (tenantscope_tenant_found{@})"
UP_NOW = "min by (tenant) (tenantscope_tenant_up{@})"
PENDING_NOW = "max by (tenant) (tenantscope_tenant_change_pending{@})"
LEFT = "max by (state) (tenantscope_tenant_b2b_capability_left_timestamp_seconds{@})"

WATCHED = "group(tenantscope_tenant_b2b_capability{@})"  # and the exporter answers


def otherwise(expr, value, label="", words=""):
    return else_words(expr, value, label, words, WATCHED)


def since(metric):
    return otherwise(f"time() - max by (tenant) ({metric}{{@}})", -1)


def of_pairs(state):
    """The pairs whose host or guest it is: by its name alone, where that is asked in one cloud, or with the cloud."""
    return " or ".join(
        "max by (collaboration, host_tenant, guest_tenant) "
        f'({VERDICTS_OF_ALL}, state="{state}", {member}_tenant="{name}"}})'
        for member in ("host", "guest")
        for name in ("$tenant", "$tenant@$asked")
    )


PAIRS = " + ".join(
    f"{number} * ({of_pairs(state)})"
    for number, state in ((1, "supported"), (2, "conditional"), (3, "not_supported"))
)
AGES = {-1: ("never", GREY)}

panels = [
    heading("$tenant (asked in $asked) now"),
    stat(
        "B2B capability",
        "Whether this tenant supports B2B collaboration, by the published rules. Supported doesn't mean allowed: "
        "both tenants' cross-tenant access settings decide, and they can't be seen from outside.",
        b2b("tenant"),
        "B2B",
        words=B2B,
    ),
    stat(
        "Region scope",
        "tenant_region_scope and tenant_region_sub_scope as the document shows them; (none): a document without one.",
        otherwise(SCOPE, 0, "scope", "not known"),
        "{{scope}} {{sub_scope}}",
        text="name",
    ),
    stat(
        "Presence",
        "Whether the tenant exists in the cloud that is asked. Not known: it has never answered.",
        otherwise(FOUND_NOW, -1),
        "presence",
        words=FOUND,
    ),
    stat(
        "Last probe",
        "Whether the last probe gave a valid answer. A failed probe changes nothing of what is known.",
        UP_NOW,
        "last probe",
        words=UP,
    ),
    stat(
        "Last answer",
        "How long ago a probe gave a valid answer: yellow from half an hour on, red from an hour on, which is `stale_after` unless configured.",
        since("tenantscope_tenant_last_success_timestamp_seconds"),
        "ago",
        unit="s",
        words=AGES,
        steps={None: GREEN, 1800: YELLOW, 3600: RED},
    ),
    stat(
        "Last change",
        "How long ago a change was confirmed: orange for a day, yellow for a week.",
        since("tenantscope_tenant_last_change_timestamp_seconds"),
        "ago",
        unit="s",
        words=AGES,
        steps={None: ORANGE, 86400: YELLOW, 7 * 86400: BLUE},
    ),
    table(
        "Identity",
        "The cloud, the environment and the tenant ID that the document shows, and the labels from the configuration; where a pin isn't met, "
        "also who answers instead. " + ENVIRONMENT_LIMIT,
        "max without (job, instance) (tenantscope_tenant_info{@}) or max without (job, instance) (tenantscope_tenant_answering_info{@})",
        columns={
            "tenant": "Tenant",
            "asked": "Asked",
            "cloud": "Cloud",
            "environment": "Environment",
            "tenant_id": "Tenant ID",
            "pin": "Instead of the pin",
        },
        rest=True,
        size=(24, 4),
        overrides=[
            override("Environment", mappings=ENVIRONMENT),
            *widths(
                {
                    "Tenant": 220,
                    "Asked": 90,
                    "Cloud": 90,
                    "Environment": 160,
                    "Tenant ID": 316,
                    "Instead of the pin": 316,
                }
            ),
        ],
    ),
    stat(
        "Expectations",
        "Whether the tenant is as `expect` in the configuration says.",
        otherwise(
            "min by (expectation) (tenantscope_tenant_expectation_met{@})",
            -1,
            "expectation",
            "none declared",
        ),
        "{{expectation}}",
        size=(8, 4),
        text="value_and_name",
        words=MET,
    ),
    stat(
        "B2B before",
        "What the B2B capability was before its last change, and how long ago that was confirmed.",
        otherwise(f"time() - {LEFT}", -1, "state", "not known"),
        "{{state}}",
        size=(8, 4),
        text="value_and_name",
        unit="s",
        words={-1: ("–", GREY)},
    ),
    stat(
        "Pending change",
        "Whether a different answer was seen that awaits its confirmation.",
        PENDING_NOW,
        "pending",
        words=YES_NO,
    ),
    stat(
        "Availability",
        "What part of the time range's scrapes saw that the last probe had succeeded; scrapes that failed aren't counted.",
        f"max by (tenant) (avg_over_time(tenantscope_tenant_up{{@}}[$__range])) and on () {WATCHED}",
        "answered",
        unit="percentunit",
        steps={None: RED, 0.9: ORANGE, 0.99: GREEN},
    ),
    pairs_table(
        "Pairs with this tenant",
        "Declared pairs of which it is the host or the guest. Click one for its history.",
        f"({PAIRS})",
        size=(24, 7),
    ),
    table(
        "Firing alerts",
        "Of this tenant, as Prometheus has them; click one for its runbook. Empty is good where the rules of dashboards/prometheus run.",
        f'max by (alertname, severity, guest_tenant) ({FIRING}, tenant="$tenant", asked=~"$asked|"}})',
        columns={"severity": "Severity", "alertname": "Alert", "guest_tenant": "Guest"},
        size=(24, 5),
        sort=("Severity", False),
        overrides=[
            override("Alert", links=RUNBOOK_LINK),
            override("Severity", mappings=SEVERITY, custom_cellOptions=COLOURED_TEXT),
            *widths({"Severity": 90, "Alert": 298}),
        ],
    ),
    heading("Over time"),
    timeline(
        "Region scope over time",
        "Which scope was in force when; (none): a document without one.",
        (SCOPE, "{{scope}} {{sub_scope}}"),
        size=(24, 5),
        words={1: ("in force", BLUE)},
    ),
    timeline(
        "B2B, presence and probes over time",
        "Green is good, red and orange aren't, grey is unknown or idle.",
        (b2b("tenant"), "B2B"),
        (FOUND_NOW, "presence"),
        (UP_NOW, "last probe"),
        (PENDING_NOW, "change pending"),
        ("max by (tenant) (tenantscope_tenant_stale{@})", "stale"),
        size=(24, 8),
        words=B2B,
        overrides=[
            override("presence", mappings=FOUND),
            override("last probe", mappings=UP),
            override("change pending", mappings=YES_NO),
            override("stale", mappings=YES_NO),
        ],
    ),
    table(
        "Changes in this time range",
        "Confirmed changes as the scrapes saw them: of two changes of a field between two scrapes "
        "the later one; orange marks say from what to what. `tenantscope events --tenant=` has each, with what it was before and after.",
        CHANGED_AT + " > $__from",
        columns={"Value": "When", "field": "What changed"},
        instant=False,
        size=(12, 8),
        sort=("When", True),
        shape=[
            {
                "id": "groupBy",
                "options": {
                    "fields": {
                        "field": {"operation": "groupby", "aggregations": []},
                        "Value": {"operation": "groupby", "aggregations": []},
                    }
                },
            }
        ],
        overrides=[override("When", unit="dateTimeAsIso")],
    ),
    table(
        "Last change of each field",
        "Also from before this time range: it survives restarts. Fields that never changed aren't listed.",
        CHANGED_AT,
        columns={"Value": "When", "field": "What changed"},
        size=(12, 8),
        sort=("When", True),
        overrides=[override("When", unit="dateTimeAsIso")],
    ),
    heading("Probes"),
    graph(
        "Probe duration",
        "How long the last probe took.",
        ("max by (instance) (tenantscope_tenant_probe_duration_seconds{@})", "{{instance}}"),
        unit="s",
    ),
    bars(
        "Failed probes",
        "How many probes failed.",
        counted("tenantscope_tenant_probe_failures_total", "instance"),
        "{{instance}}",
    ),
    timeline(
        "Why probes failed",
        "The reason of the last probe's failure, while it lasts.",
        (
            otherwise(
                "max by (reason) (tenantscope_tenant_failure_info{@})", 0, "reason", "no failure"
            ),
            "{{reason}}",
        ),
        size=(8, 8),
        words={0: ("ok", GREEN), 1: ("failing", RED)},
    ),
]

seen = 'tenantscope_tenant_b2b_capability{job=~"$job", instance=~"$instance"'
variables = [
    variable("tenant", "Tenant", seen + "}", of_all=False),
    variable("asked", "Asked in cloud", seen + ', tenant="$tenant"}', of_all=False),
]

dashboard = dashboard(
    "tenantscope-tenant",
    "Tenant",
    "One tenant: its scope, whether it supports B2B collaboration, its changes and probes.",
    panels,
    variables=variables,
    matchers='tenant="$tenant", asked="$asked"',
    annotations=[changes(', tenant="$tenant", asked="$asked"')],
)
