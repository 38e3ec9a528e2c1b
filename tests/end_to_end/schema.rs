//! The schemas in `docs/` know every key that is written. That what is written fits them is
//! checked by `tests/reports.py`.

use std::collections::BTreeSet;

use events2logs_batch::{
    Checksum, FileDigest, FormatsEntry, InputEntry, Manifest, Mappings, Options, OutputEntry,
    RunTotals, SCHEMA_VERSION, Terms, Tool, Totals,
};
use serde_json::Value;

use crate::command::{Folder, event};

const MANIFEST: &str = include_str!("../../docs/manifest.schema.json");
const SUMMARY: &str = include_str!("../../docs/summary.schema.json");
const REJECTS: &str = include_str!("../../docs/rejects.schema.json");

/// A manifest with everything in it that one can have. A new field does not compile till it is
/// here, and does not pass till it is in the schema.
fn full() -> Manifest {
    let digest = || FileDigest {
        bytes: 1,
        sha256: Checksum::default(),
    };
    let totals = Totals {
        events: 1,
        converted: 1,
        passed_through: 0,
        rejected: 0,
    };
    let text = || Some("text".to_owned());
    Manifest {
        schema_version: SCHEMA_VERSION,
        terms: Terms {
            tool: Tool {
                name: "events2logs".to_owned(),
                version: "0.1.0".to_owned(),
            },
            action: "convert".to_owned(),
            tables_sha256: text(),
            options: Some(Options {
                unknown_types: "keep".to_owned(),
                omit_nulls: false,
            }),
            formats: Some(FormatsEntry {
                to: "csv".to_owned(),
                compress: "gzip".to_owned(),
                unwrap: text(),
                max_ratio: Some(1),
            }),
            mappings: vec![Mappings {
                name: "own.csv".to_owned(),
                sha256: "0".repeat(64),
            }],
        },
        totals: RunTotals {
            counts: totals,
            inputs_with_problems: 0,
        },
        rejects_by_reason: [("invalid-json".to_owned(), 1)].into(),
        rejects: digest(),
        inputs: vec![InputEntry {
            input: "a.json".to_owned(),
            input_base64: text().map(Into::into),
            digest: Some(digest()),
            totals,
            output: Some(OutputEntry {
                path: "a.ndjson".to_owned(),
                path_base64: text().map(Into::into),
                digest: digest(),
            }),
            problem: text().map(Into::into),
        }],
    }
}

/// Holds the keys of `value` against the properties of `schema`, which is a part of `root`.
fn compare(value: &Value, schema: &Value, root: &Value, place: &str) {
    if let Some(to) = schema.get("$ref").and_then(Value::as_str) {
        let to = to.strip_prefix('#').unwrap();
        return compare(value, root.pointer(to).unwrap(), root, place);
    }
    match value {
        Value::Object(members) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                // Keys are free.
                return;
            };
            assert_eq!(schema["additionalProperties"], false, "{place}");
            let keys: BTreeSet<&String> = members.keys().collect();
            let known: BTreeSet<&String> = properties.keys().collect();
            assert_eq!(keys, known, "{place}");
            for (key, value) in members {
                compare(value, &properties[key], root, &format!("{place}/{key}"));
            }
        }
        Value::Array(elements) => {
            for element in elements {
                compare(element, &schema["items"], root, &format!("{place}/0"));
            }
        }
        _ => {}
    }
}

#[test]
fn the_schema_of_the_manifest_has_the_keys_of_the_manifest() {
    let schema: Value = serde_json::from_str(MANIFEST).unwrap();
    let manifest = serde_json::to_value(full()).unwrap();
    compare(&manifest, &schema, &schema, "");
    let version = &schema["properties"]["schema_version"]["const"];
    assert_eq!(version, SCHEMA_VERSION);
}

#[test]
fn the_schema_of_rejects_has_the_keys_of_rejects() {
    let schema: Value = serde_json::from_str(REJECTS).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    let known: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let codes = schema["properties"]["code"]["enum"].as_array().unwrap();
    let folder = Folder::new();
    let ran = folder.run(&["convert", "fixtures/archive", "-o", "@out", "-q"]);
    assert_eq!(ran.code, 2);
    let rejects: Vec<Value> = folder
        .read("out/rejects.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let objects = rejects.iter().filter_map(Value::as_object);
    let keys: BTreeSet<&String> = objects.flat_map(|it| it.keys()).collect();
    assert_eq!(keys, known);
    for reject in &rejects {
        assert!(codes.contains(&reject["code"]), "{reject}");
    }
}

/// All in one run, so that there is no key that it leaves out: wrapped records, more inputs without
/// events than are named, more types than are counted, and a record too long for the memory.
#[test]
fn the_schema_of_the_summary_has_the_keys_of_the_summary() {
    let folder = Folder::new();
    for number in 0..11 {
        let wrapped = format!("{{\"_source\":{}}}", event("wrapped"));
        folder.write(&format!("in/wrapped-{number}.json"), wrapped);
    }
    let types: String = (0..10_001)
        .map(|it| event("a").replace("core.user_auth.session_clear", &format!("acme.{it}")) + "\n")
        .collect();
    folder.write("in/types.ndjson", types);
    folder.write("in/long.json", format!("[\"{}\"]", "x".repeat(21 << 20)));
    let ran = folder.run(&[
        "convert",
        "@in",
        "-o",
        "@out",
        "-q",
        "--memory",
        "64M",
        "--summary",
        "json",
    ]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let summary: Value = serde_json::from_str(&ran.stdout).unwrap();
    let schema: Value = serde_json::from_str(SUMMARY).unwrap();
    compare(&summary, &schema, &schema, "");
    assert_eq!(summary["unwrap_by_reason"]["no-object-type"], "/_source");
    assert_eq!(
        summary["rejected_inputs"][0]["input"],
        "DIR/in/wrapped-0.json"
    );
    assert_eq!(summary["more_rejected_inputs"], 1);
    let help = summary["problems"][0]["help"].as_str().unwrap();
    assert!(help.contains("--memory"), "{help}");
}
