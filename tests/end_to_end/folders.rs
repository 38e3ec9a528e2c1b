//! The output folder: whose it is, what a run leaves in it, and what it never touches.

use std::process::Stdio;

use crate::command::{Folder, binary, event, run_with_stdin, tree};

/// A folder whose `in` holds the events `a` and `b`.
fn two() -> Folder {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("in/b.json", event("b"));
    folder
}

#[test]
fn a_second_run_into_one_folder_is_refused_while_the_first_is_under_way() {
    let folder = two();
    folder.write("out/.events2logs/output-0", "of the other run");
    let lock = std::fs::File::create(folder.path("out/.events2logs/lock")).unwrap();
    lock.lock().unwrap();
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.stderr, "error: another run is writing to DIR/out\n");
    assert_eq!(
        folder.read("out/.events2logs/output-0"),
        "of the other run",
        "nothing of the other run is touched"
    );
    lock.unlock().unwrap();
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!folder.path("out/.events2logs").exists());
}

#[test]
fn a_refused_run_leaves_nothing_behind() {
    let folder = two();
    folder.write("in/c.ndjson", event("c"));
    let before = tree(&folder.path("in"));
    let ran = folder.run(&["convert", "@in", "-o", "@in", "--force"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(before, tree(&folder.path("in")));
    assert!(!folder.path("in/.events2logs").exists());
    // Nor does a work folder alone make a folder ours.
    folder.write("theirs/a.ndjson", "keep me");
    std::fs::create_dir_all(folder.path("theirs/.events2logs")).unwrap();
    let ran = folder.run(&["convert", "@in/a.json", "-o", "@theirs"]);
    assert_eq!(ran.code, 2);
    assert_eq!(folder.read("theirs/a.ndjson"), "keep me");
}

#[test]
fn a_killed_run_can_be_started_again() {
    let folder = two();
    let mut child = binary()
        .args(folder.arguments(&["convert", "@in", "-", "-o", "@out", "--jobs", "2"]))
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It waits for stdin, so the outputs of the files are there at some time, and no manifest.
    while !folder.path("out/in/b.ndjson").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path("out/manifest.json").exists());
    let unfinished = folder.run(&["restore", "@out", "-o", "@legacy"]);
    assert_eq!(unfinished.code, 2, "{}", unfinished.stderr);
    assert!(
        unfinished.stderr.contains("left unfinished"),
        "{}",
        unfinished.stderr
    );

    // What the killed run wrote is known, and nothing else is.
    let other = folder.run(&["convert", "@in/a.json", "-o", "@out"]);
    assert_eq!(other.code, 2, "{}", other.stderr);
    folder.write("out/stdin.txt", "not of the run");
    let arguments = folder.arguments(&["convert", "@in", "-", "-o", "@out"]);
    let ran = run_with_stdin(arguments, event("c").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        folder.files("out"),
        [
            "in/a.ndjson",
            "in/b.ndjson",
            "manifest.json",
            "rejects.ndjson",
            "stdin.ndjson",
            "stdin.txt",
        ]
    );
}

#[test]
fn a_file_that_no_run_wrote_is_not_replaced() {
    let folder = two();
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 0);
    folder.write("out/c.ndjson", "theirs");
    folder.write("in/c.json", event("c"));
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: DIR/out/c.ndjson is in the way: no earlier run wrote it\n\
         help: name another folder, or add --force to write into this one\n"
    );
    assert_eq!(folder.read("out/c.ndjson"), "theirs");
}

