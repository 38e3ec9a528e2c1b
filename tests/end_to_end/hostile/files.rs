//! Files that lead in circles or out of their folder, and that change under the reader's hands.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use crate::archives::{tar, zip_of};
use crate::bad_input::convert;
use crate::command::{Folder, binary, event};

#[test]
fn links_that_lead_nowhere_or_in_circles() {
    let folder = Folder::new();
    folder.write("in/sub/more.json", event("more"));
    std::os::unix::fs::symlink(folder.path("in"), folder.path("in/sub/loop")).unwrap();
    std::os::unix::fs::symlink(folder.path("gone"), folder.path("in/sub/dangling.json")).unwrap();
    insta::assert_snapshot!(convert(&folder));
    assert!(folder.read("out/sub/more.ndjson").contains("more"));
}

/// Those of an archive stay where the archive is; the others in it are converted. More such names
/// are in `archives.rs`.
#[test]
fn members_whose_names_lead_out_of_the_archive() {
    let folder = Folder::new();
    let (out, good) = ("../../escape.json", "good.json");
    let zipped = zip_of(&[(out, &event("z")), (good, &event("good"))]);
    folder.write("in/a.zip", zipped);
    let regular = ::tar::EntryType::Regular;
    let tarred = tar(&[(out, regular, &event("t")), (good, regular, &event("good"))]);
    folder.write("in/b.tar", tarred);
    let ran = folder.run(&["convert", "@in", "-o", "@deep/er/out", "-q"]);
    assert_eq!(ran.code, 2);
    for archive in ["a.zip", "b.tar"] {
        let told = format!("error: DIR/in/{archive}!/../../escape.json: has no safe name");
        assert!(ran.stderr.contains(&told), "{}", ran.stderr);
    }
    assert_eq!(
        folder.files(""),
        [
            "deep/er/out/a.zip/good.ndjson",
            "deep/er/out/b.tar/good.ndjson",
            "deep/er/out/manifest.json",
            "deep/er/out/rejects.ndjson",
            "in/a.zip",
            "in/b.tar",
        ]
    );
}

/// Starts a conversion of a file to stdout, lets `change` work on the file while nobody reads
/// the events, and gives what the run said and how it ended.
fn meanwhile(change: impl FnOnce(&Folder)) -> (Option<i32>, usize, String) {
    let folder = Folder::new();
    let line = event("a") + "\n";
    // More than is read ahead while the pipe is full.
    folder.write("in.ndjson", line.repeat(100_000));
    let mut child = binary()
        .args(folder.arguments(&["convert", "@in.ndjson", "-o", "-", "-j", "1"]))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    // The first event is there: so the file is open, and most of it is still to be read.
    let mut first = [0];
    stdout.read_exact(&mut first).unwrap();
    change(&folder);
    let mut events = Vec::new();
    stdout.read_to_end(&mut events).unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = events.iter().filter(|byte| **byte == b'\n').count();
    let stderr = folder.redact(&String::from_utf8(output.stderr).unwrap());
    (output.status.code(), lines, stderr)
}

#[test]
fn a_file_that_grows_while_it_is_read_is_told() {
    let (code, events, stderr) = meanwhile(|folder| {
        let file = fs::File::options()
            .append(true)
            .open(folder.path("in.ndjson"));
        file.unwrap()
            .write_all((event("b") + "\n").as_bytes())
            .unwrap();
    });
    assert_eq!((code, events), (Some(1), 100_001), "{stderr}");
    assert!(
        stderr.contains("DIR/in.ndjson: changed while it was read: "),
        "{stderr}"
    );
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_told() {
    let (code, events, stderr) = meanwhile(|folder| {
        let file = fs::File::options()
            .write(true)
            .open(folder.path("in.ndjson"));
        file.unwrap().set_len(10_000_000).unwrap();
    });
    assert_eq!(code, Some(1), "{stderr}");
    assert!(events < 100_000 && events > 1_000, "{events}");
    assert!(
        stderr.contains("DIR/in.ndjson: changed while it was read: "),
        "{stderr}"
    );
}

#[test]
fn a_file_that_vanishes_while_it_is_read_is_read_to_its_end() {
    let (code, events, stderr) = meanwhile(|folder| {
        fs::remove_file(folder.path("in.ndjson")).unwrap();
    });
    assert_eq!((code, events), (Some(0), 100_000), "{stderr}");
}

/// One that vanishes between the walk and its turn is told, and the others are converted.
#[test]
fn a_file_that_vanishes_before_its_turn_is_told() {
    let folder = Folder::new();
    let fifo = folder.path("a.fifo");
    let made = Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    folder.write("b.ndjson", event("b"));
    folder.write("c.ndjson", event("c"));
    let arguments = [
        "convert",
        "@a.fifo",
        "@b.ndjson",
        "@c.ndjson",
        "-o",
        "@out",
        "-j",
        "1",
    ];
    let child = binary()
        .args(folder.arguments(&arguments))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut writer = fs::File::options().write(true).open(&fifo).unwrap();
    fs::remove_file(folder.path("b.ndjson")).unwrap();
    writer.write_all(event("a").as_bytes()).unwrap();
    drop(writer);
    let output = child.wait_with_output().unwrap();
    let stderr = folder.redact(&String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("error: DIR/b.ndjson: cannot be read: No such file"),
        "{stderr}"
    );
    assert_eq!(
        folder.files("out"),
        [
            "a.fifo.ndjson",
            "c.ndjson",
            "manifest.json",
            "rejects.ndjson"
        ]
    );
}
