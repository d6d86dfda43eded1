"""The words the dashboards are written in: each makes a piece of Grafana's dashboard JSON, with what all of them share.

In an expression `{@}` stands for the matchers of the dashboard's variables: tenantscope_tenants{@}, or {@, state="supported"}.
"""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
GREEN, RED, ORANGE, YELLOW, BLUE, PURPLE, GREY = (
    "green",
    "red",
    "orange",
    "yellow",
    "blue",
    "purple",
    "#808080",
)

# Said of the same thing the same way everywhere.
YES_NO = {0: ("no", GREY), 1: ("yes", ORANGE)}
UP = {0: ("failing", RED), 1: ("ok", GREEN)}
FOUND = {0: ("not found", ORANGE), 1: ("found", GREEN)}
MET = {0: ("not met", RED), 1: ("met", GREEN)}
B2B = {
    0: ("unknown", GREY),
    1: ("supported", GREEN),
    2: ("not_supported", RED),
    3: ("instances differ", PURPLE),
}
PAIR = {
    0: ("unknown", GREY),
    1: ("supported", GREEN),
    2: ("conditional", YELLOW),
    3: ("not_supported", RED),
}
ENVIRONMENT = {
    "commercial": ("Commercial", None),
    "gcc": ("GCC", None),
    "gcc_high": ("GCC High", None),
    "dod": ("DoD", None),
    "azure_government": ("Azure Government", None),
    "china": ("21Vianet (China)", None),
    "germany": ("Germany", None),
    "bleu": ("Bleu", None),
    "delos": ("Delos", None),
    "govsg": ("GovSG", None),
    "usnat": ("USNat", None),
    "ussec": ("USSec", None),
}
ENVIRONMENT_LIMIT = (
    "The environment says where the directory lives; it proves no licence, compliance or residency."
)
STATE_COLOURS = {"supported": GREEN, "not_supported": RED, "conditional": YELLOW, "unknown": GREY}


def b2b(by):
    """One number a tenant, as in B2B."""
    state = lambda name: f'max by ({by}) (tenantscope_tenant_b2b_capability{{@, state="{name}"}})'
    return f'{state("supported")} + 2 * {state("not_supported")}'


# Not what old-names.rules.yaml records.
NEW_NAMES = 'host_tenant!=""'


def pair(by):
    """One number a pair, as in PAIR; where a pair is in several collaborations, the worst."""
    keys = "collaboration, host_tenant, guest_tenant"
    state = (
        lambda name: f'max by ({keys}) (tenantscope_collaboration_capability{{@, {NEW_NAMES}, state="{name}"}})'
    )
    encoded = f'{state("supported")} + 2 * {state("conditional")} + 3 * {state("not_supported")}'
    return encoded if by == keys else f"max by ({by}) ({encoded})"


def named_scope(expr):
    """A scope is shown as the document has it; only where there is none, that is said."""
    return f'label_replace({expr}, "scope", "(none)", "scope", "")'


def tenant_link(tenant, asked="&var-asked=${__data.fields.Asked}"):
    url = f"/d/tenantscope-tenant?${{datasource:queryparam}}&${{job:queryparam}}&${{instance:queryparam}}&var-tenant={tenant}{asked}"
    return [{"title": "Show this tenant", "url": url + "&${__url_time_range}"}]


def mappings(words):
    """{value: (text, colour or None)}"""
    return [
        {
            "type": "value",
            "options": {
                str(v): {"text": t, **({"color": c} if c else {}), "index": i}
                for i, (v, (t, c)) in enumerate(words.items())
            },
        }
    ]


def override(name, **properties):
    """Of the series or column `name`: color, unit, mappings, links, custom_cellOptions for custom.cellOptions, …"""
    shapes = {"color": lambda c: {"mode": "fixed", "fixedColor": c}, "mappings": mappings}
    made = [
        {"id": key.replace("_", "."), "value": shapes.get(key, lambda v: v)(value)}
        for key, value in properties.items()
    ]
    return {"matcher": {"id": "byName", "options": name}, "properties": made}


