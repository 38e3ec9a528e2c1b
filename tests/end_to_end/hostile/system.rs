//! No space, and nowhere to write. A limit on the size of files stands for a full disk, and the
//! system's own read-only folder for one that may not be written to: they also stop root.

use std::fs;
use std::process::Command;

use crate::bad_input::gzip;
use crate::command::{Folder, binary, event};

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = Folder::new();
    let input = folder.write("in.json", event("a"));
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = binary()
        .args(["convert", "-o", "-"])
        .arg(input)
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap());
}

/// Runs the binary with `arguments`, of which those that start with `@` are paths in `folder`, with
/// files of 512,000 bytes at most; gives its exit code and what it said.
fn limited(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\"")
        .arg(env!("CARGO_BIN_EXE_events2logs"))
        .args(folder.arguments(arguments))
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn no_space_leaves_no_work_folder() {
    let folder = Folder::new();
    folder.write("in/1.json", event("a"));
    let much = format!("{}\n", event("b")).repeat(20_000);
    folder.write("in/2.json", much);
    let (code, stderr) = limited(
        &folder,
        &["convert", "@in/2.json", "@in", "-o", "@out", "--jobs", "1"],
    );
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("error: cannot write "), "{stderr}");
    assert!(!folder.path("out").exists());
    folder.write("theirs/notes.txt", "keep me");
    let (code, _) = limited(&folder, &["convert", "@in", "-o", "@theirs", "--force"]);
    assert_eq!(code, Some(2));
    assert!(!folder.path("theirs/.events2logs").exists());
}

/// A bomb that is allowed to be one ends with the disk, and leaves nothing on it.
#[test]
fn a_bomb_fills_no_disk() {
    let folder = Folder::new();
    let lines = format!("{}\n", event("bomb")).repeat(20_000);
    folder.write("bomb.json.gz", gzip(lines.as_bytes()));
    for to in [&["--compress", "none"][..], &["--to", "csv"]] {
        let arguments = ["convert", "@bomb.json.gz", "-o", "@out", "--max-ratio", "0"];
        let (code, stderr) = limited(&folder, &[&arguments[..], to].concat());
        assert_eq!(code, Some(2), "{stderr}");
        assert!(stderr.contains("File too large"), "{stderr}");
        assert_eq!(folder.files(""), ["bomb.json.gz"]);
    }
}

/// The rejects beside stdout appear whole or not at all, there too.
#[test]
fn no_space_for_rejects() {
    let folder = Folder::new();
    folder.write("in.json", event("a") + "\n" + &"7\n".repeat(20_000));
    let arguments = ["convert", "@in.json", "-o", "-", "--rejects", "@rejects"];
    let (code, stderr) = limited(&folder, &arguments);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(
        stderr.contains("error: cannot write the rejects: "),
        "{stderr}"
    );
    assert_eq!(folder.files(""), ["in.json"]);
}

/// One that is there and one that is not, whoever asks.
#[test]
fn an_output_folder_that_cannot_be_written_is_an_error() {
    let folder = Folder::new();
    folder.write("in.ndjson", event("a"));
    for out in ["/proc/events2logs", "/proc"] {
        let ran = folder.run(&["convert", "@in.ndjson", "-o", out, "--force"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        let told = format!("error: cannot write {out}");
        assert!(ran.stderr.starts_with(&told), "{}", ran.stderr);
    }
    // Below a file there can be no folder.
    let ran = folder.run(&["convert", "@in.ndjson", "-o", "@in.ndjson/out"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(folder.read("in.ndjson"), event("a"));
}
