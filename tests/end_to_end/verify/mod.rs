//! `verify`: both sides of a run held against its manifest.

mod formats;
mod tampered;

use std::path::Path;

use events2logs_batch::verify::CODES;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::archives::zip_of;
use crate::command::{Folder, Ran, event, tree};

/// The fixture archive under `in`, converted into `out`.
fn converted() -> Folder {
    let folder = Folder::new();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive");
    for (path, content) in tree(&archive) {
        folder.write(&format!("in/{}", path.display()), content);
    }
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 2);
    folder
}

/// A small archive under `in`, converted into `out`: `a` and `b` with four events each, and a
/// record that is rejected.
fn small() -> Folder {
    let folder = Folder::new();
    for name in ["a", "b"] {
        let events: Vec<String> = (1..=4).map(|it| event(&format!("{name}{it}"))).collect();
        folder.write(&format!("in/{name}.json"), events.join("\n"));
    }
    let b = folder.read("in/b.json");
    folder.write("in/b.json", format!("{b}\n{{\"cut\":\n"));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 1);
    folder
}

fn verify(folder: &Folder, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "@in", "--against", "@out"];
    arguments.extend(more);
    folder.run(&arguments)
}

/// The exit code and findings, without what changes with the tables.
fn findings(ran: &Ran) -> String {
    let mut text = format!("exit code {}\n", ran.code);
    for line in ran.stdout.lines() {
        let code = line.split(':').next().unwrap();
        assert!(CODES.iter().any(|it| it.0 == code), "{code} has no meaning");
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            if words[at].starts_with("byte") {
                words[at - 1] = "N".to_owned();
            }
            if words[at - 1] == "SHA-256" {
                words[at] = "SUM".to_owned();
            }
        }
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    text
}

/// What both ways to verify find.
fn both(folder: &Folder) -> String {
    let shallow = verify(folder, &[]);
    let deep = verify(folder, &["--deep"]);
    let (shallow, deep) = (findings(&shallow), findings(&deep));
    format!("{shallow}with --deep: {deep}")
}

/// That the fixture archive is as it should be, but for the array in it that is cut off.
fn assert_as_converted(ran: &Ran) {
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let [line] = lines[..] else {
        panic!("other findings than one: {}", ran.stdout)
    };
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(line.starts_with("input-unconverted: "), "{line}");
    assert!(
        line.contains("broken/truncated-array.json: was not read to its end"),
        "{line}"
    );
}

/// Changes a line of a file by `change`, which is given its words and may take or add some.
fn with_lines(folder: &Folder, name: &str, change: impl FnOnce(&mut Vec<String>)) {
    let text = folder.read(name);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    folder.write(name, text);
}

/// Changes the manifest.
fn with_manifest(folder: &Folder, change: impl FnOnce(&mut Value)) {
    let mut manifest = folder.manifest("out");
    change(&mut manifest);
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    folder.write("out/manifest.json", format!("{text}\n"));
}

/// Size and checksum of a file.
fn digest(folder: &Folder, name: &str) -> (u64, String) {
    let bytes = std::fs::read(folder.path(name)).unwrap();
    let hash = Sha256::digest(&bytes);
    let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes.len() as u64, hash)
}

/// Makes the manifest vouch for the output of the input at `at` as it is now, with `events` in it.
fn vouch(folder: &Folder, at: usize, removed: u64) {
    with_manifest(folder, |manifest| {
        let path = manifest["inputs"][at]["output"]["path"].clone();
        let (bytes, sha256) = digest(folder, &format!("out/{}", path.as_str().unwrap()));
        manifest["inputs"][at]["output"]["bytes"] = bytes.into();
        manifest["inputs"][at]["output"]["sha256"] = sha256.into();
        for counts in ["/inputs/AT", "/totals"] {
            let counts = counts.replace("AT", &at.to_string());
            for count in ["events", "converted"] {
                let count = manifest.pointer_mut(&format!("{counts}/{count}")).unwrap();
                *count = (count.as_u64().unwrap() - removed).into();
            }
        }
    });
}

#[test]
fn a_converted_archive_is_as_its_manifest_says() {
    let folder = converted();
    let shallow = verify(&folder, &[]);
    let deep = verify(&folder, &["--deep"]);
    let alone = folder.run(&["verify", "--against", "@out"]);
    for ran in [&shallow, &deep, &alone] {
        assert_as_converted(ran);
    }
    let said = [shallow.stderr, deep.stderr, alone.stderr].join("\n");
    let manifest = digest(&folder, "out/manifest.json").1;
    assert!(said.contains(&manifest));
    let tables = folder.manifest("out")["tables_sha256"].clone();
    let said = said.replace(&manifest, "MANIFEST");
    let said = said.replace(&tables.as_str().unwrap()[..12], "TABLES");
    insta::assert_snapshot!(said);
}