def colours(names):
    return [override(name, color=colour) for name, colour in names.items()]


def target(expr, legend="", **more):
    return {"expr": expr, "legendFormat": legend, **more}


def panel(
    kind,
    title,
    description,
    targets,
    *,
    size,
    unit="none",
    words=None,
    steps=None,
    overrides=(),
    options=None,
    custom=None,
    transformations=(),
    **defaults,
):
    if words:
        defaults["mappings"] = mappings(words)
    thresholds = [
        {"color": colour, "value": value} for value, colour in (steps or {None: BLUE}).items()
    ]
    defaults = {
        "unit": unit,
        "color": {"mode": "thresholds"},
        "thresholds": {"mode": "absolute", "steps": thresholds},
        **defaults,
    }
    if custom:
        defaults["custom"] = custom
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "size": size,
        "fieldConfig": {"defaults": defaults, "overrides": list(overrides)},
        "options": options or {},
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": DATASOURCE, **t}
            for i, t in enumerate(targets)
        ],
        "transformations": list(transformations),
    }


def heading(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "size": (24, 1)}


def stat(title, description, expr, legend, *, size=(4, 4), text="auto", **more):
    targets = [target(expr, legend, instant=True)]
    coloured = more.get("words") or more.get("steps") or more.get("overrides")
    options = {
        "colorMode": "background" if coloured else "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": text,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel("stat", title, description, targets, size=size, options=options, **more)


def graph(title, description, *targets, size=(8, 8), style="line", stacked=False, **more):
    """targets: (expression, legend)"""
    custom = {
        "drawStyle": style,
        "lineWidth": 1,
        "fillOpacity": 80 if style == "bars" else 40 if stacked else 10,
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
    }
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel(
        "timeseries",
        title,
        description,
        [target(*t) for t in targets],
        size=size,
        custom=custom,
        options=options,
        color={"mode": "palette-classic"},
        min=0,
        **more,
    )


def timeline(title, description, *targets, size=(24, 6), **more):
    """targets: (expression, legend)"""
    options = {
        "mergeValues": True,
        "showValue": "auto",
        "alignValue": "left",
        "rowHeight": 0.85,
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel(
        "state-timeline",
        title,
        description,
        [target(*t) for t in targets],
        size=size,
        custom={"fillOpacity": 80, "lineWidth": 0},
        options=options,
        **more,
    )


COLOURED = {"type": "color-background", "mode": "basic"}


def table(
    title,
    description,
    *expressions,
    columns,
    rest=False,
    size=(24, 10),
    sort=None,
    shape=(),
    instant=True,
    overrides=(),
    **more,
):
    """columns: {field: heading}, in this order; what isn't named is left out, or with `rest` shown after them.
    Several expressions are merged by the labels they share."""
    names = list(columns)
    steps = [{"id": "merge", "options": {}}] if len(expressions) > 1 else []
    steps += list(shape)
    steps += (
        [] if rest else [{"id": "filterFieldsByName", "options": {"include": {"names": names}}}]
    )
    steps += [
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True, "Value": True} if rest else {},
                "indexByName": {n: i for i, n in enumerate(names)},
                "renameByName": columns,
            },
        }
    ]
    options = {
        "showHeader": True,
        "cellHeight": "sm",
        "footer": {"show": False, "reducer": ["sum"], "fields": ""},
        "sortBy": [{"displayName": sort[0], "desc": sort[1]}] if sort else [],
    }
    return panel(
        "table",
        title,
        description,
        [target(e, format="table", instant=instant, range=not instant) for e in expressions],
        size=size,
        options=options,
        custom={"align": "auto", "filterable": True, "cellOptions": {"type": "auto"}},
        transformations=steps,
        overrides=overrides,
        **more,
    )


