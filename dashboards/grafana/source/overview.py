"""Where everything stands, and what needs a look."""
from grafana import *

TENANT = "tenant, asked"

NEEDS_A_LOOK = " or ".join(
    [
        'label_replace(max by (tenant, asked, reason) (tenantscope_tenant_failure_info{@}), "problem", "last probe failed: $1", "reason", "(.*)")',
        'label_replace(max by (tenant, asked) (tenantscope_tenant_stale{@}) == 1, "problem", "nothing heard for too long", "", "")',
        'label_replace(max by (tenant, asked) (tenantscope_tenant_change_pending{@}) == 1, "problem", "a change awaits confirmation", "", "")',
        "label_replace(min by (tenant, asked, expectation) (tenantscope_tenant_expectation_met{@}) == 0, "
        '"problem", "not as expected: $1", "expectation", "(.*)")',
    ]
)

BY_STATE = "sum by (state) (max by (tenant, asked, state) (tenantscope_tenant_b2b_capability{@}))"
COLOURED_TEXT = {"type": "color-text"}

panels = [
    heading("Now"),
    stat(
        "Tenants by B2B capability",
        "How many tenants support B2B collaboration, don't, or are in a state that says neither.",
        BY_STATE,
        "{{state}}",
        size=(9, 4),
        text="value_and_name",
        overrides=colours(STATE_COLOURS),
    ),
    stat(
        "Tenants",
        "Tenants that are watched; one that is asked in two clouds counts twice.",
        "count(count by (tenant, asked) (tenantscope_tenant_b2b_capability{@}))",
        "tenants",
        size=(3, 4),
    ),
    stat(
        "Not found",
        "Tenants that don't exist in the cloud where they are asked.",
        "sum(1 - min by (tenant, asked) (tenantscope_tenant_found{@}))",
        "tenants",
        size=(3, 4),
        steps={None: GREEN, 1: ORANGE},
    ),
    stat(
        "Pending",
        "Tenants of which a change was seen that awaits its confirmation.",
        "sum(max by (tenant, asked) (tenantscope_tenant_change_pending{@}))",
        "tenants",
        size=(3, 4),
        steps={None: GREEN, 1: ORANGE},
    ),
    stat(
        "Failing",
        "Tenants whose last probe failed. What was known of them before stays in force.",
        "sum(1 - min by (tenant, asked) (tenantscope_tenant_up{@}))",
        "tenants",
        size=(3, 4),
        steps={None: GREEN, 1: RED},
    ),
    stat(
        "Stale",
        "Tenants of which nothing was heard for longer than `stale_after`: what is shown of them may be out of date.",
        "sum(max by (tenant, asked) (tenantscope_tenant_stale{@}))",
        "tenants",
        size=(3, 4),
        steps={None: GREEN, 1: RED},
    ),
    table(
        "Tenants by region scope",
        "tenant_region_scope and tenant_region_sub_scope as documents show them; (none): a document without one.",
        f"count by (scope, sub_scope) ({named_scope('max by (tenant, asked, scope, sub_scope) (tenantscope_tenant_region_scope{@})')})",
        columns={"scope": "Region scope", "sub_scope": "Sub scope", "Value": "Tenants"},
        size=(8, 10),
        sort=("Tenants", True),
    ),
    stat(
        "Pairs by verdict",
        "Declared collaborations: whether the host can invite the guest. The dashboard Collaborations shows which.",
        f"sum by (state) (max by (collaboration, host_tenant, guest_tenant, state) (tenantscope_collaboration_capability{{@, {NEW_NAMES}}}))",
        "{{state}}",
        size=(8, 10),
        text="value_and_name",
        overrides=colours(STATE_COLOURS),
        noValue="none declared",
    ),
    table(
        "Needs a look",
        "Tenants that fail, are stale, await the confirmation of a change, or aren't as the configuration expects them.",
        NEEDS_A_LOOK,
        columns={"tenant": "Tenant", "asked": "Asked", "problem": "Problem"},
        size=(8, 10),
        sort=("Tenant", False),
        overrides=[override("Tenant", links=tenant_link("${__data.fields.Tenant}"))],
    ),
    heading("Over time"),
    graph(
        "Tenants by B2B capability over time",
        "How many tenants were in each state. Orange marks are confirmed changes.",
        (BY_STATE, "{{state}}"),
        size=(12, 8),
        stacked=True,
        overrides=colours(STATE_COLOURS),
    ),
    graph(
        "Confirmed changes",
        "Confirmed changes by field. Prometheus estimates them over a few scrapes: fractions are normal, "
        "and each shows for about a minute; `tenantscope events` has each.",
        ("sum by (field) (increase(tenantscope_changes_total{@}[$__rate_interval]))", "{{field}}"),
        size=(12, 8),
        style="bars",
        stacked=True,
    ),
    heading("Tenants"),
    table(
        "Every tenant",
        "Click a name for its history. " + ENVIRONMENT_LIMIT,
        "max by (tenant, asked, cloud, environment, tenant_id) (tenantscope_tenant_info{@})",
        "max by (tenant, asked, scope, sub_scope) (tenantscope_tenant_region_scope{@})",
        b2b(TENANT),
        f"min by ({TENANT}) (tenantscope_tenant_found{{@}})",
        f"min by ({TENANT}) (tenantscope_tenant_up{{@}})",
        f"max by ({TENANT}) (tenantscope_tenant_change_pending{{@}})",
        f"max by ({TENANT}) (tenantscope_tenant_stale{{@}})",
        f"max by ({TENANT}) (tenantscope_tenant_last_success_timestamp_seconds{{@}}) * 1000",
        f"max by ({TENANT}) (tenantscope_tenant_last_change_timestamp_seconds{{@}}) * 1000",
        columns={
            "tenant": "Tenant",
            "asked": "Asked",
            "Value #C": "B2B",
            "environment": "Environment",
            "scope": "Region scope",
            "sub_scope": "Sub scope",
            "Value #D": "Presence",
            "Value #E": "Last probe",
            "Value #F": "Pending",
            "Value #G": "Stale",
            "Value #H": "Last answer",
            "Value #I": "Last change",
            "cloud": "Cloud",
            "tenant_id": "Tenant ID",
        },
        sort=("Tenant", False),
        size=(24, 12),
        overrides=[
            override("Tenant", links=tenant_link("${__data.fields.Tenant}")),
            override("B2B", mappings=B2B, custom_cellOptions=COLOURED),
            override("Environment", mappings=ENVIRONMENT),
            override("Presence", mappings=FOUND, custom_cellOptions=COLOURED_TEXT),
            override("Last probe", mappings=UP, custom_cellOptions=COLOURED_TEXT),
            override("Pending", mappings=YES_NO, custom_cellOptions=COLOURED_TEXT),
            override("Stale", mappings=YES_NO, custom_cellOptions=COLOURED_TEXT),
            override("Last answer", unit="dateTimeFromNow"),
            override("Last change", unit="dateTimeFromNow"),
        ],
    ),
]

dashboard = dashboard(
    "tenantscope-overview",
    "Overview",
    "Which tenants support B2B collaboration, what changed, and what needs a look.",
    panels,
)
