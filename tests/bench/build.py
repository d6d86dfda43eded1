"""B1: what compiling costs."""
import json, os, re, resource, shlex, subprocess, tempfile

from machine import SOURCE

RELEASE, SANITIZED = [
    "-O2",
    "-g1",
    "-DNDEBUG",
], "-O0 -g1 -fsanitize=address,undefined -fno-omit-frame-pointer -fno-var-tracking".split()


def slowest(bench):
    """B1: the largest objects' sources, compiled anew without ccache."""
    with open(SOURCE + "/build/compile_commands.json") as f:
        entries = [
            (entry, shlex.split(entry["command"]))
            for entry in json.load(f)
            if entry["file"].startswith((SOURCE + "/daemon/", SOURCE + "/build/daemon/"))
        ]

    def size(entry, command):
        path = os.path.join(entry["directory"], command[command.index("-o") + 1])
        return os.path.getsize(path) if os.path.exists(path) else 0

    entries.sort(key=lambda pair: size(*pair), reverse=True)
    worst = {"release": (0, ""), "sanitizers": (0, "")}
    for entry, command in entries[: 3 if bench.quick else 8]:
        file = longest_source(entry["file"])
        command = [word for word in command if "ccache" not in word]
        command[command.index("-c") + 1] = file
        for kind in worst:
            words = (
                command
                if kind == "release"
                else [word for word in command if word not in RELEASE] + SANITIZED
            )
            seconds = compile_time(words, entry["directory"])
            worst[kind] = max(worst[kind], (seconds, os.path.relpath(file, SOURCE)))
    for kind, (seconds, file) in worst.items():
        bench.table.add(
            "B1 " + kind,
            seconds,
            f"CPU of g++ for {file}, the slowest of {3 if bench.quick else 8}: the longest source of "
            "each of the largest objects",
        )


def longest_source(file):
    """Of those that are compiled as one; else the file itself."""
    if "/Unity/" not in file:
        return file
    with open(file) as f:
        return max(re.findall(r'^#include "(.*)"$', f.read(), re.M), key=os.path.getsize)


def compile_time(command, folder):
    with tempfile.NamedTemporaryFile(suffix=".o") as output:
        command[command.index("-o") + 1] = output.name
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, check=True, env={**os.environ, "CCACHE_DISABLE": "1"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
