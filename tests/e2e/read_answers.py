# What a spreadsheet and a Markdown renderer make of answers, held against the same answers in JSON.
#   read_answers.py FOLDER lookup|explain      of FOLDER/lookup.json, .csv and .markdown
import csv
import html.parser
import json
import pathlib
import sys

import markdown

folder, command = pathlib.Path(sys.argv[1]), sys.argv[2]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOTES = ["explanation", "limits", "advice", "source", "sources", "failure_detail"]
OWN_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "p", "strong", "ul", "li"}


def content(output):
    return (folder / f"{command}.{output}").read_bytes().decode("utf-8")


def text_of(value):
    """What a cell shows of a value in JSON."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def said(answer, column):
    """What the answer has in this column: host_cloud is a member of host_facts."""
    if column in answer:
        return text_of(answer[column])
    side, _, key = column.partition("_")
    facts = answer[f"{side}_facts"]
    return text_of(facts and facts[key])


def check_csv(answers):
    head, *rows = csv.reader(content("csv").splitlines(keepends=True), strict=True)
    assert len(rows) == len(answers), f"{len(rows)} rows of {len(answers)} answers"
    neutralised = set()
    for row, answer in zip(rows, answers):
        assert len(row) == len(head), f"{len(row)} cells below {len(head)}: {row}"
        for column, cell in zip(head, row):
            assert not cell.startswith(FORMULA), f"{column} would be a formula: {cell!r}"
            meant = said(answer, column)
            if meant.startswith(FORMULA):
                neutralised.add(meant[0])
                meant = "'" + meant
            assert cell == meant, f"{column} is {cell!r}, not {meant!r}"
    return neutralised


class Page(html.parser.HTMLParser):
    """The rows of a page's table, the points below it as (heading, text), and all tags."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.points, self.tags, self.heading, self.open = [], [], set(), "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "strong":
            self.heading = ""
        elif tag == "li":
            self.points.append((self.heading, ""))

    def handle_endtag(self, tag):
        assert tag == self.open.pop(), f"</{tag}> ends another element"

    def handle_data(self, data):
        if "th" in self.open or "td" in self.open:
            self.rows[-1][-1] += data
        elif "li" in self.open:
            heading, text = self.points[-1]
            self.points[-1] = (heading, text + data)
        elif "strong" in self.open:
            self.heading += data


def texts(answer):
    """Each sentence of an answer that stands below the table."""
    for key in NOTES:
        value = answer.get(key) or []
        yield from value if isinstance(value, list) else [value]


def check_markdown(answers):
    page = Page(markdown.markdown(content("markdown"), extensions=["tables"]))
    assert page.tags <= OWN_TAGS, f"data became {page.tags - OWN_TAGS}"
    head, *rows = page.rows
    assert len(rows) == len(answers), f"{len(rows)} rows of {len(answers)} answers"
    for row, answer in zip(rows, answers):
        meant = [said(answer, column).replace("\n", " ") for column in head]
        assert row == meant, f"{row}\nis not\n{meant}"
        heading = f"{answer['rule']} of {answer['rules']}"
        for text in texts(answer):
            found = [
                point for rule, point in page.points if rule == heading and point.endswith(text)
            ]
            assert len(found) == 1, f"{len(found)} times below {heading}: {text!r}"


answers = json.loads(content("json"))
neutralised = check_csv(answers)
check_markdown(answers)
print(len(answers), "".join(sorted(neutralised)))
