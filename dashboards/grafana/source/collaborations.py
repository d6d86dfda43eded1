"""Who can invite whom, of the declared pairs."""
from grafana import *

EACH = "collaboration, host_tenant, guest_tenant"
BY_STATE = f"sum by (state) (max by ({EACH}, state) (tenantscope_collaboration_capability{{@, {NEW_NAMES}}}))"

panels = [
    heading("Now"),
    stat(
        "Pairs by verdict",
        "How many pairs are supported, aren't, depend on cloud settings that can't be seen, or are unknown.",
        BY_STATE,
        "{{state}}",
        size=(24, 4),
        text="value_and_name",
        overrides=colours(STATE_COLOURS),
        noValue="none declared",
    ),
    matrix(
        "Who can invite whom",
        "A row for each host, a column for each guest. Conditional: it depends on both sides' Microsoft cloud "
        "settings, which can't be seen from outside. A pair that is in several collaborations shows the worst. An empty cell isn't declared.",
        pair("host_tenant, guest_tenant"),
        row="host_tenant",
        column="guest_tenant",
        heading="Host",
        size=(24, 8),
        words=PAIR,
        overrides=[override("Host", custom_cellOptions={"type": "auto"})],
    ),
    table(
        "Pairs",
        "Every declared pair. Click a host for its history; `tenantscope explain HOST GUEST` says why, and what to do instead.",
        f'label_replace({pair(EACH)}, "tenant", "$1", "host_tenant", "([^@]*).*")',  # a host may be written NAME@CLOUD
        columns={
            "collaboration": "Collaboration",
            "host_tenant": "Host",
            "guest_tenant": "Guest",
            "Value": "Verdict",
            "tenant": "Tenant",
        },
        size=(24, 9),
        sort=("Collaboration", False),
        overrides=[
            override("Host", links=tenant_link("${__data.fields.Tenant}", asked="")),
            override("Tenant", custom_hidden=True),
            override("Verdict", mappings=PAIR, custom_cellOptions=COLOURED),
        ],
    ),
    heading("Over time"),
    timeline(
        "Verdicts over time",
        "Green: the host can invite the guest; yellow: it depends; red: it can't; grey: unknown.",
        (pair(EACH), "{{collaboration}}: {{host_tenant}} invites {{guest_tenant}}"),
        size=(24, 10),
        words=PAIR,
    ),
    graph(
        "Pairs by verdict over time",
        "How many declared pairs had each verdict. Orange marks are confirmed changes of tenants.",
        (BY_STATE, "{{state}}"),
        size=(24, 8),
        stacked=True,
        overrides=colours(STATE_COLOURS),
    ),
]

variables = [
    variable(
        "collaboration",
        "Collaboration",
        'tenantscope_collaboration_capability{job=~"$job", instance=~"$instance"}',
    )
]

dashboard = dashboard(
    "tenantscope-collaborations",
    "Collaborations",
    "Which declared hosts can invite which guests, now and over time.",
    panels,
    variables=variables,
    matchers='collaboration=~"$collaboration"',
    annotations=[changes(JOB_AND_INSTANCE)],
)
