//! The fixture archive, whole.

use std::io::Read as _;
use std::path::Path;

use events2logs_batch::Manifest;
use events2logs_mapping::same_json;
use serde_json::value::RawValue;

use crate::command::{Folder, run, tree};

const ARCHIVE: &str = "fixtures/archive";

fn converted(folder: &Folder) -> Manifest {
    let ran = folder.run(&["convert", ARCHIVE, "-o", "@out"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    serde_json::from_str(&folder.read("out/manifest.json")).unwrap()
}

/// The records of a fixture as texts, broken ones among them.
fn records(path: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut bytes = std::fs::read(&path).unwrap();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut decoded = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut decoded)
            .unwrap();
        bytes = decoded;
    }
    let own = |values: Vec<&RawValue>| -> Vec<Vec<u8>> {
        let texts = values.iter().map(|value| value.get().as_bytes().to_vec());
        texts.collect()
    };
    if let Ok(values) = serde_json::from_slice(&bytes) {
        return own(values);
    }
    let values: Result<Vec<&RawValue>, _> = serde_json::Deserializer::from_slice(&bytes)
        .into_iter()
        .collect();
    if let Ok(values) = values {
        return own(values);
    }
    // Broken ones: those here have a record to a line, but for brackets and commas.
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .map(|line| {
            let line = line.strip_suffix(b",").unwrap_or(line);
            match line.strip_prefix(b"[") {
                Some(record) if record.starts_with(b"{") => record,
                _ => line,
            }
        })
        .filter(|line| !line.is_empty() && line != b"[" && line != b"]")
        .map(<[u8]>::to_vec)
        .collect()
}

#[test]
fn the_summary_of_the_fixture_archive() {
    let folder = Folder::new();
    let ran = folder.run(&["convert", ARCHIVE, "-o", "@out"]);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn every_event_of_every_fixture_is_accounted_for() {
    let folder = Folder::new();
    let manifest = converted(&folder);
    let mut sum = 0;
    for input in &manifest.inputs {
        let totals = input.totals;
        let accounted = totals.converted + totals.passed_through + totals.rejected;
        assert_eq!(totals.events, accounted, "{}", input.input);
        let records = records(&input.input).len() as u64;
        assert_eq!(totals.events, records, "{}", input.input);
        let output = input.output.as_ref().unwrap();
        let lines = folder.read(&format!("out/{}", output.path)).lines().count() as u64;
        assert_eq!(
            lines,
            totals.converted + totals.passed_through,
            "{}",
            input.input
        );
        sum += totals.events;
    }
    assert_eq!(sum, manifest.totals.counts.events);
    let rejects = folder.read("out/rejects.ndjson").lines().count() as u64;
    assert_eq!(rejects, manifest.totals.counts.rejected);
}

#[test]
fn restoring_every_fixture_gives_the_input_as_json() {
    let folder = Folder::new();
    let manifest = converted(&folder);
    let ran = folder.run(&["restore", "@out", "-o", "@legacy"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!("summary_of_the_restored_archive", ran.stderr);
    let rejected: Vec<serde_json::Value> = folder
        .read("out/rejects.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for input in &manifest.inputs {
        let path = &input.output.as_ref().unwrap().path;
        let restored = folder.read(&format!("legacy/{path}"));
        let mut restored = restored.lines();
        let mut rejects = rejected
            .iter()
            .filter(|reject| reject["source"] == input.input.as_str());
        for record in records(&input.input) {
            let Ok(text) = String::from_utf8(record) else {
                // The one that is no UTF-8 is among the rejects.
                assert!(rejects.next().unwrap()["record_base64"].is_string());
                continue;
            };
            let is_rejected = rejected
                .iter()
                .any(|reject| reject["record"] == text.as_str());
            if is_rejected {
                assert_eq!(rejects.next().unwrap()["record"], text.as_str());
            } else {
                let restored = restored.next().unwrap();
                assert!(same_json(&text, restored).unwrap(), "{text}\n{restored}");
            }
        }
        assert_eq!(restored.next(), None, "{}", input.input);
        assert_eq!(rejects.next(), None, "{}", input.input);
    }
}

#[test]
fn the_tree_does_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    for jobs in ["1", "2", "7"] {
        let out = format!("@{jobs}");
        let ran = folder.run(&["convert", ARCHIVE, "-o", &out, "--jobs", jobs]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
    }
    let one = tree(&folder.path("1"));
    assert!(one.len() > 20);
    assert_eq!(one, tree(&folder.path("2")));
    assert_eq!(one, tree(&folder.path("7")));
}

#[test]
fn a_second_run_gives_the_same_tree() {
    let folder = Folder::new();
    converted(&folder);
    let first = tree(&folder.path("out"));
    converted(&folder);
    assert_eq!(first, tree(&folder.path("out")));
}

#[test]
fn many_blocks_stay_in_order() {
    let folder = Folder::new();
    let mut events = String::new();
    // Some ten blocks of a mebibyte, with a broken line here and there.
    for number in 0..70_000 {
        events.push_str(&crate::command::event(&format!("tev{number}")));
        events.push('\n');
        if number % 20_000 == 7 {
            events.push_str("{\"cut\":\n");
        }
    }
    folder.write("in/lines.json", &events);
    let array = events.replace("{\"cut\":\n", "7\n");
    let array = format!("[{}]", array.trim_end().replace('\n', ",\n"));
    folder.write("in/array.json", array);
    for jobs in ["1", "4"] {
        let ran = folder.run(&["convert", "@in", "-o", &format!("@{jobs}"), "--jobs", jobs]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
    }
    let one = tree(&folder.path("1"));
    assert_eq!(one, tree(&folder.path("4")));
    let lines = String::from_utf8(one[Path::new("lines.ndjson")].clone()).unwrap();
    assert_eq!(lines.lines().count(), 70_000);
    for (number, line) in lines.lines().enumerate() {
        assert!(
            line.contains(&format!("\"eventId\":\"tev{number}\"")),
            "{line}"
        );
    }
    assert_eq!(
        one[Path::new("lines.ndjson")],
        one[Path::new("array.ndjson")]
    );
    let rejects = folder.read("1/rejects.ndjson");
    let places: Vec<(u64, u64)> = rejects
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|reject| reject["source"].as_str().unwrap().ends_with("lines.json"))
        .map(|reject| {
            (
                reject["line"].as_u64().unwrap(),
                reject["byte"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(places.len(), 4);
    for (line, byte) in places {
        let at = usize::try_from(byte).unwrap();
        assert!(events.get(at..).unwrap().starts_with("{\"cut\":\n"));
        let before = events.get(..at).unwrap().matches('\n').count() as u64;
        assert_eq!(line, before + 1);
    }
}

#[test]
fn nothing_unfinished_is_left() {
    let folder = Folder::new();
    converted(&folder);
    let left: Vec<_> = std::fs::read_dir(folder.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_first_command_of_the_readme_is_the_one_tested_here() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains("cargo run --release -- convert fixtures/archive -o converted"));
    // And what it shows of the summary is what the command prints.
    let folder = Folder::new();
    let ran = run([
        "convert",
        ARCHIVE,
        "-o",
        folder.path("out").to_str().unwrap(),
    ]);
    let shown = readme
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the summary in a text block");
    let summary = ran
        .stderr
        .replace(folder.path("out").to_str().unwrap(), "converted");
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(
            summary.contains(line),
            "README.md shows what is not printed: {line:?}"
        );
    }
}
