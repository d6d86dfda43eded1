"""One tenant: what holds, since when, and how it is heard."""
from grafana import *

SCOPE = named_scope("max by (scope, sub_scope) (tenantscope_tenant_region_scope{@})")
CHANGED_AT = "max by (field) (tenantscope_tenant_last_change_timestamp_seconds{@}) * 1000"
FOUND_NOW = "min by (tenant) (tenantscope_tenant_found{@})"
UP_NOW = "min by (tenant) (tenantscope_tenant_up{@})"
PENDING_NOW = "max by (tenant) (tenantscope_tenant_change_pending{@})"

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
        SCOPE,
        "{{scope}} {{sub_scope}}",
        text="name",
        noValue="unknown",
    ),
    stat(
        "Presence",
        "Whether the tenant exists in the cloud that is asked.",
        FOUND_NOW,
        "presence",
        words=FOUND,
        noValue="never answered",
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
        "How long ago a probe gave a valid answer.",
        "time() - max by (tenant) (tenantscope_tenant_last_success_timestamp_seconds{@})",
        "ago",
        unit="s",
        noValue="never",
    ),
    stat(
        "Last change",
        "How long ago a change was confirmed.",
        "time() - max by (tenant) (tenantscope_tenant_last_change_timestamp_seconds{@})",
        "ago",
        unit="s",
        noValue="never",
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
        size=(12, 4),
        overrides=[override("Environment", mappings=ENVIRONMENT)],
    ),
    stat(
        "Expectations",
        "Whether the tenant is as `expect` in the configuration says.",
        "min by (expectation) (tenantscope_tenant_expectation_met{@})",
        "{{expectation}}",
        size=(4, 4),
        text="value_and_name",
        words=MET,
        noValue="none declared",
    ),
    stat(
        "B2B before",
        "What the B2B capability was before its last change, and how long ago that was confirmed.",
        "time() - max by (state) (tenantscope_tenant_b2b_capability_left_timestamp_seconds{@})",
        "{{state}}",
        text="value_and_name",
        unit="s",
        noValue="not known",
    ),
    stat(
        "Pending change",
        "Whether a different answer was seen that awaits its confirmation.",
        PENDING_NOW,
        "pending",
        words=YES_NO,
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
        "the later one. `tenantscope events --tenant=` has each, with what it was before and after.",
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
    graph(
        "Failed probes",
        "Failed probes a second.",
        (
            "sum by (instance) (rate(tenantscope_tenant_probe_failures_total{@}[$__rate_interval]))",
            "{{instance}}",
        ),
        unit="ops",
    ),
    timeline(
        "Why probes failed",
        "The reason of the last probe's failure, while it lasts. Empty is good.",
        ("max by (reason) (tenantscope_tenant_failure_info{@})", "{{reason}}"),
        size=(8, 8),
        words={1: ("failing", RED)},
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
)