#[test]
fn so_is_a_restored_one() {
    let folder = converted();
    assert_eq!(
        folder.run(&["restore", "@out", "-o", "@legacy", "-q"]).code,
        0
    );
    let arguments = ["verify", "@out", "--against", "@legacy", "--deep", "-q"];
    let ran = folder.run(&arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    with_lines(&folder, "legacy/2017/01/events.ndjson", |lines| {
        lines[2] = lines[2].replace("\"message\":\"", "\"message\":\"not ");
    });
    insta::assert_snapshot!(findings(&folder.run(&arguments)));
}

#[test]
fn every_way_to_convert_can_be_verified() {
    let folder = Folder::new();
    let unknown = event("x").replace("core.user_auth.session_clear", "app.acme.export");
    folder.write(
        "in/a.json",
        format!("[{},{unknown},{}]", event("a"), event("b")),
    );
    folder.write(
        "own.csv",
        "legacy_event_type,event_type,outcome_result\ncore.user_auth.session_clear,acme.clear,FAILURE\n",
    );
    for (out, options) in [
        ("@omit", &["--omit-nulls"][..]),
        ("@reject", &["--unknown-types", "reject"]),
        ("@own", &["--mappings", "@own.csv", "--omit-nulls"]),
    ] {
        let convert = [&["convert", "@in", "-o", out, "-q"], options].concat();
        assert!(folder.run(&convert).code < 2);
        let ran = folder.run(&["verify", "@in", "--against", out, "--deep"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        assert_eq!(
            ran.stderr.contains("the run had other tables"),
            out == "@own"
        );
    }
    let deep = ["verify", "@in", "--against", "@own", "--deep"];
    let ran = folder.run(&[&deep[..], &["--mappings", "@own.csv"]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(!ran.stderr.contains("other tables"), "{}", ran.stderr);
}

#[test]
fn an_archive_that_has_moved_is_told_by_its_outputs() {
    let folder = converted();
    std::fs::rename(folder.path("in"), folder.path("moved")).unwrap();
    let ran = folder.run(&["verify", "@moved", "--against", "@out", "--deep", "-q"]);
    assert_as_converted(&ran);
    // A part of it is not all of it.
    std::fs::rename(folder.path("moved"), folder.path("in")).unwrap();
    let ran = folder.run(&["verify", "@in/2017", "--against", "@out", "-q"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout.lines().count(), 24, "{}", ran.stdout);
    let line = ran.stdout.lines().next().unwrap();
    assert!(
        line.contains("is there, but not under the INPUTs given"),
        "{line}"
    );
}

#[test]
fn inputs_without_an_output_are_told_by_their_paths() {
    let folder = Folder::new();
    for name in ["in/README.txt", "in/sub/README.txt", "in/sub/notes.txt"] {
        folder.write(name, "no JSON");
    }
    folder.write("in/sub/a.json", event("a"));
    let zip = zip_of(&[("b.json", &event("b")), ("notes.txt", "no JSON")]);
    folder.write("in/pack.zip", zip);
    let ran = folder.run_in("", &["convert", "in", "-o", "out", "-q"]);
    assert_eq!(ran.code, 2);
    let four = [
        "README.txt",
        "pack.zip!/notes.txt",
        "sub/README.txt",
        "sub/notes.txt",
    ];
    let codes = |ran: &Ran| -> Vec<String> {
        let lines = ran.stdout.lines();
        let said = lines.map(|line| line.splitn(3, ": ").take(2).collect::<Vec<_>>().join(" "));
        said.collect()
    };
    let expected = four.map(|name| format!("input-unconverted in/{name}"));
    for (at, given, out) in [
        ("", "./in/", "out"),
        ("", "in", "out"),
        ("sub", "../in", "../out"),
        ("in", ".", "../out"),
    ] {
        std::fs::create_dir_all(folder.path("sub")).unwrap();
        let ran = folder.run_in(at, &["verify", given, "--against", out, "--deep", "-q"]);
        assert_eq!(
            (ran.code, codes(&ran)),
            (1, expected.to_vec()),
            "{given}: {}",
            ran.stdout
        );
    }
    std::fs::rename(folder.path("in"), folder.path("moved")).unwrap();
    let ran = folder.run_in("", &["verify", "moved", "--against", "out", "-q"]);
    assert_eq!(
        (ran.code, codes(&ran)),
        (1, expected.to_vec()),
        "{}",
        ran.stdout
    );
    // One that goes and one that comes elsewhere are not the same.
    std::fs::remove_file(folder.path("moved/sub/notes.txt")).unwrap();
    folder.write("moved/notes.txt", "no JSON");
    let ran = folder.run_in("", &["verify", "moved", "--against", "out", "-q"]);
    insta::assert_snapshot!(findings(&ran));
}

#[test]
fn every_code_is_in_the_docs() {
    let docs = include_str!("../../../docs/verify.md");
    let listed: Vec<String> = docs
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(str::to_owned)
        .collect();
    let expected: Vec<String> = CODES
        .iter()
        .map(|(code, meaning)| format!("| `{code}` | {meaning} |"))
        .collect();
    assert_eq!(listed, expected, "docs/verify.md lists other codes");
}

#[test]
fn a_run_that_is_not_finished() {
    let folder = small();
    folder.write(
        "out/.events2logs/mark.json",
        "{\"own\":true,\"outputs\":[{\"path\":\"a.ndjson\"}]}",
    );
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn what_cannot_be_read_as_an_archive_any_more() {
    let folder = small();
    folder.write("out/a.ndjson", "\0\0\0 binary");
    folder.write("in/b.json", "# no JSON");
    std::fs::remove_file(folder.path("out/rejects.ndjson")).unwrap();
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn an_input_that_was_never_converted_is_not_passed_over() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("in/notes.txt", "no JSON");
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 2);
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn an_input_that_was_not_read_to_its_end_is_a_finding() {
    use std::io::Write as _;
    let folder = Folder::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    for at in 0..100 {
        writeln!(gzip, "{}", event(&format!("g{at}"))).unwrap();
    }
    let mut gzip = gzip.finish().unwrap();
    let whole = gzip.len();
    gzip.truncate(whole * 9 / 10);
    folder.write("in/cut.json.gz", &gzip);
    folder.write("in/array.json", format!("[{},{}", event("a"), event("b")));
    folder.write("in/empty.json", "");
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 2);
    let alone = folder.run(&["verify", "--against", "@out", "-q"]);
    insta::assert_snapshot!(format!("{}alone: {}", both(&folder), findings(&alone)));
    let ran = verify(&folder, &["--deep", "-q", "--format", "json"]);
    assert_eq!(ran.code, 1);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["ok"], false);
    let codes = json["findings"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["input-unconverted"; 2]);
    let notes = json["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].as_str().unwrap().contains("in/empty.json: empty"));
    // A manifest that keeps silent about it is found out by the input.
    with_manifest(&folder, |manifest| {
        for input in manifest["inputs"].as_array_mut().unwrap() {
            input.as_object_mut().unwrap().remove("problem");
        }
        manifest["totals"]["inputs_with_problems"] = 0.into();
    });
    let ran = verify(&folder, &["-q"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stdout.matches("input-unconverted: ").count(),
        2,
        "{}",
        ran.stdout
    );
}

#[test]
fn wrong_usage() {
    let folder = Folder::new();
    let deep_alone = folder.run(&["verify", "--against", "@out", "--deep"]);
    let against_nothing = folder.run(&["verify", "@in"]);
    assert_eq!((deep_alone.code, against_nothing.code), (2, 2));
    insta::assert_snapshot!([deep_alone.stderr, against_nothing.stderr].join("\n"));
}

#[test]
fn help() {
    insta::assert_snapshot!(crate::command::run(["verify", "--help"]).stdout);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = small();
    for name in [&b"in/a\xff.json"[..], b"in/a\xfe.json", b"in/\x1b[2J.json"] {
        let name = Path::new(std::ffi::OsStr::from_bytes(name));
        let path = folder.path("").join(name);
        std::fs::write(path, event("odd")).unwrap();
    }
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 1);
    let ran = verify(&folder, &["--deep", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    std::fs::write(folder.path("out/\u{1b}[2J.ndjson"), "{}").unwrap();
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn events_that_were_converted_before() {
    let folder = small();
    // Converted ones among those to convert: they pass through.
    let converted = folder.read("out/a.ndjson");
    folder.write(
        "in/b.json",
        format!("{}\n{converted}{}", event("x"), event("y")),
    );
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 0);
    folder.write(
        "own.csv",
        "legacy_event_type,event_type\napp.acme.x,acme.x\n",
    );
    for mappings in [&[][..], &["--mappings", "@own.csv"]] {
        let ran = verify(&folder, &[&["--deep", "-q"], mappings].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    }
    // One that should pass through is restored instead; one that should be converted is not.
    with_lines(&folder, "out/b.ndjson", |lines| {
        lines[0] = event("x");
        lines[2] = event("a2");
    });
    vouch(&folder, 1, 0);
    let mut all = String::new();
    for mappings in [&[][..], &["--mappings", "@own.csv"]] {
        let ran = verify(&folder, &[&["--deep"], mappings].concat());
        all.push_str(&findings(&ran));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_record_that_was_too_long_is_not_passed_over() {
    let folder = Folder::new();
    let long = event("b").replace("Session cleared", &"y".repeat(21_000_000));
    folder.write("in/a.json", [event("a"), long, event("c")].join("\n"));
    let memory = ["--memory", "64M", "-q"];
    let convert = [&["convert", "@in", "-o", "@out"], &memory[..]].concat();
    assert_eq!(folder.run(&convert).code, 2);
    let same = findings(&verify(&folder, &[&["--deep"], &memory[..]].concat()));
    let more = findings(&verify(&folder, &["--deep"]));
    insta::assert_snapshot!(format!("{same}with more memory: {more}"));
}
