//! Standard input, output and error.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use crate::command::{Folder, binary, event, run_with_stdin};

#[test]
fn stdin_to_stdout() {
    let input = format!("{}\n{}\n", event("a"), event("b"));
    let ran = run_with_stdin(["convert", "-"], input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 2);
    insta::assert_snapshot!(ran.stderr);
    let back = run_with_stdin(["restore", "-", "--quiet"], ran.stdout.as_bytes());
    assert_eq!((back.code, back.stderr.as_str()), (0, ""));
    assert!(
        events2logs_mapping::same_json(&event("a"), back.stdout.lines().next().unwrap()).unwrap()
    );
}

#[test]
fn stdin_to_a_folder() {
    let folder = Folder::new();
    let out = folder.path("out");
    let ran = run_with_stdin(
        ["convert", "-", "-o", out.to_str().unwrap()],
        event("a").as_bytes(),
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("out/stdin.ndjson").contains("\"a\""));
}

#[test]
fn rejects_beside_stdout_are_shown_or_go_to_a_file() {
    let input = format!("7\n{}\n", event("a"));
    let shown = run_with_stdin(["convert", "-", "--quiet"], input.as_bytes());
    assert_eq!(shown.code, 1);
    insta::assert_snapshot!(shown.stderr);
    let folder = Folder::new();
    let rejects = folder.path("rejects");
    let filed = run_with_stdin(
        [
            "convert",
            "-",
            "--quiet",
            "--rejects",
            rejects.to_str().unwrap(),
        ],
        input.as_bytes(),
    );
    assert_eq!((filed.code, filed.stderr.as_str()), (1, ""));
    assert_eq!(folder.read("rejects"), shown.stderr);
}

#[test]
fn files_one_after_the_other_to_stdout() {
    let folder = Folder::new();
    folder.write("in/1.json", event("first"));
    folder.write("in/2.json", event("second"));
    let ran = folder.run(&["convert", "@in", "-o", "-"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].contains("first") && lines[1].contains("second"));
}

#[test]
fn an_empty_stdin_is_told() {
    let ran = run_with_stdin(["convert", "-", "--quiet"], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(
        ran.stderr,
        "warning: -: empty: expected JSON events, found nothing\n"
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = binary()
        .args(["convert", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // More than pipes hold, until nobody reads any more.
        let block = format!("{}\n", event("a")).repeat(10_000);
        while stdin.write_all(block.as_bytes()).is_ok() {}
    });
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_closed_pipe_for_rejects_is_an_error() {
    let mut child = binary()
        .args(["convert", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let mut stdin = child.stdin.take().unwrap();
    // It may end before all is read.
    let _ = stdin.write_all(format!("7\n{}\n", event("a")).as_bytes());
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_closed_fifo_for_rejects_is_an_error() {
    let folder = Folder::new();
    let fifo = folder.path("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    // More than a pipe holds.
    folder.write(
        "in.json",
        format!("{}\n", event("a")) + &"7\n".repeat(10_000),
    );
    let reader = std::thread::spawn(move || {
        let mut line = String::new();
        BufReader::with_capacity(100, std::fs::File::open(fifo).unwrap())
            .read_line(&mut line)
            .unwrap();
    });
    let ran = folder.run(&["convert", "@in.json", "-o", "-", "--rejects", "@fifo"]);
    reader.join().unwrap();
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: cannot write the rejects: Broken pipe (os error 32)\n"
    );
}

#[test]
fn rejects_replace_no_input_and_come_whole() {
    let folder = Folder::new();
    let input = format!("{}\n7\n", event("a"));
    folder.write("in.json", &input);
    let same = folder.run_in(
        "",
        &["convert", "./in.json", "-o", "-", "--rejects", "in.json"],
    );
    assert_eq!((same.code, same.stdout.as_str()), (2, ""));
    assert_eq!(
        same.stderr,
        "error: --rejects DIR/in.json would replace an input\n"
    );
    assert_eq!(folder.read("in.json"), input);
    folder.write("rejects", "of an earlier run");
    let ran = folder.run(&["convert", "@in.json", "-o", "-", "--rejects", "@rejects"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(folder.read("rejects").lines().count(), 1);
    assert_eq!(folder.files(""), ["in.json", "rejects"]);
}

#[test]
fn rejects_on_a_terminal_are_escaped_and_still_json() {
    let text = "\u{9b}31m\u{7f}\u{202e}";
    let ran = run_with_stdin(["convert", "-", "-q"], format!("{{\"{text}\n").as_bytes());
    assert_eq!(ran.code, 1);
    assert!(!ran.stderr.contains(text), "{:?}", ran.stderr);
    let reject: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(reject["record"], format!("{{\"{text}"));
}

#[test]
fn colours_on_demand_only() {
    let plain = run_with_stdin(["convert", "-"], event("a").as_bytes());
    assert!(!plain.stderr.contains('\u{1b}'));
    let coloured = run_with_stdin(["convert", "-", "--color", "always"], event("a").as_bytes());
    assert!(coloured.stderr.contains('\u{1b}'));
}

#[test]
fn what_a_terminal_would_obey_is_escaped() {
    let hostile = event("a").replace("core.user_auth.session_clear", "app.\\u001b[2J.x");
    let ran = run_with_stdin(["convert", "-"], hostile.as_bytes());
    assert!(ran.stderr.contains("app.\\u{1b}[2J.x"), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}'));
}