def matrix(title, description, expr, row, column, heading, **more):
    """A row for each value of the label `row`, a column for each of `column`."""
    made = table(title, description, expr, columns={}, **more)
    made["transformations"] = [
        {
            "id": "groupingToMatrix",
            "options": {"rowField": row, "columnField": column, "valueField": "Value"},
        },
        {
            "id": "organize",
            "options": {
                "excludeByName": {},
                "indexByName": {},
                "renameByName": {f"{row}\\{column}": heading},
            },
        },
    ]
    made["fieldConfig"]["defaults"]["custom"]["cellOptions"] = COLOURED
    return made


def annotation(name, expr, title, text, tags, colour):
    """Marks the instants that `expr` gives as its values, in seconds since the epoch."""
    return {
        "name": name,
        "datasource": DATASOURCE,
        "enable": True,
        "hide": False,
        "iconColor": colour,
        "useValueForTime": True,
        "step": "60s",
        "expr": f"{expr} * 1000 > $__from",
        "titleFormat": title,
        "textFormat": text,
        "tagKeys": tags,
    }


def variable(name, label, metric, *, of_all=True):
    query = f"label_values({metric}, {name})"
    shown = {
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "definition": query,
        "query": {"query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "regex": "",
        "options": [],
        "skipUrlSync": False,
        **(shown if of_all else {"multi": False, "includeAll": False, "current": {}}),
    }


JOB_AND_INSTANCE = 'job=~"$job", instance=~"$instance"'


def changes(matchers="@"):
    expr = f"max by (tenant, asked, field) (tenantscope_tenant_last_change_timestamp_seconds{{{matchers}}})"
    return annotation(
        "Changes",
        expr,
        "{{tenant}}",
        "{{field}} changed (asked in {{asked}})",
        "field,asked",
        ORANGE,
    )


def dashboard(uid, title, description, panels, *, annotations=None, variables=(), matchers=""):
    datasource = {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "options": [],
        "skipUrlSync": False,
        "current": {},
    }
    first = [
        datasource,
        variable("job", "Job", "tenantscope_build_info"),
        variable("instance", "Instance", 'tenantscope_build_info{job=~"$job"}'),
    ]
    built_in = {
        "builtIn": 1,
        "name": "Annotations & Alerts",
        "type": "dashboard",
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "hide": True,
        "iconColor": BLUE,
    }
    links = [
        {
            "type": "dashboards",
            "title": "tenantscope",
            "tags": ["tenantscope"],
            "asDropdown": False,
            "includeVars": True,
            "keepTime": True,
            "targetBlank": False,
            "icon": "external link",
            "tooltip": "",
            "url": "",
        }
    ]
    whole = {
        "uid": uid,
        "title": f"tenantscope / {title}",
        "description": description,
        "tags": ["tenantscope"],
        "editable": False,
        "schemaVersion": 39,
        "version": 1,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "timezone": "",
        "links": links,
        "annotations": {"list": [built_in, *(annotations or [changes()])]},
        "templating": {"list": [*first, *variables]},
        "panels": placed(panels),
    }
    return with_matchers(whole, JOB_AND_INSTANCE + (", " + matchers if matchers else ""))


def placed(panels):
    """From left to right, 24 wide; each gets its number and place."""
    x = y = height = 0
    result = []
    for number, one in enumerate(panels, 1):
        one = dict(one)
        w, h = one.pop("size")
        if x + w > 24:
            x, y, height = 0, y + height, 0
        result.append({"id": number, "gridPos": {"x": x, "y": y, "w": w, "h": h}, **one})
        x, height = x + w, max(height, h)
    return result


def with_matchers(piece, matchers):
    if isinstance(piece, dict):
        return {key: with_matchers(value, matchers) for key, value in piece.items()}
    if isinstance(piece, (list, tuple)):
        return [with_matchers(value, matchers) for value in piece]
    return piece.replace("{@", "{" + matchers) if isinstance(piece, str) else piece
