"""PromQL that several dashboards need.

In an expression `{@}` stands for the matchers of the dashboard's variables: tenantscope_tenants{@}, or {@, state="supported"}.
"""

JOB_AND_INSTANCE = 'job=~"$job", instance=~"$instance"'

# Some exporter answers: whatever says that all is well needs it, or silence would look healthy.
PRESENT = f"group(tenantscope_build_info{{{JOB_AND_INSTANCE}}})"

# 1 or 0 for each exporter that Prometheus should scrape: those that answered within a week, and the job with the alerts' name.
EXPORTERS = (
    f"(up{{{JOB_AND_INSTANCE}}} and on (job, instance) "
    f"(present_over_time(tenantscope_build_info{{{JOB_AND_INSTANCE}}}[7d]) "
    f'or up{{{JOB_AND_INSTANCE}, job="tenantscope"}}))'
)

# The verdicts of pairs, without those that old-names.rules.yaml records once more.
VERDICTS = 'tenantscope_collaboration_capability{@, host_tenant!=""'
VERDICTS_OF_ALL = VERDICTS.replace("@", JOB_AND_INSTANCE)

# An alert that is told of a job has no instance.
FIRING = (
    'ALERTS{job=~"$job", instance=~"$instance|", alertstate="firing", alertname=~"Tenantscope.+"'
)

CHANGES = "change:tenantscope_tenant_changed_timestamp_seconds:new"


def else_words(expr, value, label="", words="", present=PRESENT):
    """What stands in place of `expr` while it is empty and `present` isn't: `value`, called `words` by its `label`."""
    instead = f"{value} * {present}"
    if label:
        instead = f'label_replace({instead}, "{label}", "{words}", "", "")'
    return f"({expr}) or on () {instead}"


def b2b(by):
    """One number a tenant, as in B2B."""
    state = lambda name: f'max by ({by}) (tenantscope_tenant_b2b_capability{{@, state="{name}"}})'
    return f'{state("supported")} + 2 * {state("not_supported")}'


def pair(by):
    """One number a pair, as in PAIR; where a pair is in several collaborations, the worst."""
    keys = "collaboration, host_tenant, guest_tenant"
    state = lambda name: f'max by ({keys}) ({VERDICTS}, state="{name}"}})'
    encoded = f'{state("supported")} + 2 * {state("conditional")} + 3 * {state("not_supported")}'
    return encoded if by == keys else f"max by ({by}) ({encoded})"


def located(expr, member):
    """With the name of the tenant that `member` ("host" or "guest") of a pair is, and the cloud where it is asked, as
    MEMBER_name and MEMBER_asked: a pair has NAME or NAME@CLOUD. A guest of an identity provider has neither.
    """
    known = f"group by (tenant, asked) (tenantscope_tenant_b2b_capability{{{JOB_AND_INSTANCE}}})"
    by_name = f'(label_replace({known}, "key", "$1", "tenant", "(.*)") and on (tenant) count by (tenant) ({known}) == 1)'
    keys = f'(label_join({known}, "key", "@", "tenant", "asked") or {by_name})'
    for name in ("tenant", "asked"):
        new = "name" if name == "tenant" else "asked"
        keys = f'label_replace({keys}, "{member}_{new}", "$1", "{name}", "(.*)")'
    found = (
        f'label_replace({expr}, "key", "$1", "{member}_tenant", "(.*)") '
        f"* on (key) group_left ({member}_name, {member}_asked) {keys}"
    )
    return f"({found} or on (collaboration, host_tenant, guest_tenant) {expr})"


def named_scope(expr):
    """A scope is shown as the document has it; only where there is none, that is said."""
    return f'label_replace({expr}, "scope", "(none)", "scope", "")'


def per_second(metric, by):
    return f"sum by ({by}) (rate({metric}{{@}}[$__rate_interval]))"


def counted(metric, by):
    """By how much a counter has grown in each step, in whole numbers and each once, at whatever interval it is scraped. `increase`
    estimates: it gives fractions, and over $__rate_interval one event in up to four steps. A restart begins anew at 0.
    """
    now = f"{metric}{{@}}"
    before = f"last_over_time({now}[5m] offset $__interval)"
    return f"sum by ({by}) ({now} - {before} >= 0 or ({now} and {now} - {before} < 0))"


def counted_or_none(metric, label):
    """Only what has happened; where nothing has and the exporter answers, `none` at 0."""
    return else_words(f"{counted(metric, label)} > 0", 0, label, "none")


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
