//! zstd inputs with windows that are too large to be read beside others.

use std::io::Write as _;

use tar::EntryType::Regular;

use crate::archives::{tar, zip_of_zstd};
use crate::bad_input::gzip;
use crate::command::{Folder, binary, event, run_with_stdin, tree};
#[cfg(unix)]
use crate::restart::{convert, with_fifo};

/// With so much, four threads may have windows of 512 KiB each, and one alone of 16.
const MEMORY: &str = "64M";

/// A frame that says it has a window of `1 << log` bytes.
fn frame(content: &str, log: u32) -> Vec<u8> {
    frame_of(content.as_bytes(), log)
}

fn frame_of(content: &[u8], log: u32) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(log).unwrap();
    // In pieces: of what it is given at once it would know the length, and take that.
    for piece in content.chunks(1000) {
        encoder.write_all(piece).unwrap();
        encoder.flush().unwrap();
    }
    encoder.finish().unwrap()
}

fn events(name: &str) -> String {
    (0..300)
        .map(|it| event(&format!("{name}-{it}")) + "\n")
        .collect()
}

/// Inputs with windows of every size that can be read, and the same without.
fn inputs(folder: &Folder) {
    let [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(events);
    let both = |name: &str, compressed: Vec<u8>, plain: &str| {
        folder.write(&format!("in/{name}"), compressed);
        folder.write(&format!("plain/{name}"), plain);
    };
    both("a.ndjson", frame(&a, 24), &a);
    both("b.ndjson", frame(&b, 19), &b);
    both("c.ndjson", c.clone().into_bytes(), &c);
    // Which is met when events were written already, and one rejected.
    let first = "7\n".to_owned() + &d;
    let later = [frame(&first, 15), frame(&a, 24)].concat();
    both("d.ndjson", later, &(first + &a));
    let inner = frame(&e, 20);
    let archive = tar(&[
        ("one.ndjson", Regular, e.as_bytes()),
        ("two.ndjson", Regular, inner.as_slice()),
    ]);
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(23).unwrap();
    encoder.write_all(&archive).unwrap();
    folder.write("in/e.tar.zst", encoder.finish().unwrap());
    folder.write("plain/e.tar.zst/one.ndjson", &e);
    folder.write("plain/e.tar.zst/two.ndjson", &e);
    // A large window in a zip, and one in the middle of an archive: at a member, and in one.
    let f = events("f");
    folder.write("in/f.zip", zip_of_zstd("f.ndjson", &f, frame(&f, 24)));
    folder.write("plain/f.zip/f.ndjson", &f);
    let inner = gzip(f.as_bytes());
    let archive = tar::<&[u8]>(&[
        ("one.ndjson", Regular, f.as_bytes()),
        ("two.ndjson", Regular, &inner),
    ]);
    let second = 512 + f.len().next_multiple_of(512) + 512;
    for (name, at) in [("g.tar.zst", second), ("h.tar.zst", second + 100)] {
        let frames = [frame_of(&archive[..at], 15), frame_of(&archive[at..], 24)].concat();
        folder.write(&format!("in/{name}"), frames);
        folder.write(&format!("plain/{name}/one.ndjson"), &f);
        folder.write(&format!("plain/{name}/two.ndjson"), &f);
    }
}

/// The outputs and rejects in `out`, of inputs below `input`.
fn outputs(folder: &Folder, input: &str, out: &str) -> Vec<(String, String)> {
    let files = tree(&folder.path(out)).into_iter();
    let text = |bytes| folder.redact(&String::from_utf8(bytes).unwrap());
    let named = files.map(|(path, bytes)| (path.display().to_string(), text(bytes)));
    named
        .filter(|(path, _)| path != "manifest.json")
        .map(|(path, text)| (path, text.replace(&format!("DIR/{input}/"), "IN/")))
        .collect()
}

#[test]
fn an_input_with_a_large_window_is_read_after_the_others() {
    let folder = Folder::new();
    inputs(&folder);
    let convert = |input: &str, out: &str, jobs| {
        let (input, out) = (format!("@{input}"), format!("@{out}"));
        folder.run(&[
            "convert", &input, "-o", &out, "-j", jobs, "--memory", MEMORY,
        ])
    };
    let ran = convert("in", "out", "4");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with("3,601 events from 11 inputs"),
        "{}",
        ran.stderr
    );
    let alone = convert("in", "alone", "1");
    assert_eq!(
        tree(&folder.path("out")),
        tree(&folder.path("alone")),
        "{}",
        alone.stderr
    );
    convert("plain", "without", "4");
    let without = outputs(&folder, "plain", "without");
    assert_eq!(outputs(&folder, "in", "out"), without);
    let verified = folder.run(&[
        "verify",
        "@in",
        "--against",
        "@out",
        "--deep",
        "-j",
        "4",
        "--memory",
        MEMORY,
    ]);
    assert_eq!(
        (verified.code, verified.stdout.as_str()),
        (0, ""),
        "{}",
        verified.stderr
    );
}

