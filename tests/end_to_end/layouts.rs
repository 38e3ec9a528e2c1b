//! How records stand in their files, and what a broken one takes with it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::command::{Folder, event};

/// Converts one file: the exit code, converted events, rejects, and what was said.
fn convert(content: impl AsRef<[u8]>) -> (i32, u64, u64, String) {
    let folder = Folder::new();
    folder.write("in.json", content);
    let ran = folder.run(&["convert", "@in.json", "-o", "@out", "--quiet"]);
    let totals = &folder.manifest("out")["totals"];
    (
        ran.code,
        totals["converted"].as_u64().unwrap(),
        totals["rejected"].as_u64().unwrap(),
        ran.stderr,
    )
}

fn pretty(id: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(&event(id)).unwrap();
    serde_json::to_string_pretty(&event).unwrap()
}

#[test]
fn a_missing_bracket_does_not_take_the_rest_of_an_array_with_it() {
    let good: Vec<String> = (0..9).map(|number| event(&number.to_string())).collect();
    // The brace at its end, or both.
    for broken in [
        event("broken").replace("\"}}", "\"}"),
        event("broken").replace("\"}}", "\""),
    ] {
        let array = format!("[\n{},\n{broken},\n{}\n]", good[0], good[1..].join(",\n"));
        assert_eq!(convert(&array), (1, 9, 1, String::new()), "{array}");
    }
    // A bracket too many, in an array on one line.
    let broken = event("broken").replace("\"action\":", "\"actors\":[[],\"action\":");
    let array = format!("[{},{broken},{}]", good[0], good[1..].join(","));
    assert_eq!(convert(&array), (1, 9, 1, String::new()), "{array}");
    // And in a pretty-printed one.
    let broken = pretty("broken").replacen("{\n    \"message\"", "{{\n    \"message\"", 1);
    let array = format!("[\n{broken},\n{},\n{}\n]", pretty("a"), pretty("b"));
    assert_eq!(convert(&array), (1, 2, 1, String::new()), "{array}");
}

#[test]
fn the_first_lines_do_not_speak_for_all() {
    let many = format!("{}\n", event("a")).repeat(1000);
    let first_is_cut = format!("{{\"actors\":[\ngarbage\n{many}");
    assert_eq!(convert(first_is_cut), (1, 1000, 2, String::new()));
    let starts_with_two = pretty("a").replacen("{\n", "{\"actors\": [\n  {\n  }\n],\n", 1);
    assert_eq!(convert(starts_with_two), (0, 1, 0, String::new()));
    let then_pretty = format!("{}\n{}\n{}\n", event("a"), pretty("b"), pretty("c"));
    assert_eq!(convert(then_pretty), (0, 3, 0, String::new()));
}

#[test]
fn records_on_one_line_the_first_longer_than_a_block() {
    let long = event("long").replace("Session cleared", &"x".repeat(3_000_000));
    let text = format!("{long}{}{}", event("a"), event("b"));
    assert_eq!(convert(text), (0, 3, 0, String::new()));
}

#[test]
fn pages_one_to_a_line() {
    let page = format!("[{},{}]", event("a"), event("b"));
    let pages = format!("{page}\n[]\n{page}\n");
    assert_eq!(convert(&pages), (0, 4, 0, String::new()));
    let cut = format!("[{},{{\"cut\":\n{pages}", event("a"));
    assert_eq!(convert(cut), (1, 4, 1, String::new()));
    let among_lines = format!("{}\n{pages}[7]\n", event("c"));
    assert_eq!(convert(among_lines), (1, 5, 1, String::new()));
    // Several pages in an array.
    assert_eq!(
        convert(format!("[{page},\n{page}]")),
        (0, 4, 0, String::new())
    );
    // Their rejects have their own places.
    let folder = Folder::new();
    folder.write(
        "in.json",
        format!("{}\n[{},{{\"x\":1}}]\n", event("a"), event("b")),
    );
    folder.run(&["convert", "@in.json", "-o", "@out"]);
    let reject: serde_json::Value =
        serde_json::from_str(&folder.read("out/rejects.ndjson")).unwrap();
    assert_eq!(reject["line"], 2);
    assert_eq!(reject["record"], "{\"x\":1}");
    let before = event("a").len() + 1 + 1 + event("b").len() + 1;
    assert_eq!(reject["byte"], before as u64);
}

#[test]
fn bytes_that_are_no_text_among_good_lines() {
    let text = format!("{}\n{{\"a\":\"\0\"}}\n\0\0\0\n{}\n", event("a"), event("b"));
    assert_eq!(convert(text), (1, 2, 2, String::new()));
}

#[test]
fn what_is_no_json_is_refused_as_a_whole() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"\x1f\x8bevent").unwrap();
    let twice = encoder.finish().unwrap();
    let told: Vec<String> = [
        b"# Archive\n\n[link](to)\n".as_slice(),
        b"id,published\ntev1,2018\n",
        &twice,
    ]
    .into_iter()
    .map(|content| {
        let (code, converted, rejected, said) = convert(content);
        assert_eq!((code, converted, rejected), (2, 0, 0), "{said}");
        said
    })
    .collect();
    insta::assert_snapshot!(told.concat());
}

#[test]
fn many_rejects_in_a_block() {
    // Counting lines afresh for each would take minutes.
    let bad = "{\"a\":\n".repeat(150_000);
    let text = format!("{}\n{bad}{}\n", event("a"), event("b"));
    assert_eq!(convert(text), (1, 2, 150_000, String::new()));
}
