#!/usr/bin/env python3
"""What events2logs writes is what others can read: SARIF fits its schema, JUnit loads, manifests and
rejects fit theirs.

Usage: tests/reports.py EVENTS2LOGS

EVENTS2LOGS is the binary. Reads the reports it prints over fixtures/ and the snapshots of reports
in crates/ and tests/, checks each SARIF against tests/sarif-schema-2.1.0.json (the schema of the
SARIF committee as the crate serde-sarif ships it) and loads each JUnit file with junitparser. Also
holds action.yml and .pre-commit-hooks.yaml against the schemas of check-jsonschema, and the summary,
manifest and rejects of several runs against docs/*.schema.json. Needs the packages of tests/reports_requirements.txt.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import junitparser

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What events2logs check ends with, with findings and without.
CHECKED = (0, 1)


def snapshots(name):
    """Yields each committed snapshot whose file name holds `name`, without insta's header."""
    for folder in ("crates", "tests"):
        for path in sorted((ROOT / folder).rglob(f"*{name}*.snap")):
            yield path.relative_to(ROOT), path.read_text("utf-8").split("---\n", 2)[2]


def printed(binary, form):
    """What the binary prints over the fixtures."""
    run = subprocess.run(
        [binary, "check", "--no-config", "--quiet", "--format", form, "fixtures"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert run.returncode in CHECKED, run.stderr.decode()
    return f"check --format {form} fixtures", run.stdout.decode()


def sarif(text, validator):
    log = json.loads(text)
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]
    assert not errors, "\n".join(errors)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"], result
    return len(run["results"])


def junit(text):
    suites = junitparser.JUnitXml.fromstring(text.encode())
    cases = [case for suite in suites for case in suite]
    failed = [case for case in cases for result in case.result if isinstance(result, junitparser.Failure)]
    assert suites.tests == len(cases), (suites.tests, len(cases))
    assert suites.failures == len(failed), (suites.failures, len(failed))
    assert all(suite.tests == len(list(suite)) for suite in suites)
    return len(cases)


def validator(name):
    schema = json.loads((ROOT / "docs" / name).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def runs(folder):
    """Yields a name and the arguments of runs that between them write every key."""
    event = {"published": "2018-01-31T23:59:59Z", "action": {"objectType": "app.acme.export"}}
    odd = folder / "odd"
    odd.mkdir()
    (odd / "a.json").write_text(json.dumps(event), "utf-8")
    with open(os.path.join(os.fsencode(odd), b"a\xff.json"), "w", encoding="utf-8") as file:
        json.dump(event, file)
    own = folder / "own.csv"
    own.write_text("legacy_event_type,event_type\napp.acme.export,acme.exported\n", "utf-8")
    yield "archive", ["convert", "fixtures/archive"]
    yield "unreadable", ["convert", "fixtures/archive", folder / "gone.json"]
    yield "rejected", ["convert", odd, "--unknown-types", "reject", "--omit-nulls"]
    yield "mapped", ["convert", odd, "--mappings", own]
    yield "other formats", ["convert", odd, "--to", "csv", "--compress", "gzip", "--unwrap", "/result"]
    yield "restored", ["restore", folder / "archive"]


def manifests(binary):
    names = ("manifest", "rejects", "summary")
    manifest, reject, summary = (validator(f"{name}.schema.json") for name in names)
    keys = set()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, arguments in runs(folder):
            out = folder / name
            command = [binary, *arguments, "-o", out, "--quiet", "--summary", "json"]
            printed = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
            written = json.loads((out / "manifest.json").read_text("utf-8"))
            lines = (out / "rejects.ndjson").read_text("utf-8").splitlines()
            found = list(manifest.iter_errors(written))
            found += [error for line in lines for error in reject.iter_errors(json.loads(line))]
            found += summary.iter_errors(json.loads(printed.stdout))
            assert not found, "\n".join(f"{name}: {error.json_path}: {error.message}" for error in found)
            keys.update(written, *written["inputs"])
            verified = subprocess.run([binary, "verify", "--against", out, "--format", "json"], check=False, capture_output=True)
            assert "findings" in json.loads(verified.stdout), verified.stderr
            print(f"{name}: summary, manifest and {len(lines)} rejects fit the schemas")
    every = {*manifest.schema["properties"], *manifest.schema["$defs"]["input"]["properties"]}
    assert keys == every, f"never written: {every - keys}"


def main():
    (binary,) = sys.argv[1:]
    binary = pathlib.Path(binary).resolve()
    schema = json.loads((ROOT / "tests" / "sarif-schema-2.1.0.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    seen = 0
    for place, text in [*snapshots("sarif"), printed(binary, "sarif")]:
        # A snapshot names no version, so that it need not change with each.
        count = sarif(text.replace("VERSION", "0.0.0"), validator)
        print(f"{place}: {count} results fit the schema")
        seen += count
    for place, text in [*snapshots("junit"), printed(binary, "junit")]:
        print(f"{place}: {junit(text)} test cases load")
    assert seen, "no report with a finding was seen"
    manifests(binary)
    for schema_name, path in [("vendor.github-actions", "action.yml")]:
        subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema_name, path],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
