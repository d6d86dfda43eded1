#!/usr/bin/env python3
"""Measures tenantscope beside its peers: see scripts/bench."""
import argparse, atexit, os, resource, sys, tempfile, time

import build, events, instructions, machine, memory, poll, scrape, shared, start
from origin import Origin
from table import Table

PARTS = {
    "poll": [poll.saturated, poll.paced, poll.whole, instructions.figures, shared.polls],
    "scrape": [scrape.scrapes, scrape.delay, scrape.locks],
    "memory": [memory.idle, memory.per_tenant],
    "start": [start.starts, start.sweep, start.reload],
    "events": [events.events],
    "build": [build.slowest],
}
DOCUMENT = os.path.join(machine.SOURCE, "docs/PERFORMANCE.md")
BEGIN, END = (
    "<!-- the table of scripts/bench: begin -->\n",
    "<!-- the table of scripts/bench: end -->\n",
)


class Bench:
    """What the parts share."""

    def __init__(self, folder, quick):
        self.folder, self.quick, self.table, self.folders, self.told = folder, quick, Table(), 0, []
        self.origin = Origin(self.fresh_folder())

    def fresh_folder(self):
        self.folders += 1
        folder = os.path.join(self.folder, str(self.folders))
        os.makedirs(folder)
        return folder

    def tell(self, who, text):
        """What another's driver has printed, as it is."""
        print(f"bench: {who}:\n{text}", flush=True)
        self.told.append(f"\n{who}:\n\n```text\n{text.rstrip()}\n```\n")


def write(text):
    with open(DOCUMENT) as f:
        document = f.read()
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    with open(DOCUMENT, "w") as f:
        f.write(head + BEGIN + text + END + tail)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all unless told")
    parser.add_argument(
        "--quick", action="store_true", help="shorter and coarser: to see that it works"
    )
    parser.add_argument("--write", action="store_true", help="the table into docs/PERFORMANCE.md")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is named {unknown[0]}: there are {', '.join(PARTS)}, and soak")
    if options.write and (options.parts or options.quick):
        parser.error("--write wants all parts, measured in full")

    machine.enter_own_network()
    machine.take_place()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    began, failed = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        bench = Bench(folder, options.quick)
        atexit.register(bench.origin.stop)
        for name in options.parts or PARTS:
            for part in PARTS[name]:
                print(f"bench: {name}: {part.__doc__}", flush=True)
                try:
                    part(bench)
                except (RuntimeError, OSError) as error:
                    failed.append(name)
                    print(f"bench: {name}: {error}", flush=True)
                    for process in [
                        process
                        for process in machine.Process.running
                        if process is not bench.origin
                    ]:
                        process.stop()
        bench.origin.stop()
    with open("/proc/cpuinfo") as f:
        model = next(
            (line.split(":")[1].strip() for line in f if line.startswith("model name")),
            "unknown processor",
        )
    where = (
        f"{len(machine.CORES)} cores ({model}), measured process on core {machine.MEASURED}, origin and load on core {machine.LOAD}; "
        f"{time.strftime('%Y-%m-%d', time.gmtime())}, {machine.revision()}, {round((time.monotonic() - began) / 60)} min\n"
    )
    text = bench.table.markdown() + "\n" + where + "".join(bench.told)
    print("\n" + text)
    if options.write and not failed:
        write(text)
    missed = bench.table.missed()
    if missed:
        print("bench: gates missed:", ", ".join(missed))
    if failed:
        print("bench: not measured in full:", ", ".join(failed))
    sys.exit(1 if missed or failed else 0)


if __name__ == "__main__":
    main()
