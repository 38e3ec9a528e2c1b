#!/usr/bin/env python3
"""The reports of `events2logs check` are what others can read: SARIF fits its schema, JUnit loads.

Usage: tests/reports.py EVENTS2LOGS

EVENTS2LOGS is the binary. Reads the reports it prints over fixtures/ and the snapshots of reports
in crates/ and tests/, checks each SARIF against tests/sarif-schema-2.1.0.json (the schema of the
SARIF committee as the crate serde-sarif ships it) and loads each JUnit file with junitparser. Also
holds action.yml and .pre-commit-hooks.yaml against the schemas of check-jsonschema. Needs the
packages of tests/reports_requirements.txt.
"""

import json
import pathlib
import subprocess
import sys

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
    for schema_name, path in [("vendor.github-actions", "action.yml")]:
        subprocess.run(
            [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema_name, path],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
