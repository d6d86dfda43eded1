"""The panels that the dashboards are made of: each function makes a piece of Grafana's dashboard JSON."""
from queries import *
from words import *

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

# As prometheus.yaml and the provisioned data source say: what needs several scrapes looks back over as many of these.
SCRAPE_INTERVAL = "1m"


def field(column):
    return f'${{__data.fields["{column}"]}}' if " " in column else f"${{__data.fields.{column}}}"


def tenant_link(tenant="Tenant", asked="Asked"):
    """Of a table with these columns."""
    url = (
        "/d/tenantscope-tenant?${datasource:queryparam}&${job:queryparam}&${instance:queryparam}"
        f"&var-tenant={field(tenant)}&var-asked={field(asked)}"
    )
    return [{"title": "Show this tenant", "url": url + "&${__url_time_range}"}]


RUNBOOK_LINK = [
    {
        "title": "What it means, and what to do",
        "url": "${runbooks:raw}/${__data.fields.Alert}.md",
        "targetBlank": True,
    }
]


def mappings(words):
    """{value: (text, colour or None)}; what isn't there is never shown as one of them."""
    values = {
        str(v): {"text": t, **({"color": c} if c else {}), "index": i}
        for i, (v, (t, c)) in enumerate(words.items())
    }
    nothing = {"text": "no data", "color": GREY, "index": len(words)}
    return [
        *([{"type": "value", "options": values}] if values else []),
        {"type": "special", "options": {"match": "null+nan", "result": nothing}},
    ]


def override(name, **properties):
    """Of the series or column `name` (/a pattern/): color, unit, mappings, links, custom_cellOptions for custom.cellOptions, …"""
    shapes = {"color": lambda c: {"mode": "fixed", "fixedColor": c}, "mappings": mappings}
    made = [
        {"id": key.replace("_", "."), "value": shapes.get(key, lambda v: v)(value)}
        for key, value in properties.items()
    ]
    matcher = "byRegexp" if name.startswith("/") else "byName"
    return {"matcher": {"id": matcher, "options": name}, "properties": made}


def widths(columns):
    return [override(name, custom_width=width) for name, width in columns.items()]


LIMIT = override(
    "/limit$/", custom_lineStyle={"fill": "dash", "dash": [10, 10]}, custom_fillOpacity=0
)


def colours(names):
    return [override(name, color=colour) for name, colour in names.items()]


def target(expr, legend="", **more):
    """What compares scrapes has no step below one."""
    looks_back = "$__rate_interval" in expr or "$__interval" in expr
    interval = {"interval": SCRAPE_INTERVAL} if looks_back else {}
    return {"expr": expr, "legendFormat": legend, **interval, **more}


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
    if words is not None:
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
    more.setdefault("words", {})
    options = {
        "colorMode": "background" if coloured else "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": text,
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel("stat", title, description, targets, size=size, options=options, **more)


# How far an axis goes at least: over zeros Grafana's own goes to 100.
LEAST = {"percentunit": 0.05, "s": 0.1, "bytes": 2**20, "reqps": 1}


def graph(
    title,
    description,
    *targets,
    size=(8, 8),
    style="line",
    stacked=False,
    whole=False,
    limit=None,
    unit="short",
    **more,
):
    """targets: (expression, legend); `whole`: counts, drawn as steps; `limit`: a dashed line."""
    bars = style == "bars"
    custom = {
        "drawStyle": style,
        "lineWidth": 1,
        "lineInterpolation": "stepAfter" if whole and not bars else "linear",
        "fillOpacity": 80 if bars else 40 if stacked else 10,
        "showPoints": "never" if bars else "auto",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "axisSoftMin": 0,
        "axisSoftMax": LEAST.get(unit, 1),
    }
    if limit:
        custom["thresholdsStyle"] = {"mode": "dashed"}
        more["steps"] = {None: "transparent", limit: RED}
    if whole:
        more["decimals"] = 0
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
        unit=unit,
        custom=custom,
        options=options,
        color={"mode": "palette-classic"},
        min=0,
        **more,
    )


def bars(title, description, expr, legend, *, names=None, **more):
    """How many in each step, of rare things. `names`: {series: colour}, where all of them are known."""
    return graph(
        title,
        description + " In each step of the graph, whole numbers.",
        (expr, legend),
        style="bars",
        stacked=True,
        whole=True,
        overrides=colours(names or {}),
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
