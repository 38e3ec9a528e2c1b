#!/usr/bin/env python3
"""Okta's own Python SDK reads every converted fixture event, and what it read holds the values.

Usage: tests/okta_sdk.py EVENTS2LOGS

EVENTS2LOGS is the binary. Converts fixtures/archive into a temporary folder, gives each LogEvent
to okta.models.log_event.LogEvent.from_dict, and compares what the SDK holds with the event, leaf
by leaf. Needs the packages of tests/okta_sdk_requirements.txt.
"""

import datetime
import enum
import json
import pathlib
import subprocess
import sys
import tempfile

from okta.models.log_event import LogEvent

ARCHIVE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "archive"

# What events2logs writes at the exit of a run that rejected records, or met a cut-off file.
FOUND_SOMETHING = (1, 2)


def differences(written, read, path=""):
    """Yields each leaf of `written` that `read` does not hold; null is held by anything absent."""
    if isinstance(read, enum.Enum):
        read = read.value
    if written is None:
        if read is not None:
            yield f"{path}: written null, read {read!r}"
    elif isinstance(written, dict):
        for key, value in written.items():
            held = read.get(key) if isinstance(read, dict) else None
            yield from differences(value, held, f"{path}.{key}")
    elif isinstance(written, list):
        held = read if isinstance(read, list) else []
        if len(held) != len(written):
            yield f"{path}: {len(written)} elements written, {len(held)} read"
        for at, (value, element) in enumerate(zip(written, held)):
            yield from differences(value, element, f"{path}[{at}]")
    elif path == ".published":
        # The SDK holds a datetime; the System Log has milliseconds.
        moment = read.astimezone(datetime.timezone.utc)
        spelled = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
        if spelled != written:
            yield f"{path}: written {written}, read {spelled}"
    elif read != written or type(read) is not type(written):
        yield f"{path}: written {written!r}, read {read!r}"


def check(binary):
    failures = []
    events = 0
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "convert", str(ARCHIVE), "-o", folder, "--quiet"]
        code = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
        if code not in FOUND_SOMETHING:
            sys.exit(f"{' '.join(command)} ended with {code}")
        files = sorted(pathlib.Path(folder).rglob("*.ndjson"))
        for file in files:
            if file.name == "rejects.ndjson":
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
                if not line:
                    continue
                events += 1
                written = json.loads(line)
                place = f"{file.relative_to(folder)}:{number}"
                try:
                    read = LogEvent.from_dict(written).model_dump(by_alias=True)
                except ValueError as error:
                    failures.append(f"{place}: {error}")
                    continue
                failures += [f"{place}: {it}" for it in differences(written, read)]
    for failure in failures:
        print(failure)
    print(f"{events} LogEvents read by Okta's SDK, {len(failures)} differences")
    return 0 if events > 300 and not failures else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(check(sys.argv[1]))
