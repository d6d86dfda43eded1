#!/usr/bin/env python3
"""Daemons on a real PostgreSQL: one that doesn't answer, what polls and a first start cost it, and daemons that are killed and stopped all the time.

  fleet.py [PART...]        all of them unless told; nearly two hours
  fleet.py --short PART...  each 20 to 60 s, for a test: seconds are told, and not held to their gates
Says what was promised and what was seen; exits 1 where that isn't the same.
"""
import argparse, functools, os

from replicas.load import baselines, transactions
from replicas.silence import KINDS, silent
from replicas.soak import soak
from soak import Verdict, play

PARTS = {
    **{f"silent-{kind}": functools.partial(silent, kind) for kind in KINDS},
    "transactions": transactions,
    "baselines": baselines,
    "soak": soak,
}


def play_parts(options, origin, folder):
    missed = 0
    for part in options.parts or PARTS:
        verdict = Verdict(f"fleet {part}")
        place = os.path.join(folder, part)
        os.makedirs(place)
        origin.reset()
        PARTS[part](options, origin, place, verdict)
        missed += verdict.missed
    return missed


def main():
    parser = argparse.ArgumentParser(description="Several daemons, one PostgreSQL.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--short", action="store_true", help="as tests run it")
    parser.add_argument("--seconds", type=int, help="of silence, or of the soak")
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"no part `{part}`: there are {', '.join(PARTS)}")
    play("fleet", lambda origin, folder: play_parts(options, origin, folder))


if __name__ == "__main__":
    main()
