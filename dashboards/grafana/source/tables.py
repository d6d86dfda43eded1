"""The tables among the panels."""
from panels import *

COLOURED = {"type": "color-background", "mode": "basic"}
COLOURED_TEXT = {"type": "color-text"}


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
        custom={"align": "auto", "filterable": False, "cellOptions": {"type": "auto"}},
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
    made["fieldConfig"]["defaults"]["custom"]["minWidth"] = 220
    return made


def pairs_table(title, description, expr, **more):
    """`expr`: verdicts by collaboration, host_tenant and guest_tenant."""
    return table(
        title,
        description,
        located(located(expr, "host"), "guest"),
        columns={
            "collaboration": "Collaboration",
            "host_tenant": "Host",
            "guest_tenant": "Guest",
            "Value": "Verdict",
            "host_name": "Host name",
            "host_asked": "Host asked",
            "guest_name": "Guest tenant",
            "guest_asked": "Guest asked",
        },
        sort=("Collaboration", False),
        overrides=[
            override("Host", links=tenant_link("Host name", "Host asked")),
            override("Guest tenant", links=tenant_link("Guest tenant", "Guest asked")),
            override("Host name", custom_hidden=True),
            override("Verdict", mappings=PAIR, custom_cellOptions=COLOURED),
            *widths(
                {
                    "Collaboration": 220,
                    "Host": 260,
                    "Guest": 260,
                    "Verdict": 130,
                    "Host asked": 110,
                    "Guest tenant": 260,
                    "Guest asked": 110,
                }
            ),
        ],
        **more,
    )
