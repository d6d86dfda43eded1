"""Where everything stands, and what needs a look."""
from choice import NEEDS_A_LOOK, chosen, each
from grafana import *

CAPABILITY = each(", state", "b2b_capability{@}")
BY_STATE = else_words(f"sum by (state) ({chosen(CAPABILITY)})", 0, "state", "none watched")
PAIRS = f"sum by (state) (max by (collaboration, host_tenant, guest_tenant, state) ({VERDICTS}}}))"
RULES_RUN = 'max(asked:tenantscope_tenant_up:avg{job=~"$job"})'
ALERTS_NOW = "alertname, severity, tenant, asked, host_tenant, guest_tenant, sink, instance"
UP = 'asked:tenantscope_tenant_up:avg{job=~"$job", asked=~"$asked_in"}'


def number(title, description, metric, how, colour, size=(2, 4), **more):
    expr = each("", metric + "{@}", how)
    if how == "min":
        expr = f"1 - {expr}"
    return stat(
        title,
        description,
        f"sum({chosen(expr)})",
        "tenants",
        size=size,
        steps={None: GREEN, 1: colour},
        **more,
    )


panels = [
    heading("Now"),
    stat(
        "Exporters down",
        "Exporters that Prometheus can't scrape, of those that it should. What they watch isn't known meanwhile.",
        f"sum(1 - {EXPORTERS})",
        "exporters",
        size=(3, 4),
        words={0: ("all up", GREEN)},
        steps={None: GREEN, 1: RED},
    ),
    stat(
        "Tenants by B2B capability",
        "How many tenants support B2B collaboration, don't, or are in a state that says neither.",
        BY_STATE,
        "{{state}}",
        size=(8, 4),
        text="value_and_name",
        words=NONE,
        overrides=colours(STATE_COLOURS),
    ),
    stat(
        "Alerts",
        "Alerts that fire, as Prometheus has them. No data: it doesn't run the rules of dashboards/prometheus.",
        f"count({FIRING}}}) or on () 0 * {RULES_RUN}",
        "firing",
        size=(2, 4),
        steps={None: GREEN, 1: RED},
    ),
    stat(
        "Tenants",
        "Tenants that are watched; one that is asked in two clouds counts twice.",
        else_words(f"count({chosen(each('', 'b2b_capability{@}'))})", 0),
        "tenants",
        size=(2, 4),
    ),
    number(
        "Not found",
        "Tenants that don't exist in the cloud where they are asked.",
        "found",
        "min",
        ORANGE,
        size=(3, 4),
    ),
    number(
        "Pending",
        "Tenants of which a change was seen that awaits its confirmation.",
        "change_pending",
        "max",
        ORANGE,
    ),
    number(
        "Failing",
        "Tenants whose last probe failed. What was known of them before stays in force.",
        "up",
        "min",
        RED,
    ),
    number(
        "Stale",
        "Tenants of which nothing was heard for longer than `stale_after`: what is shown of them may be out of date.",
        "stale",
        "max",
        RED,
    ),
    table(
        "Needs a look",
        "Exporters that aren't scraped; storage and authorities that are down; tenants that fail, are stale, await the confirmation of a change, "
        "or aren't as the configuration expects them.",
        else_words(NEEDS_A_LOOK, 0, "problem", "nothing"),
        columns={"problem": "Problem", "tenant": "Tenant", "asked": "Asked"},
        size=(10, 9),
        sort=("Problem", False),
        overrides=[
            override("Tenant", links=tenant_link()),
            *widths({"Problem": 330, "Asked": 76}),
        ],
    ),
    table(
        "Firing alerts",
        "As Prometheus has them; click one for its runbook. Empty is good where the tile Alerts says 0.",
        f"max by ({ALERTS_NOW}) ({FIRING}}})",
        columns={
            "severity": "Severity",
            "alertname": "Alert",
            "tenant": "Tenant",
            "guest_tenant": "Guest",
            "sink": "Sink",
            "asked": "Asked",
        },
        size=(14, 9),
        sort=("Severity", False),
        overrides=[
            override("Alert", links=RUNBOOK_LINK),
            override("Tenant", links=tenant_link()),
            override("Severity", mappings=SEVERITY, custom_cellOptions=COLOURED_TEXT),
            override("Asked", custom_hidden=True),
            *widths({"Severity": 80, "Alert": 298, "Guest": 215, "Sink": 90}),
        ],
    ),
    heading("Over time"),
    table(
        "Changes in this time range",
        "Confirmed changes of all tenants, by the recording rules. `tenantscope events` has each with its evidence.",
        f'max by (tenant, asked, field, from, to) (last_over_time({CHANGES}{{job=~"$job", asked=~"$asked_in"}}[$__range])) * 1000',
        columns={
            "Value": "When",
            "tenant": "Tenant",
            "asked": "Asked",
            "field": "What",
            "from": "From",
            "to": "To",
        },
        size=(24, 8),
        sort=("When", True),
        overrides=[
            override("When", unit="dateTimeAsIso"),
            override("Tenant", links=tenant_link()),
            *widths({"When": 165, "Asked": 80, "What": 125, "From": 320, "To": 320}),
        ],
    ),
    bars(
        "Confirmed changes",
        "Confirmed changes by field, by the recording rules; a change that two instances confirm counts once.",
        else_words(
            f'sum by (field) (count_over_time({CHANGES}{{job=~"$job", asked=~"$asked_in"}}[$__interval]))',
            0,
            "field",
            "none",
        ),
        "{{field}}",
        names=FIELD_COLOURS,
        size=(8, 8),
    ),
    graph(
        "Tenants by B2B capability over time",
        "How many tenants were in each state, by the recording rules, else as each instance counts them. Of the variables only "
        "that of the cloud where they are asked applies. Orange marks are confirmed changes.",
        (
            'sum by (state) (state:tenantscope_tenants:count{job=~"$job", asked=~"$asked_in"}) '
            "or sum by (state) (tenantscope_capability_tenants{@})",
            "{{state}}",
        ),
        size=(8, 8),
        stacked=True,
        whole=True,
        overrides=colours(STATE_COLOURS),
    ),
    table(
        "Availability by cloud",
        "What part of the tenants asked in a cloud has answered its last probe, now and on average over the time range.",
        f"min by (asked) ({UP})",
        f"min by (asked) (avg_over_time({UP}[$__range]))",
        f"count by (asked) ({chosen(each('', 'b2b_capability{@}'))})",
        columns={
            "asked": "Asked",
            "Value #C": "Tenants",
            "Value #A": "Answer now",
            "Value #B": "In this range",
        },
        size=(8, 8),
        sort=("Asked", False),
        overrides=[
            override(name, unit="percentunit", mappings={})
            for name in ("Answer now", "In this range")
        ]
        + widths({"Asked": 90, "Tenants": 100, "Answer now": 120, "In this range": 130}),
    ),
    heading("Tenants and pairs"),
    table(
        "Tenants by region scope",
        "tenant_region_scope and tenant_region_sub_scope as documents show them; (none): a document without one.",
        f"count by (scope, sub_scope) ({named_scope(chosen(each(', scope, sub_scope', 'region_scope{@}')))})",
        columns={"scope": "Region scope", "sub_scope": "Sub scope", "Value": "Tenants"},
        size=(12, 8),
        sort=("Tenants", True),
    ),
    stat(
        "Pairs by verdict",
        "Declared collaborations: whether the host can invite the guest. The dashboard Collaborations shows which. The variables don't apply.",
        else_words(PAIRS, 0, "state", "none declared"),
        "{{state}}",
        size=(12, 8),
        text="value_and_name",
        words=NONE,
        overrides=colours(STATE_COLOURS),
    ),
    table(
        "Every tenant",
        "Click a name for its history. " + ENVIRONMENT_LIMIT,
        chosen(
            "max by (tenant, asked, cloud, environment, tenant_id) (tenantscope_tenant_info{@})"
        ),
        chosen(each(", scope, sub_scope", "region_scope{@}")),
        chosen(b2b("tenant, asked")),
        chosen(each("", "found{@}", "min")),
        chosen(f"clamp_max(1 - {each('', 'up{@}', 'min')} + 2 * {each('', 'stale{@}')}, 2)"),
        chosen(each("", "change_pending{@}")),
        "time() - " + chosen(each("", "last_success_timestamp_seconds{@}")),
        "time() - " + chosen(each("", "last_change_timestamp_seconds{@}")),
        columns={
            "tenant": "Tenant",
            "asked": "Asked",
            "Value #C": "B2B",
            "environment": "Environment",
            "scope": "Region scope",
            "sub_scope": "Sub scope",
            "Value #D": "Presence",
            "Value #E": "Probe",
            "Value #F": "Pending",
            "Value #G": "Last answer",
            "Value #H": "Last change",
            "cloud": "Cloud",
            "tenant_id": "Tenant ID",
        },
        sort=("Tenant", False),
        size=(24, 14),
        overrides=[
            override("Tenant", links=tenant_link(), custom_filterable=True),
            override("B2B", mappings=B2B, custom_cellOptions=COLOURED),
            override("Environment", mappings=ENVIRONMENT),
            override("Presence", mappings=FOUND, custom_cellOptions=COLOURED_TEXT),
            override("Probe", mappings=PROBE, custom_cellOptions=COLOURED_TEXT),
            override("Pending", mappings=YES_NO, custom_cellOptions=COLOURED_TEXT),
            override("Last answer", unit="s"),
            override("Last change", unit="s"),
            *widths(
                {
                    "Tenant": 192,
                    "Asked": 70,
                    "B2B": 124,
                    "Environment": 145,
                    "Region scope": 108,
                    "Sub scope": 87,
                    "Presence": 86,
                    "Probe": 66,
                    "Pending": 74,
                    "Last answer": 101,
                    "Last change": 100,
                    "Cloud": 70,
                    "Tenant ID": 316,
                }
            ),
        ],
    ),
]

INFO = f"tenantscope_tenant_info{{{JOB_AND_INSTANCE}}}"
SEEN = f"tenantscope_tenant_b2b_capability{{{JOB_AND_INSTANCE}}}"
variables = [
    variable("asked_in", "Asked in", SEEN, all_value=".*", value_of="asked"),
    variable("cloud", "Cloud", INFO, all_value=".*"),
    variable("environment", "Environment", INFO, all_value=".*"),
    written("label", "Label", "tenant"),
    variable("value", "is", INFO, all_value=".*", value_of="$label"),
]

dashboard = dashboard(
    "tenantscope-overview",
    "Overview",
    "Which tenants support B2B collaboration, what changed, and what needs a look.",
    panels,
    variables=variables,
    annotations=[changes(', asked=~"$asked_in"')],
)
