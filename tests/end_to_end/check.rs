//! `check`, with files that hold nothing to find: which are read, what is printed, how it ends.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::command::{Folder, Ran, binary, run, run_with_stdin};

/// Runs check within `folder`, where its settings and relative paths are.
fn check(folder: &Folder, arguments: &[&str]) -> Ran {
    let output = binary()
        .current_dir(folder.path(""))
        .arg("check")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: folder.redact(&String::from_utf8(output.stdout).unwrap()),
        stderr: folder.redact(&String::from_utf8(output.stderr).unwrap()),
    }
}

fn clean() -> Folder {
    let folder = Folder::new();
    folder.write("src/a.py", "print('hello')\n");
    folder.write("b.txt", "nothing\n");
    folder.write("image.png", b"\x89PNG\0\0");
    folder
}

#[test]
fn nothing_to_say() {
    let folder = clean();
    let ran = check(&folder, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(
        ran.stderr,
        "no findings in 2 files (1 binary file left out)\n"
    );
    let quiet = check(&folder, &["--quiet", "src"]);
    assert_eq!(
        (quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()),
        (0, "", "")
    );
    for arguments in [&["--fix"][..], &["--diff"], &["--fix", "--unsafe-fixes"]] {
        let ran = check(&folder, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(folder.read("b.txt"), "nothing\n");
}

#[test]
fn every_format_is_whole_without_findings() {
    let folder = clean();
    let out = |format: &str| {
        let ran = check(&folder, &["--quiet", "--format", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{format}");
        ran.stdout
    };
    assert_eq!(out("json"), "[]\n");
    assert_eq!(
        (out("text"), out("jsonl"), out("github")),
        Default::default()
    );
    let sarif: serde_json::Value = serde_json::from_str(&out("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
    assert!(out("junit").contains("no findings"));
}

#[test]
fn a_file_that_cannot_be_read_is_never_clean() {
    let folder = clean();
    let ran = check(&folder, &["gone.py", "src"]);
    assert_eq!(ran.code, 2);
    let zero = check(&folder, &["gone.py", "src", "--exit-zero"]);
    assert_eq!(zero.code, 2);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn files_keep_their_encoding() {
    let folder = clean();
    let wide = |text: &str| -> Vec<u8> {
        let units: Vec<u16> = ["\u{feff}", text].concat().encode_utf16().collect();
        units.into_iter().flat_map(u16::to_le_bytes).collect()
    };
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|it| it as u8).collect() };
    let quoted = "# caf\u{e9}, okta\r\n$f = \"eventType eq 'user.session.start'\"\r\n";
    let fixed = "# caf\u{e9}, okta\r\n$f = \"eventType eq `\"user.session.start`\"\"\r\n";
    folder.write("wide.ps1", wide(quoted));
    folder.write("latin.ps1", latin(quoted));
    folder.write("odd.ps1", b"\xff\xfea");
    let found = check(&folder, &[]);
    assert_eq!(found.code, 1);
    insta::assert_snapshot!(format!("{}{}", found.stdout, found.stderr));
    let ran = check(&folder, &["--fix"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let read = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert_eq!(read("wide.ps1"), wide(fixed));
    assert_eq!(read("latin.ps1"), latin(fixed));
    let stdin = run_with_stdin(["check", "-"], b"a\0b");
    assert_eq!(stdin.code, 2);
    assert_eq!(
        stdin.stderr,
        "error: stdin cannot be checked: it is binary\n"
    );
}

#[test]
fn settings_are_found_and_obeyed() {
    let folder = clean();
    folder.write("events2logs.toml", "exclude = [\"b.txt\", \"*.toml\"]\n");
    let all = check(&folder, &["."]);
    assert!(
        all.stderr.starts_with("no findings in 1 file "),
        "{}",
        all.stderr
    );
    // Pre-commit and editors name files one by one.
    let named = check(&folder, &["b.txt"]);
    assert_eq!(named.code, 0);
    assert_eq!(
        named.stderr,
        "no findings in 0 files\nwarning: no text files to check\n"
    );
    let without = check(&folder, &["--no-config", "."]);
    assert!(
        without.stderr.starts_with("no findings in 3 files "),
        "{}",
        without.stderr
    );
    folder.write("other.toml", "include = [\"*.py\"]");
    let other = check(&folder, &["--config", "other.toml"]);
    assert_eq!(other.stderr, "no findings in 1 file\n");
    // From a folder below.
    let below = binary()
        .current_dir(folder.path("src"))
        .args(["check", "../b.txt", "."])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(below.stderr).unwrap(),
        "no findings in 1 file\n"
    );
}

#[test]
fn settings_with_mistakes() {
    let folder = clean();
    let said: Vec<String> = [
        "exclude = []\ncolours = true\n",
        "select = [\"W503\"]\n",
        "now = \"soon\"\n",
        "mappings = [\"gone.csv\"]\n",
        "exclude = [\n",
    ]
    .into_iter()
    .map(|settings| {
        folder.write("events2logs.toml", settings);
        let ran = check(&folder, &["."]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{settings}");
        ran.stderr
    })
    .collect();
    insta::assert_snapshot!(said.join("----\n"));
}

#[test]
fn own_event_types_come_from_settings() {
    let folder = clean();
    folder.write("team/events2logs.toml", "mappings = [\"own.csv\"]\n");
    folder.write("team/own.csv", "legacy_event_type,event_type\na,b,c\n");
    let ran = check(&folder, &["--config", "team/events2logs.toml", "src"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("team/own.csv"), "{}", ran.stderr);
}

#[test]
fn wrong_usage() {
    let folder = clean();
    let said: Vec<String> = [
        &["--select", "W503"][..],
        &["--select", "E2L999"],
        &["--diff", "--fix"],
        &["--format", "xml"],
        &["-", "src"],
        &["src", "--stdin-filename", "x"],
        &["--now", "soon"],
        &["--config", "gone.toml"],
        &["--jobs", "0"],
    ]
    .into_iter()
    .map(|arguments| {
        let ran = check(&folder, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        ran.stderr
    })
    .collect();
    insta::assert_snapshot!(said.join("----\n"));
}

#[test]
fn stdin_is_fixed_to_stdout() {
    let text = "\u{feff}nothing to fix\r\n";
    let ran = run_with_stdin(
        ["check", "-", "--fix", "--stdin-filename", "a.py"],
        text.as_bytes(),
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (0, text));
    assert_eq!(ran.stderr, "no findings in 1 file\n");
    let json = run_with_stdin(["check", "-", "--format", "json", "-q"], text.as_bytes());
    assert_eq!((json.stdout.as_str(), json.stderr.as_str()), ("[]\n", ""));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = binary()
        .args(["rules"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let said: Vec<String> = BufReader::new(child.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .collect();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn help() {
    let ran = run(["check", "--help"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_document_of_rules_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    let ran = run(["rules"]);
    assert!(
        std::fs::read_to_string(path).unwrap() == ran.stdout,
        "docs/rules.md is stale: cargo run -- rules > docs/rules.md"
    );
}

#[test]
fn completions_and_manual_pages() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shell}");
        assert!(ran.stdout.contains("deny-warnings"), "{shell}");
    }
    let page = run(["man"]).stdout;
    assert!(
        page.contains(".TH events2logs 1") && page.contains("events2logs\\-check(1)"),
        "{page}"
    );
    let page = run(["man", "check"]).stdout;
    assert!(page.contains(".TH events2logs-check 1"), "{page}");
    assert!(page.contains("deny\\-warnings"), "{page}");
    let none = run(["man", "frobnicate"]);
    assert_eq!(
        (none.code, none.stderr.as_str()),
        (2, "error: there is no verb frobnicate\n")
    );
}
