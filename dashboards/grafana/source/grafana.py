"""A dashboard around its panels: variables, annotations, links and what all of them share."""
from tables import *


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
        "expr": f"({expr}) * 1000 > $__from",
        "titleFormat": title,
        "textFormat": text,
        "tagKeys": tags,
    }


def variable(name, label, metric, *, of_all=True, all_value=".+", value_of=None):
    query = f"label_values({metric}, {value_of or name})"
    shown = {
        "multi": True,
        "includeAll": True,
        "allValue": all_value,
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


def written(name, label, value, hide=0):
    """A variable that is written into its box; hide=2: only into the address."""
    choice = {"selected": True, "text": value, "value": value}
    return {
        "name": name,
        "label": label,
        "type": "textbox",
        "query": value,
        "current": choice,
        "options": [choice],
        "hide": hide,
        "skipUrlSync": False,
    }


def changes(matchers=""):
    """A mark for each change: by its first field, as the fields of one change share their instant."""
    seen = (
        lambda field: f'max by (tenant, asked, field, from, to) (last_over_time({CHANGES}{{job=~"$job"{matchers}, field="{field}"}}[5m]))'
    )
    fields = ("b2b_capability", "presence", "identity", "region_scope", "sub_scope")
    return annotation(
        "Changes",
        " or on (tenant, asked) ".join(seen(field) for field in fields),
        "{{tenant}} (asked in {{asked}})",
        "{{field}}: {{from}} → {{to}}",
        "field,asked",
        ORANGE,
    )


# Where this Grafana's users find them: `generate` takes others.
ADDRESSES = {
    "daemon": "http://127.0.0.1:10944",
    "runbooks": "https://git.example/tenantscope/docs/runbooks",
}


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
    pages = [
        ("Status page", "${daemon:raw}/", "What the daemon itself says"),
        ("Runbooks", "${runbooks:raw}/README.md", "What each alert means, and what to do"),
    ]
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
        },
        *(
            {
                "type": "link",
                "title": name,
                "url": url,
                "tooltip": tooltip,
                "targetBlank": True,
                "icon": "external link",
                "includeVars": False,
                "keepTime": False,
                "asDropdown": False,
                "tags": [],
            }
            for name, url, tooltip in pages
        ),
    ]
    addresses = [
        written("daemon", "tenantscope's address", ADDRESSES["daemon"], hide=2),
        written("runbooks", "Runbooks' address", ADDRESSES["runbooks"], hide=2),
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
        "templating": {"list": [*first, *variables, *addresses]},
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
