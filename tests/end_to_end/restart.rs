//! A run that was cut off, and the same command again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::command::{Folder, binary, event, tree};

/// The inputs of a run: small ones, one of several blocks, and such with rejects, without events
/// and with LogEvents.
pub(crate) fn inputs(folder: &Folder) -> Vec<String> {
    let many: String = (0..5_000)
        .map(|it| event(&format!("many-{it}")))
        .map(|it| it + "\n")
        .collect();
    let log_event =
        r#"{"uuid":"1","eventType":"user.session.end","published":"2018-01-31T23:59:59.000Z"}"#;
    let contents = [
        ("a.ndjson", event("a") + "\n7\n"),
        ("b.ndjson", many.replace("many-3000", "many-3000\u{1}")),
        ("c.ndjson", format!("[{},{}]", event("c"), event("c2"))),
        ("d.ndjson", format!("{log_event}\n{{\n")),
        ("e.ndjson", many.replace("many", "more")),
        ("f.ndjson", event("f")),
    ];
    contents
        .into_iter()
        .map(|(name, content)| {
            folder.write(name, content);
            name.to_owned()
        })
        .collect()
}

pub(crate) fn convert(folder: &Folder, inputs: &[String], out: &str, jobs: &str) -> Command {
    let mut command = binary();
    command.current_dir(folder.path(""));
    command
        .arg("convert")
        .args(inputs)
        .args(["-o", out, "-j", jobs]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn make_fifo(path: &Path) {
    fs::remove_file(path).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts a FIFO in the place of an input, starts `command`, and once that reads from there gives
/// it to `meanwhile`.
pub(crate) fn with_fifo(
    path: &Path,
    mut command: Command,
    meanwhile: impl FnOnce(&mut File, &mut Child),
) -> String {
    let content = fs::read(path).unwrap();
    make_fifo(path);
    let mut child = command.spawn().unwrap();
    let mut fifo = File::options().write(true).open(path).unwrap();
    meanwhile(&mut fifo, &mut child);
    drop(fifo);
    let said = ended(child);
    fs::remove_file(path).unwrap();
    fs::write(path, content).unwrap();
    said
}

/// Waits for the end of a run, but not for ever: its exit code, and what it said.
pub(crate) fn ended(child: Child) -> String {
    const PATIENCE: Duration = Duration::from_secs(120);
    let id = child.id().to_string();
    let (end, at_the_end) = mpsc::channel();
    std::thread::spawn(move || end.send(child.wait_with_output()));
    let Ok(output) = at_the_end.recv_timeout(PATIENCE) else {
        let _ = Command::new("kill").args(["-KILL", &id]).status();
        panic!("it does not end");
    };
    let output = output.unwrap();
    let code = output
        .status
        .code()
        .map_or("killed".to_owned(), |code| code.to_string());
    format!("{code}\n{}", String::from_utf8(output.stderr).unwrap())
}

#[test]
fn killed_at_any_input_the_tree_is_the_same_in_the_end() {
    let folder = Folder::new();
    let inputs = inputs(&folder);
    let whole = convert(&folder, &inputs, "whole", "2").output().unwrap();
    assert_eq!(whole.status.code(), Some(1));
    let whole = tree(&folder.path("whole"));
    for (number, input) in inputs.iter().enumerate() {
        // Before its first byte, and in the middle.
        for bytes in [0, 500_000] {
            for jobs in ["1", "3"] {
                let path = folder.path(input);
                let content = fs::read(&path).unwrap();
                let part = &content[..bytes.min(content.len())];
                with_fifo(
                    &path,
                    convert(&folder, &inputs, "out", jobs),
                    |fifo, child| {
                        fifo.write_all(part).unwrap();
                        child.kill().unwrap();
                    },
                );
                let what = format!("{input} at {bytes} with {jobs} threads");
                assert!(!folder.path("out/manifest.json").exists(), "{what}");
                let again = convert(&folder, &inputs, "out", jobs).output().unwrap();
                let stderr = String::from_utf8(again.stderr).unwrap();
                assert_eq!(again.status.code(), Some(1), "{what}: {stderr}");
                assert_eq!(tree(&folder.path("out")), whole, "{what}");
                if jobs == "1" && number > 1 {
                    let kept = format!("{number} inputs had been done by the run before");
                    assert!(stderr.contains(&kept), "{what}: {stderr}");
                }
                fs::remove_dir_all(folder.path("out")).unwrap();
            }
        }
    }
}

#[test]
fn killed_at_any_byte_of_a_file_the_tree_is_the_same_in_the_end() {
    let folder = Folder::new();
    // The manifest becomes the longest file, the journal a longer one.
    for number in 0..12 {
        let content = event(&number.to_string()) + "\n7\n";
        folder.write(&format!("in/{number}.json"), content);
    }
    let inputs = ["in".to_owned()];
    convert(&folder, &inputs, "whole", "1").output().unwrap();
    let whole = tree(&folder.path("whole"));
    let longest = whole.values().map(Vec::len).max().unwrap();
    let mut unfinished = 0;
    for blocks in 0..=longest / 512 + 16 {
        let mut limited = Command::new("sh");
        limited
            .current_dir(folder.path(""))
            // Whatever file is to become longer, the system kills the process.
            .args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_events2logs"))
            .args(["convert", "in", "-o", "out", "-j", "1"]);
        let killed = limited.output().unwrap();
        unfinished += usize::from(killed.status.code().is_none());
        convert(&folder, &inputs, "out", "1").output().unwrap();
        assert_eq!(tree(&folder.path("out")), whole, "{blocks} blocks");
        fs::remove_dir_all(folder.path("out")).unwrap();
    }
    assert!(unfinished > 3, "{unfinished} runs were killed");
}

#[test]
fn only_what_is_still_the_same_is_kept() {
    let folder = Folder::new();
    let inputs = inputs(&folder);
    let interrupt = || {
        with_fifo(
            &folder.path("f.ndjson"),
            convert(&folder, &inputs, "out", "1"),
            |_, child| {
                child.kill().unwrap();
            },
        );
    };
    let again = |kept: &str| {
        let again = convert(&folder, &inputs, "out", "1").output().unwrap();
        let stderr = String::from_utf8(again.stderr).unwrap();
        assert!(stderr.contains(kept), "{kept}: {stderr}");
        convert(&folder, &inputs, "whole", "1").output().unwrap();
        assert_eq!(
            tree(&folder.path("out")),
            tree(&folder.path("whole")),
            "{kept}"
        );
        fs::remove_dir_all(folder.path("out")).unwrap();
    };
    interrupt();
    again("5 inputs had been done");
    // An input that has changed, an output that has, one that is gone.
    interrupt();
    folder.write("a.ndjson", event("other"));
    folder.write("out/c.ndjson", "other");
    fs::remove_file(folder.path("out/d.ndjson")).unwrap();
    again("2 inputs had been done");
    // Rejects that were cut off: those of the last of the inputs that have any.
    interrupt();
    let parts = File::options()
        .write(true)
        .open(folder.path("out/.events2logs/rejects.parts"));
    let parts = parts.unwrap();
    parts.set_len(parts.metadata().unwrap().len() - 1).unwrap();
    again("4 inputs had been done");
    // A journal that was cut off within a line.
    interrupt();
    let journal = folder.path("out/.events2logs/journal.ndjson");
    let text = fs::read(&journal).unwrap();
    fs::write(&journal, &text[..text.len() - 10]).unwrap();
    again("4 inputs had been done");
    // Other terms: nothing is.
    for terms in ["--omit-nulls", "--max-ratio=7"] {
        interrupt();
        let mut other = convert(&folder, &inputs, "out", "1");
        let other = other.args([terms, "--force"]).output().unwrap();
        let stderr = String::from_utf8(other.stderr).unwrap();
        assert_eq!(other.status.code(), Some(1), "{stderr}");
        assert!(!stderr.contains("had been done"), "{terms}: {stderr}");
        fs::remove_dir_all(folder.path("out")).unwrap();
    }
}

/// What is in the work folder and not ours stays; one that leads elsewhere is not used.
#[test]
fn nobody_elses_files_go() {
    let folder = Folder::new();
    folder.write("a.json", event("a"));
    folder.write("out/.events2logs/mine/file", "x");
    folder.write("out/.events2logs/notes", "x");
    let ran = folder.run(&["convert", "@a.json", "-o", "@out"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.files("out/.events2logs"), ["mine/file", "notes"]);
    folder.write("theirs/precious", "x");
    fs::create_dir(folder.path("linked")).unwrap();
    std::os::unix::fs::symlink(folder.path("theirs"), folder.path("linked/.events2logs")).unwrap();
    let ran = folder.run(&["convert", "@a.json", "-o", "@linked"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("linked/.events2logs is in the way"),
        "{}",
        ran.stderr
    );
    assert_eq!(folder.files("theirs"), ["precious"]);
}

/// A FIFO that an earlier run has read is read again, and once.
#[test]
fn a_fifo_is_not_kept() {
    let folder = Folder::new();
    folder.write("a.ndjson", event("a"));
    folder.write("b.ndjson", event("b"));
    let inputs = ["a.ndjson", "b.ndjson"].map(str::to_owned);
    let (a, b) = (folder.path("a.ndjson"), folder.path("b.ndjson"));
    make_fifo(&a);
    make_fifo(&b);
    let start = |content: String| {
        let child = convert(&folder, &inputs, "out", "1").spawn().unwrap();
        fs::write(&a, content).unwrap();
        child
    };
    let mut child = start(event("a"));
    // It is read once the first is done.
    let second = File::options().write(true).open(&b).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(second);
    let child = start(event("a") + "\n" + &event("c"));
    fs::write(&b, event("b")).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(folder.read("out/a.ndjson").lines().count(), 2);
}
