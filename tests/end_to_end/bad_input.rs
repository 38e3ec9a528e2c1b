//! Bad input: told by file and line or byte, rejected where there is a record, and never to
//! the harm of the rest.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::command::{Folder, event};

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Converts `in`, which also holds a good file, and tells what was said before the summary,
/// the exit code, and the rejects; the good file is converted whatever the bad one is.
pub(super) fn convert(folder: &Folder) -> String {
    folder.write("in/good.json", format!("[{}]", event("good")));
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert!(
        folder
            .read("out/good.ndjson")
            .contains("\"eventId\":\"good\"")
    );
    let said: Vec<&str> = ran
        .stderr
        .lines()
        .take_while(|line| !line.contains(" from "))
        .collect();
    let rejects: Vec<String> = folder
        .read("out/rejects.ndjson")
        .lines()
        .map(|line| {
            let reject: serde_json::Value = serde_json::from_str(&folder.redact(line)).unwrap();
            let record = reject["record"]
                .as_str()
                .or(reject["record_base64"].as_str());
            format!(
                "{}:{} byte {}: {}: {}\n    {}",
                reject["source"].as_str().unwrap(),
                reject["line"],
                reject["byte"],
                reject["code"].as_str().unwrap(),
                reject["reason"].as_str().unwrap(),
                record.unwrap()
            )
        })
        .collect();
    format!(
        "exit {}\n{}\n{}",
        ran.code,
        said.join("\n"),
        rejects.join("\n")
    )
}

fn converts(content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write("in/bad.json", content);
    convert(&folder)
}

/// One broken line between two good ones.
pub(super) fn line(broken: impl AsRef<[u8]>) -> String {
    let mut content = event("before").into_bytes();
    content.push(b'\n');
    content.extend_from_slice(broken.as_ref());
    content.push(b'\n');
    content.extend_from_slice(event("after").as_bytes());
    let folder = Folder::new();
    folder.write("in/bad.json", content);
    let told = convert(&folder);
    let out = folder.read("out/bad.ndjson");
    assert_eq!(out.lines().count(), 2, "the lines around it are converted");
    told
}

#[test]
fn records() {
    let told: Vec<String> = [
        "{\"eventId\":\"tev1\",\"publi",
        "[1]",
        "{\"published\":\"2018-01-31T23:59:59.000Z\"}",
        "{\"published\":\"31/01/2018\",\"action\":{\"objectType\":\"app.auth.sso\"}}",
        "{\"a\":1,\"a\":2}",
        "\u{1b}[31mgarbage",
    ]
    .into_iter()
    .map(line)
    .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn invalid_utf8() {
    insta::assert_snapshot!(line(b"{\"a\":\"\xff\"}"));
}

#[test]
fn truncated_array() {
    insta::assert_snapshot!(converts(format!("[{},\n{{\"eventId\":", event("kept"))));
}

#[test]
fn a_missing_quote_does_not_take_the_rest_of_an_array_with_it() {
    let broken = event("broken").replace("\"}}", "}}");
    let text = format!("[{},\n{broken},\n{}]", event("before"), event("after"));
    let folder = Folder::new();
    folder.write("in/bad.json", text);
    convert(&folder);
    assert!(
        folder
            .read("out/bad.ndjson")
            .contains("\"eventId\":\"after\"")
    );
}

#[test]
fn truncated_gzip() {
    // Incompressible ids, so that half of the stream holds some events.
    let mut state = 7_u64;
    let events: Vec<String> = (0..400)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            event(&format!("tev{state:016x}"))
        })
        .collect();
    let whole = gzip(events.join("\n").as_bytes());
    let folder = Folder::new();
    folder.write("in/bad.json.gz", whole.get(..whole.len() / 2).unwrap());
    let told = convert(&folder);
    assert!(
        told.starts_with("exit 2\nerror: DIR/in/bad.json.gz: damaged gzip at byte "),
        "{told}"
    );
    let out = folder.read("out/bad.ndjson");
    let kept = out.lines().count();
    assert!(kept > 50, "only {kept} events before the cut were kept");
    for (line, event) in out.lines().zip(&events) {
        let id = event.split('"').nth(3).unwrap();
        assert!(line.contains(id));
    }
    // The manifest says that this input is not whole.
    let manifest: serde_json::Value =
        serde_json::from_str(&folder.read("out/manifest.json")).unwrap();
    assert!(
        manifest["inputs"][0]["problem"]
            .as_str()
            .unwrap()
            .starts_with("damaged gzip")
    );
    assert_eq!(manifest["inputs"][0]["bytes"], (whole.len() / 2) as u64);
}

#[test]
fn gzip_cut_off_in_its_header_and_garbage_after_it() {
    let folder = Folder::new();
    let whole = gzip(event("kept").as_bytes());
    folder.write("in/bad1.json.gz", whole.get(..5).unwrap());
    folder.write("in/bad2.json.gz", [whole.as_slice(), b"garbage"].concat());
    insta::assert_snapshot!(convert(&folder));
    assert!(folder.read("out/bad2.ndjson").contains("kept"));
}

