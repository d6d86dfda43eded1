"""The tenants that Overview's variables choose, and what needs a look."""
from queries import EXPORTERS

# One that has never answered has no cloud, environment or label of its own yet: it is among them
# while all of these are chosen.
CHOICE = 'asked=~"$asked_in", cloud=~"$cloud", environment=~"$environment", $label=~"$value"'
CHOSEN = (
    f"(tenantscope_tenant_info{{@, {CHOICE}}} or on (tenant, asked) "
    f'(tenantscope_tenant_b2b_capability{{@, state="unknown", {CHOICE}}} unless on (tenant, asked) tenantscope_tenant_info{{@}}))'
)


def each(by, metric, how="max"):
    return f"{how} by (tenant, asked{by}) (tenantscope_tenant_{metric})"


def chosen(expr):
    return f"(({expr}) and on (tenant, asked) {CHOSEN})"


def problem(expr, words, label=""):
    return f'label_replace({expr}, "problem", "{words}", "{label}", "{"(.*)" if label else ""}")'


OF_TENANTS = " or ".join(
    [
        problem(each(", reason", "failure_info{@}"), "last probe failed: $1", "reason"),
        problem(each("", "stale{@}") + " == 1", "nothing heard for too long"),
        problem(each("", "change_pending{@}") + " == 1", "a change awaits confirmation"),
        problem(
            each(", expectation", "expectation_met{@}", "min") + " == 0",
            "not as expected: $1",
            "expectation",
        ),
    ]
)
NEEDS_A_LOOK = " or ".join(
    [
        problem(f"min by (instance) ({EXPORTERS}) == 0", "exporter not scraped: $1", "instance"),
        problem(
            "min by (instance) (tenantscope_storage_up{@}) == 0",
            "storage takes nothing: $1",
            "instance",
        ),
        problem("min by (asked) (tenantscope_authority_up{@}) == 0", "authority can't be reached"),
        chosen(OF_TENANTS),
    ]
)
