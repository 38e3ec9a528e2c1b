#!/usr/bin/env python3
"""How long `events2logs check` takes beside ripgrep, over 100,000 files of 1 GB in all.

Usage: tests/check_ratio.py EVENTS2LOGS [FILES [ROUNDS]]

EVENTS2LOGS is a release binary; `rg` must be on the PATH. The files, the same in every run, are
made in a temporary folder and taken away at the end; they are source code and logs in prose of
many words, and one in a hundred holds a query. Each round runs `rg` for three words, then `check`;
what is printed are the times of all rounds and the ratio of the medians.
"""

import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

SIZE = 10_000
ENDINGS = ("py", "tf", "yml", "json", "sh", "ps1", "md", "ts", "go", "txt")
WORDS = (
    "return value error config request user client session filter event type name list for in the "
    "of and if not when import def class self None True False string number result log policy"
).split()
QUERIES = (
    "q = 'eventType eq \"user.session.start\" and outcome.result eq \"FAILURE\"'\n",
    "url = 'https://example.okta.com/api/v1/events?limit=100&startDate=2017-10-01'\n",
    "kind: core.user_auth.login_failed\n",
)


def make(folder, files):
    """Writes the files; lines come from a pool, so that this takes a minute and not ten."""
    chance = random.Random(5)
    lines = []
    for _ in range(20_000):
        words = chance.choices(WORDS, k=chance.randint(3, 14))
        words.append(f"{chance.choice(WORDS)}_{chance.randint(0, 9999)}")
        lines.append("    " * chance.randint(0, 3) + chance.choice((" ", ".", ", ")).join(words) + "\n")
    for number in range(files):
        text, size = [], 0
        while size < SIZE:
            line = chance.choice(lines)
            text.append(line)
            size += len(line)
        if number % 100 == 0:
            text.insert(len(text) // 2, chance.choice(QUERIES))
        path = folder / f"{number // 1000:03}" / f"{number:06}.{ENDINGS[number % len(ENDINGS)]}"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(text), encoding="utf-8")


def timed(command, folder):
    """Seconds, without what is printed."""
    start = time.monotonic()
    run = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if run.returncode > 1:
        sys.exit(f"{command}: exit code {run.returncode}")
    return time.monotonic() - start


def main():
    """Makes, measures, prints."""
    binary = pathlib.Path(sys.argv[1]).resolve()
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    rg = ["rg", "-e", "eventType", "-e", "legacyEventType", "-e", "api/v1/events", "."]
    check = [binary, "check", "--no-config", "--format", "jsonl", "."]
    with tempfile.TemporaryDirectory(prefix="events2logs-ratio-") as name:
        folder = pathlib.Path(name)
        make(folder, files)
        size = sum(it.stat().st_size for it in folder.rglob("*.*"))
        print(f"{files:,} files, {size / 1e9:.2f} GB")
        # Both find the files in memory.
        timed(rg, folder)
        times = {"rg": [], "check": []}
        for _ in range(rounds):
            times["rg"].append(timed(rg, folder))
            times["check"].append(timed(check, folder))
    medians = {}
    for what, seconds in times.items():
        medians[what] = statistics.median(seconds)
        all_of_them = " ".join(f"{it:.2f}" for it in seconds)
        print(f"{what:>5}: {medians[what]:.2f} s ({all_of_them})")
    print(f"ratio: {medians['check'] / medians['rg']:.2f}")


if __name__ == "__main__":
    main()
