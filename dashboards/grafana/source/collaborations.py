"""Who can invite whom, of the declared pairs."""
from grafana import *

EACH = "collaboration, host_tenant, guest_tenant"
BY_STATE = f"sum by (state) (max by ({EACH}, state) ({VERDICTS}}}))"

panels = [
    heading("Now"),
    stat(
        "Pairs by verdict",
        "How many pairs are supported, aren't, depend on cloud settings that can't be seen, or are unknown.",
        else_words(BY_STATE, 0, "state", "none declared"),
        "{{state}}",
        size=(24, 4),
        text="value_and_name",
        words=NONE,
        overrides=colours(STATE_COLOURS),
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
    pairs_table(
        "Pairs",
        "Every declared pair. Click a host or guest for its history; `tenantscope explain HOST GUEST` says why, and what to do instead.",
        pair(EACH),
        size=(24, 9),
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
        "How many declared pairs had each verdict, by the recording rules, else as each instance counts them. Orange marks are confirmed "
        "changes of tenants.",
        (
            'sum by (state) (state:tenantscope_pairs:count{job=~"$job", collaboration=~"$collaboration"}) or '
            + BY_STATE,
            "{{state}}",
        ),
        size=(24, 8),
        stacked=True,
        whole=True,
        overrides=colours(STATE_COLOURS),
    ),
]

variables = [
    variable(
        "collaboration",
        "Collaboration",
        VERDICTS_OF_ALL + "}",
    )
]

dashboard = dashboard(
    "tenantscope-collaborations",
    "Collaborations",
    "Which declared hosts can invite which guests, now and over time.",
    panels,
    variables=variables,
    matchers='collaboration=~"$collaboration"',
    annotations=[changes()],
)
