# What Python's Prometheus client reads in a scrape on standard input: each series as "TYPE NAME {LABELS}", and the help of each family.
#   parse_metrics.py openmetrics|text
import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

parse = {"openmetrics": openmetrics, "text": parser}[sys.argv[1]].text_string_to_metric_families
for family in parse(sys.stdin.read()):
    print("help", family.name, json.dumps(family.documentation))
    for sample in family.samples:
        labels = dict(sample.labels)
        if "le" in labels:
            labels["le"] = float(labels["le"])
        print(family.type, sample.name, json.dumps(labels, sort_keys=True))
