#!/usr/bin/env python3
"""What the suites of a shared ledger are worth: each of its safeguards is taken away, in a copy of the sources, and suites have to fail.

  fleet.py [CONTROL...]   all of them unless told
Says which tests failed without it; exits 1 where none did.
"""
import argparse, os, re, shutil, subprocess, sys
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COPY = os.path.join(ROOT, "build", "controls")
POSTGRES = "daemon/storage/postgres"


@dataclass(frozen=True)
class Control:
    without: str
    file: str
    code: str  # stands in the file once
    instead: str
    suites: tuple  # of (program, filter): each has to fail


CONTROLS = {
    "term": Control(
        "the term in a commit's first statement",
        f"{POSTGRES}/pg_batch.cpp",
        "AND term = $6 AND",
        "AND $6::bigint IS NOT NULL AND",
        (("storage_postgres_test", "Postgres/LedgerShared/*:PostgresFence.*"),),
    ),
    "rewind": Control(
        "a look whether the ledger went back",
        f"{POSTGRES}/pg_standing.cpp",
        "if (before && went_back(connection, *before, *head_, deadline)) {",
        "if (before && false && went_back(connection, *before, *head_, deadline)) {",
        (("storage_postgres_test", "PgFailover.*"), ("e2e_lost_tail_test", "*")),
    ),
    "uuid": Control(
        "a new UUID of a ledger that went back",
        f"{POSTGRES}/pg_standing.cpp",
        "random_guid(), raised,",
        "found.id, raised,",
        (("storage_postgres_test", "PgFailover.*"), ("e2e_lost_tail_test", "*")),
    ),
    "seen": Control(
        "what other connections of the process have seen",
        f"{POSTGRES}/session/pg_session.cpp",
        "(!timeline_ || !seen().is_over(*timeline_)) && ",
        "",
        (("storage_postgres_test", "PgFailover.*"),),
    ),
    "next-host": Control(
        "the next host after a connection is lost",
        f"{POSTGRES}/session/pg_session.cpp",
        "host_ = (host_ + 1) % settings_.hosts.size();",
        "",
        (("storage_postgres_test", "PgFailover.*"),),
    ),
    "turn": Control(
        "an end of who stands still in the ledger's turn",
        f"{POSTGRES}/pg_turn.cpp",
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(held.pid)) FROM",
        "SELECT count(*) FROM",
        (("storage_postgres_test", "PgMemberTest.*:*PgDoubt.*"), ("e2e_frozen_test", "*")),
    ),
    "incarnation": Control(
        "a term of its own for who comes back under its name",
        f"{POSTGRES}/pg_member.cpp",
        "(SELECT incarnation + 1 FROM {0}.ledger)",
        "1",
        (("storage_postgres_test", "PgMemberTest.*"),),
    ),
}


def run(*command, **options):
    return subprocess.run(
        command, cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )


def bring_up_to_date():
    os.makedirs(COPY, exist_ok=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout
    for name in filter(None, listed.decode().split("\0")):
        source, target = os.path.join(ROOT, name), os.path.join(COPY, name)
        if not os.path.exists(source) or same(source, target):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)
    tools = os.path.join(COPY, "build", "tools")
    os.makedirs(os.path.dirname(tools), exist_ok=True)
    if not os.path.islink(tools):
        os.symlink(os.path.join(ROOT, "build", "tools"), tools)


def same(source, target):
    if not os.path.exists(target):
        return False
    with open(source, "rb") as one, open(target, "rb") as other:
        return one.read() == other.read()


def build(targets):
    if not os.path.exists(os.path.join(COPY, "build", "build.ninja")):
        run("cmake", "--preset", "release", "-DBUILD_TESTING=ON", check=True)
    done = run("cmake", "--build", "--preset", "release", "--target", *targets)
    if done.returncode:
        sys.exit("controls: not built\n" + done.stdout[-4000:])


def failed(program, tests):
    output = run(
        os.path.join("build", "tests", program), "--gtest_brief=1", f"--gtest_filter={tests}"
    ).stdout
    return sorted(
        {
            line.split()[3].rstrip(",")
            for line in output.splitlines()
            if re.match(r"\[  FAILED  \] \S+\.\S+.* \(\d+ ms\)", line)
        }
    )


def play(control):
    place = os.path.join(COPY, control.file)
    with open(place, encoding="utf-8") as file:
        sound = file.read()
    if sound.count(control.code) != 1:
        sys.exit(f"controls: {control.file} has not once: {control.code}")
    missed = 0
    try:
        with open(place, "w", encoding="utf-8") as file:
            file.write(sound.replace(control.code, control.instead))
        build([program for program, _ in control.suites] + ["tenantscope"])
        for program, tests in control.suites:
            found = failed(program, tests)
            missed += not found
            print(
                f"controls: without {control.without}: {program}: "
                + (f"{len(found)} fail: {', '.join(found)}" if found else "NONE FAILS"),
                flush=True,
            )
    finally:
        with open(place, "w", encoding="utf-8") as file:
            file.write(sound)
    return missed


def main():
    parser = argparse.ArgumentParser(description="Safeguards taken away, one after the other.")
    parser.add_argument("controls", nargs="*", metavar="CONTROL", help=", ".join(CONTROLS))
    chosen = parser.parse_args().controls
    for name in chosen:
        if name not in CONTROLS:
            parser.error(f"no control `{name}`: there are {', '.join(CONTROLS)}")
    bring_up_to_date()
    missed = sum(play(CONTROLS[name]) for name in chosen or CONTROLS)
    if missed:
        sys.exit(f"controls: {missed} missed")


if __name__ == "__main__":
    main()