#[test]
fn empty_and_blank_files() {
    let folder = Folder::new();
    folder.write("in/bad1.json", "");
    folder.write("in/bad2.json", "\n \n");
    folder.write("in/bad3.json.gz", gzip(b""));
    folder.write("in/fine.json", "[]");
    insta::assert_snapshot!(convert(&folder));
}

#[test]
fn foreign_formats() {
    let folder = Folder::new();
    folder.write("in/bad1.zst", b"\x28\xb5\x2f\xfd\x00");
    folder.write("in/bad2.zip", b"PK\x03\x04");
    folder.write("in/bad3.json", b"\xff\xfe{\x00}\x00");
    folder.write("in/bad4.png", b"\x89PNG\r\n\x1a\n\x00");
    insta::assert_snapshot!(convert(&folder));
}

#[test]
fn two_inputs_for_one_output() {
    let folder = Folder::new();
    folder.write("in/a.json", event("first"));
    folder.write("in/a.json.gz", gzip(event("second").as_bytes()));
    insta::assert_snapshot!(convert(&folder));
    assert!(folder.read("out/a.ndjson").contains("first"));
    let manifest = folder.read("out/manifest.json");
    assert!(manifest.contains("a.json.gz"), "{manifest}");
}

#[test]
fn a_missing_input_is_told_and_the_others_converted() {
    let folder = Folder::new();
    folder.write("a.json", event("a"));
    let ran = folder.run(&["convert", "@gone.json", "@a.json", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr);
    assert!(folder.read("out/a.ndjson").contains("\"a\""));
    // With nothing to read at all, nothing is written.
    let ran = folder.run(&["convert", "@gone.json", "-o", "@none"]);
    assert_eq!(ran.code, 2);
    assert!(!folder.path("none").exists());
}

#[test]
fn output_folders_that_are_not_ours() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("theirs/notes.txt", "keep me");
    folder.write("file", "");
    let refused = folder.run(&["convert", "@in", "-o", "@theirs"]);
    assert_eq!(refused.code, 2);
    assert!(!folder.path("theirs/a.ndjson").exists());
    let file = folder.run(&["convert", "@in", "-o", "@file"]);
    assert_eq!(file.code, 2);
    // An output must not replace an input, not even by force.
    folder.write("in/b.ndjson", event("b"));
    let replaces = folder.run(&["convert", "@in", "-o", "@in", "--force"]);
    assert_eq!(replaces.code, 2);
    insta::assert_snapshot!([refused.stderr, file.stderr, replaces.stderr].join("\n"));

    let forced = folder.run(&["convert", "@in", "-o", "@theirs", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    assert_eq!(folder.read("theirs/notes.txt"), "keep me");
    // Now it is ours.
    assert_eq!(folder.run(&["convert", "@in", "-o", "@theirs"]).code, 0);
}

#[test]
fn a_record_that_takes_more_memory_than_there_is() {
    let folder = Folder::new();
    let dense = event("dense").replace(
        "\"eventId\"",
        &format!("\"targets\":[{}{{}}],\"eventId\"", "{},".repeat(220_000)),
    );
    let lines = format!("{}\n{dense}\n{}\n", event("before"), event("after"));
    folder.write("in/dense.ndjson", lines);
    let little = folder.run(&["convert", "@in", "-o", "@little", "--memory", "64M"]);
    assert_eq!(little.code, 1, "{}", little.stderr);
    assert!(little.stderr.contains("--memory allows more"));
    let rejects = folder.read("little/rejects.ndjson");
    assert!(rejects.contains(r#""line":2,"#) && rejects.contains(r#""code":"over-memory""#));
    assert!(rejects.contains("MiB of memory"));
    assert_eq!(folder.read("little/dense.ndjson").lines().count(), 2);
    let enough = folder.run(&["convert", "@in", "-o", "@enough", "--memory", "128M"]);
    assert_eq!(enough.code, 0, "{}", enough.stderr);
    // What is handed on in pieces is the same as what is not.
    for format in ["ndjson", "json", "csv"] {
        let jobs = |jobs: &str| {
            let out = format!("@{format}{jobs}");
            let arguments = ["convert", "@in", "-o", &out, "--to", format, "--jobs", jobs];
            assert_eq!(folder.run(&arguments).code, 0);
            folder.read(&format!("{format}{jobs}/dense.{format}"))
        };
        assert_eq!(jobs("1"), jobs("3"));
    }
}

/// While one thread reads ahead of its own long records, another does so in another input.
#[test]
fn long_records_in_several_compressed_inputs_at_a_time() {
    let folder = Folder::new();
    let usual: String = (0..1000).map(|it| event(&it.to_string()) + "\n").collect();
    let long = event("long").replace("Session cleared", &"y".repeat(600_000)) + "\n";
    let input = [&*usual, &long, &long, &usual].concat();
    for name in ["a", "b", "c"] {
        folder.write(&format!("in/{name}.ndjson"), gzip(input.as_bytes()));
    }
    for jobs in ["2", "8"] {
        let out = format!("@{jobs}");
        let ran = folder.run(&["convert", "@in", "-o", &out, "-j", jobs, "-q"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert_eq!(
            folder.read(&format!("{jobs}/c.ndjson")).lines().count(),
            2002
        );
    }
}