#[test]
#[cfg(unix)]
fn what_was_done_with_a_large_window_is_kept() {
    let folder = Folder::new();
    inputs(&folder);
    let last = folder.write("last.ndjson", events("f"));
    let names = ["in/a.ndjson", "in/d.ndjson", "in/e.tar.zst", "last.ndjson"].map(str::to_owned);
    let convert = |out, jobs| {
        let mut command = convert(&folder, &names, out, jobs);
        command.args(["--memory", MEMORY]);
        command
    };
    convert("whole", "4").output().unwrap();
    // One after the other, so that it is killed when all others are done.
    with_fifo(&last, convert("out", "1"), |_, child| child.kill().unwrap());
    let again = convert("out", "4").output().unwrap();
    let stderr = String::from_utf8(again.stderr).unwrap();
    let kept = "4 inputs had been done by the run before";
    assert!(stderr.contains(kept), "{stderr}");
    assert_eq!(tree(&folder.path("out")), tree(&folder.path("whole")));
}

#[test]
fn a_window_that_there_is_no_memory_for_is_told() {
    let folder = Folder::new();
    folder.write("in/a.zst", frame(&events("a"), 25));
    folder.write("in/b.ndjson", events("b"));
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--memory", MEMORY]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr);
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--memory", "128M"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn stdin_may_have_a_large_window() {
    let content = events("a");
    let arguments = ["convert", "-", "--memory", MEMORY, "-q"];
    let ran = run_with_stdin(arguments, &frame(&content, 24));
    let plain = run_with_stdin(arguments, content.as_bytes());
    assert_eq!((ran.code, ran.stdout), (0, plain.stdout));
    let ran = run_with_stdin(arguments, &frame(&content, 25));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

/// What can be read once only is read when it is alone: by the runs, and to verify them.
#[test]
#[cfg(unix)]
fn a_fifo_and_stdin_may_have_large_windows_beside_other_inputs() {
    let folder = Folder::new();
    inputs(&folder);
    let last = folder.write("last.ndjson", frame(&events("k"), 24));
    let names = ["in/a.ndjson", "last.ndjson", "-"].map(str::to_owned);
    let stdin = folder.write("stdin", frame(&events("l"), 24));
    let command = |out, jobs| {
        let mut command = convert(&folder, &names, out, jobs);
        command.args(["--memory", MEMORY]);
        command.stdin(std::fs::File::open(&stdin).unwrap());
        command
    };
    command("whole", "1").output().unwrap();
    let content = std::fs::read(&last).unwrap();
    let said = with_fifo(&last, command("out", "4"), |fifo, _| {
        fifo.write_all(&content).unwrap();
    });
    assert!(said.starts_with("0\n"), "{said}");
    assert_eq!(tree(&folder.path("out")), tree(&folder.path("whole")));
    let mut verify = binary();
    verify
        .current_dir(folder.path(""))
        .arg("verify")
        .args(&names);
    verify.args(["--against", "out", "--deep", "-j", "4", "--memory", MEMORY]);
    verify.stdin(std::fs::File::open(&stdin).unwrap());
    let verified = verify.output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}
