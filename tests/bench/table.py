"""The table of what has to be reached: each row's gate and aim, and what was measured."""
import math

HTTP1, HTTP2 = "HTTP/1.1", "HTTP/2"


class Row:
    def __init__(self, what, gate, aim, least=False, unit="", gate2=None):
        self.what, self.gate, self.aim, self.least, self.unit, self.gate2 = (
            what,
            gate,
            aim,
            least,
            unit,
            gate2,
        )

    def bound(self, value):
        return f"{'≥' if self.least else '≤'} {value:,g}{self.unit}"

    def reaches(self, figure, bound):
        return figure >= bound if self.least else figure <= bound


# `least`: the figure has to be as large as that, not as small. What is about fetching is a gate for HTTP/1.1, which the authority speaks.
ROWS = {
    "P1": Row(
        "CPU per poll, saturated / the limit's (wrk, 16 connections; h2load, 100 streams)", 5.0, 2.0
    ),
    "P2": Row("blackbox_exporter's CPU per probe / ours, saturated", 22, 55, least=True),
    "P3": Row("the same at 200 a second", 12, 30, least=True),
    "P4": Row("CPU per poll at 2,000 a second / h2load's at that rate", 4.0, 1.5),
    "P5": Row(
        "blackbox_exporter + Prometheus per tenant and poll / ours + our scrape + Prometheus",
        20,
        40,
        least=True,
    ),
    "P6 handshakes": Row(
        "TLS handshakes per 10,000 polls (HTTP/1.1: the pool has 16 connections)", 16, 16, gate2=4
    ),
    "P6 connections": Row("connections held to the authority", 16, 16, gate2=4),
    "P7": Row("bytes per poll / those of a client with a new TLS connection each", 0.45, 0.36),
    "P8": Row("instructions per poll", 260_000, 120_000),
    "S1": Row("CPU of a plain scrape / the floor's", 3, 1.5),
    "S2": Row("prometheus-cpp's CPU of a plain scrape / ours", 9, 18, least=True),
    "S3": Row(
        "CPU of a gzip scrape after every tenant was polled / zlib's of the body at level 1",
        0.8,
        0.5,
    ),
    "S4": Row("the same / Prometheus's CPU to take it in", 0.5, 0.2),
    "S5 one": Row("memory that a scrape takes", 4, 1, unit=" MiB"),
    "S5 four": Row("memory that four scrapes at once take", 16, 4, unit=" MiB"),
    "S6": Row("delay of polls by scrapes, p99", 10, 3, unit=" ms"),
    "S7": Row(
        "time that an overview holds the table's lock at once / that a scrape does, p99 of CPU time",
        1.0,
        0.5,
    ),
    "M1": Row("memory without a tenant / blackbox_exporter's at rest", 1.2, 1.0),
    "M2": Row(
        "memory per tenant, from 10,000 to 100,000, polled and scraped", 1000, 500, unit=" B"
    ),
    "M3": Row(
        "memory of 100,000 tenants / of their 800,000 gauges in prometheus-cpp alone", 0.3, 0.16
    ),
    "C1 JSON": Row(
        "start to /metrics with the last known values, 100,000 tenants from JSON",
        1.0,
        0.4,
        unit=" s",
    ),
    "C1 YAML": Row("the same from YAML", 3.0, 1.5, unit=" s"),
    "C2": Row("first sweep of 100,000 tenants / the limit's time for the same requests", 5, 2),
    "C3": Row("reload of 100,000 tenants, 1 % changed / a cold reading of them", 1.3, 1.1),
    "L1": Row("answer complete to event committed and with its reader, p99", 10, 2, unit=" ms"),
    "L2": Row("change at the authority to event, p99, beyond the interval", 250, 70, unit=" ms"),
    "D1": Row("CPU of storage / of polls, one in 1,000 a change", 0.05, 0.02),
    "B1 release": Row("slowest file to compile, -O2", 15, 10, unit=" s"),
    "B1 sanitizers": Row("the same with ASan and UBSan", 60, 40, unit=" s"),
}


class Table:
    def __init__(self):
        self.figures = {}

    def add(self, row, figure, how, protocol=HTTP1):
        """`how`: how it was measured, and with which figures."""
        figures, phrases = self.figures.setdefault(row, ({}, []))
        figures[protocol] = figure
        if how not in phrases:
            phrases.append(how)
        reached = verdict(ROWS[row], figure, protocol)
        print(
            f"bench: {row} {protocol if row[0] == 'P' else ''} {short(figure)}{ROWS[row].unit}: {reached}; {how}",
            flush=True,
        )

    def missed(self):
        return [
            row
            for row, (figures, _) in self.figures.items()
            if verdict(ROWS[row], figures.get(HTTP1, math.nan)) == "MISSED"
        ]

    def markdown(self):
        lines = [
            "| | what | ours | HTTP/2 | gate | aim | measured |",
            "|---|---|---|---|---|---|---|",
        ]
        for name, row in ROWS.items():
            if name not in self.figures:
                continue
            figures, phrases = self.figures[name]
            cells = [
                f"{short(figures[p])}{row.unit} ({verdict(row, figures[p], p)})"
                if p in figures
                else ""
                for p in (HTTP1, HTTP2)
            ]
            cells = [
                name,
                row.what,
                *cells,
                row.bound(row.gate),
                row.bound(row.aim),
                "; ".join(phrases),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"


def verdict(row, figure, protocol=HTTP1):
    gate = row.gate2 if protocol == HTTP2 and row.gate2 else row.gate
    if not row.reaches(figure, gate):
        return "MISSED"
    return "aim met" if row.reaches(figure, row.aim) else "gate met"


def short(figure):
    """Three digits that count."""
    if figure == 0 or not math.isfinite(figure):
        return f"{figure:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(figure))))
    return f"{figure:,.{digits}f}"