#[test]
fn outputs_of_inputs_that_are_no_more() {
    let folder = two();
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 0);
    let before = tree(&folder.path("out"));
    std::fs::remove_file(folder.path("in/b.json")).unwrap();
    let refused = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(refused.code, 2);
    assert_eq!(
        refused.stderr,
        "error: DIR/out holds 1 output of an earlier run over other inputs or in another format\n\
         help: name another folder, or add --force to write into this one\n"
    );
    assert_eq!(before, tree(&folder.path("out")));
    let forced = folder.run(&["convert", "@in", "-o", "@out", "--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stderr);
    assert_eq!(
        folder.files("out"),
        ["a.ndjson", "manifest.json", "rejects.ndjson"]
    );
    // An input that has become unreadable has no output any more either.
    folder.write("in/a.json", "\0\0");
    folder.write("in/b.json", event("b"));
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(
        folder.files("out"),
        ["b.ndjson", "manifest.json", "rejects.ndjson"]
    );
}

#[test]
fn restoring_reads_what_the_manifest_lists() {
    let folder = two();
    folder.write("in/b.json", format!("{}\n{{\"cut\":\n", event("b")));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 1);
    folder.write("out/orphan.ndjson", event("orphan"));
    let ran = folder.run(&["restore", "@out", "-o", "@legacy"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with(
            "1 record was rejected by convert; it is in DIR/out/rejects.ndjson and not restored\n\
             2 events from 2 inputs"
        ),
        "{}",
        ran.stderr
    );
    assert!(!folder.path("legacy/orphan.ndjson").exists());
    // One that is gone is missed.
    std::fs::remove_file(folder.path("out/a.ndjson")).unwrap();
    let ran = folder.run(&["restore", "@out", "-o", "@legacy2", "--quiet"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: DIR/out/a.ndjson: cannot be read: No such file or directory (os error 2)\n"
    );
}

#[test]
fn a_manifest_cannot_make_restore_read_elsewhere() {
    let folder = two();
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 0);
    folder.write("secret.ndjson", event("secret"));
    let hostile = folder
        .read("out/manifest.json")
        .replace("\"a.ndjson\"", "\"../secret.ndjson\"");
    folder.write("out/manifest.json", hostile);
    let ran = folder.run(&["restore", "@out", "-o", "@legacy", "--quiet"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(
        folder.files("legacy"),
        ["b.ndjson", "manifest.json", "rejects.ndjson"]
    );
    // Nor make a forced run remove it.
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--force", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.path("secret.ndjson").exists());
}

#[test]
fn force_removes_neither_an_input_nor_a_file_of_others() {
    let folder = Folder::new();
    folder.write("in/sub/a.json", event("a"));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 0);
    let first = folder.read("out/sub/a.ndjson");
    let arguments = ["convert", "@out/sub/a.ndjson", "-o", "@out", "--force"];
    let ran = folder.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.read("out/sub/a.ndjson"), first);

    // A run by force that was killed before it replaced anything, and another one after it.
    folder.write("in/b.json", event("b"));
    folder.write("theirs/b.ndjson", "keep me");
    let mut child = binary()
        .args(folder.arguments(&["convert", "-", "@in/b.json", "-o", "@theirs"]))
        .args(["--force", "--jobs", "1"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !folder.path("theirs/.events2logs/mark.json").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.read("theirs/b.ndjson"), "keep me");
    let ran = folder.run(&["convert", "@in/sub", "-o", "@theirs"]);
    assert_eq!(ran.code, 2, "not ours: {}", ran.stderr);
    let ran = folder.run(&["convert", "@in/sub", "-o", "@theirs", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.read("theirs/b.ndjson"), "keep me");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_output_folder_does_not_lead_an_output_onto_an_input() {
    let folder = Folder::new();
    folder.write("x/sub/a.ndjson", event("a"));
    std::fs::create_dir_all(folder.path("out")).unwrap();
    std::os::unix::fs::symlink(folder.path("x/sub"), folder.path("out/sub")).unwrap();
    let ran = folder.run(&["convert", "@x", "-o", "@out", "--force"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("would replace an input"));
    assert_eq!(folder.read("x/sub/a.ndjson"), event("a"));
    assert!(!folder.path("out/.events2logs").exists());
}

#[test]
fn the_rejects_of_a_folder_are_not_replaced_while_they_are_read() {
    let folder = two();
    folder.write("in/b.json", "{\"cut\":\n");
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out"]).code, 1);
    let rejects = folder.read("out/rejects.ndjson");
    let ran = folder.run(&["convert", "@out/rejects.ndjson", "-o", "@out", "--force"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(folder.read("out/rejects.ndjson"), rejects);
}

#[test]
fn an_awkward_name_is_the_problem_of_its_input_alone() {
    let folder = Folder::new();
    let long = format!("in/{}.x", "n".repeat(250));
    folder.write(&long, event("long"));
    folder.write("in/a.json", event("a"));
    folder.write("in/a.ndjson/x.json", event("below"));
    folder.write("in/manifest.json/x.json", event("reserved"));
    folder.write("in/.hidden", "");
    folder.write("in/taken.json", event("taken"));
    folder.write("in/z.json", event("z"));
    std::fs::create_dir_all(folder.path("out/taken.ndjson")).unwrap();
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--force"]);
    assert_eq!(ran.code, 2);
    let errors: Vec<&str> = ran
        .stderr
        .lines()
        .take_while(|line| !line.contains(" from "))
        .collect();
    insta::assert_snapshot!(errors.join("\n").replace(&"n".repeat(250), "n…"));
    assert_eq!(
        folder.files("out"),
        ["a.ndjson", "manifest.json", "rejects.ndjson", "z.ndjson"]
    );
    assert_eq!(folder.manifest("out")["totals"]["inputs_with_problems"], 4);
    assert_eq!(folder.manifest("out")["totals"]["events"], 2);
}
