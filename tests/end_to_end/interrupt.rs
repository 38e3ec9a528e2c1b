//! Ctrl-C and SIGTERM, wherever a run is: it ends, cleanly, and the same command again does the
//! rest.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use events2logs_batch::{Formats, Progress, Resources, RunError};

use crate::command::{Folder, binary, event, to_folder_with, tree};
use crate::restart::{convert, ended, inputs, make_fifo, with_fifo};

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let kill = Command::new("kill").args([name, &id]).status();
    assert!(kill.unwrap().success());
}

/// Waits till `is_so` of a run that is under way.
fn wait(child: &mut Child, is_so: impl Fn() -> bool) {
    while !is_so() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
}

/// The files in the folder `out` that are neither outputs nor what a run goes on from.
fn left_over(folder: &Folder) -> Vec<String> {
    let kept = ["journal.ndjson", "mark.json", "rejects.parts"];
    let is_kept = |name: &str| {
        let work = name.strip_prefix(".events2logs/");
        work.map_or(name.ends_with(".ndjson"), |name| kept.contains(&name))
    };
    // With nothing done, there is no folder either.
    if !folder.path("out").exists() {
        return Vec::new();
    }
    let mut files = folder.files("out");
    files.retain(|name| !is_kept(name));
    files
}

#[test]
fn ctrl_c_says_how_to_go_on() {
    let folder = Folder::new();
    let inputs = inputs(&folder);
    convert(&folder, &inputs, "whole", "1").output().unwrap();
    let line = event("e") + "\n";
    let said = with_fifo(
        &folder.path("e.ndjson"),
        convert(&folder, &inputs, "out", "1"),
        |fifo, child| {
            let kill = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status();
            assert!(kill.unwrap().success());
            // Till it is heard and nobody reads any more.
            while fifo.write_all(line.as_bytes()).is_ok() {}
        },
    );
    assert_eq!(
        said,
        "130\n\
         interrupted: 4 of 6 inputs are done and kept in out\n\
         help: the same command again does the rest\n"
    );
    let again = convert(&folder, &inputs, "out", "1").output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(tree(&folder.path("out")), tree(&folder.path("whole")));
}

/// It waits for somebody to write there, and does not hear: so it is ended all the same.
#[test]
fn a_fifo_that_nobody_writes_to() {
    let folder = Folder::new();
    let inputs = inputs(&folder);
    convert(&folder, &inputs, "whole", "1").output().unwrap();
    let fifo = folder.path("e.ndjson");
    let content = fs::read(&fifo).unwrap();
    for (jobs, signals) in [
        ("1", &["-TERM"][..]),
        ("3", &["-INT"]),
        ("3", &["-TERM", "-INT"]),
    ] {
        make_fifo(&fifo);
        let mut child = convert(&folder, &inputs, "out", jobs).spawn().unwrap();
        wait(&mut child, || folder.path("out/d.ndjson").exists());
        for name in signals {
            signal(&child, name);
        }
        let said = ended(child);
        assert!(said.starts_with("130\ninterrupted: "), "{said}");
        let how = " of 6 inputs are done and kept in out\n\
                   help: the same command again does the rest\n";
        assert!(said.ends_with(how), "{said}");
        assert_eq!(left_over(&folder), [""; 0], "{signals:?}");
        fs::remove_file(&fifo).unwrap();
        fs::write(&fifo, &content).unwrap();
        let again = convert(&folder, &inputs, "out", jobs).output().unwrap();
        assert_eq!(again.status.code(), Some(1));
        assert_eq!(tree(&folder.path("out")), tree(&folder.path("whole")));
        fs::remove_dir_all(folder.path("out")).unwrap();
    }
}

/// As a terminal at which nobody types.
#[test]
fn a_stdin_that_says_nothing() {
    let folder = Folder::new();
    let stdin = ["-".to_owned()];
    let mut command = convert(&folder, &stdin, "out", "2");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    wait(&mut child, || {
        folder.path("out/.events2logs/journal.ndjson").exists()
    });
    let stdin = child.stdin.take();
    signal(&child, "-INT");
    let said = ended(child);
    drop(stdin);
    assert!(said.starts_with("130\ninterrupted: 0 of 1 input"), "{said}");
    assert!(!folder.path("out").exists(), "it held nothing");
}

/// To stdout, with the rejects in a file: that appears whole or not at all.
#[test]
fn rejects_beside_stdout_leave_nothing_behind() {
    let folder = Folder::new();
    let names = || folder.files("");
    let line = event("a") + "\n7\n";
    for feed in [false, true] {
        let mut child = binary()
            .args(folder.arguments(&["convert", "-", "-o", "-", "-q", "--rejects", "@rejects"]))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(line.as_bytes()).unwrap();
        wait(&mut child, || !names().is_empty());
        signal(&child, "-TERM");
        // Till it is heard and nobody reads any more.
        while feed && stdin.write_all(line.as_bytes()).is_ok() {}
        assert_eq!(
            ended(child),
            "130\n\
             interrupted: stdout does not have all events; the rejects are not kept\n"
        );
        assert_eq!(names(), [""; 0]);
    }
}

/// Before the first byte of an input, within a block, between blocks, in the last one with more to
/// come for all the run knows, and with nothing more to come.
#[test]
fn at_any_point_of_any_input() {
    let folder = Folder::new();
    let inputs = inputs(&folder);
    convert(&folder, &inputs, "whole", "1").output().unwrap();
    let whole = tree(&folder.path("whole"));
    let mut interrupted = 0;
    for (input, jobs) in [("a", "3"), ("b", "4"), ("e", "3"), ("f", "8")] {
        let path = folder.path(&format!("{input}.ndjson"));
        let content = fs::read(&path).unwrap();
        for bytes in [0, 100, 300_000, usize::MAX] {
            let part = &content[..bytes.min(content.len())];
            let said = with_fifo(
                &path,
                convert(&folder, &inputs, "out", jobs),
                |fifo, child| {
                    fifo.write_all(part).unwrap();
                    signal(child, "-INT");
                },
            );
            let what = format!("{input} at {bytes} with {jobs} threads: {said}");
            if said.starts_with("130\n") {
                interrupted += 1;
                assert_eq!(left_over(&folder), [""; 0], "{what}");
            } else {
                // It came when the FIFO, which is read last, had ended already.
                assert!(said.starts_with("1\n"), "{what}");
            }
            let again = convert(&folder, &inputs, "out", jobs).output().unwrap();
            assert_eq!(again.status.code(), Some(1), "{what}");
            assert_eq!(tree(&folder.path("out")), whole, "{what}");
            fs::remove_dir_all(folder.path("out")).unwrap();
        }
    }
    assert!(interrupted > 0);
}

/// One run, which is interrupted once it has seen so many events; whether it was.
fn interrupted_at(events: u64, input: &Path, out: &Path, jobs: usize) -> bool {
    let progress = Arc::new(Progress::default());
    let (over, is_over) = mpsc::channel::<()>();
    let watching = std::thread::spawn({
        let progress = Arc::clone(&progress);
        move || {
            while progress.seen().events < events
                && is_over.try_recv() == Err(mpsc::TryRecvError::Empty)
            {
                std::thread::yield_now();
            }
            progress.interrupt();
        }
    });
    let resources = Resources {
        jobs,
        memory: 64 << 20,
    };
    let report = to_folder_with(input, out, &Formats::default(), resources, &progress);
    drop(over);
    watching.join().unwrap();
    match report {
        Ok(_) => false,
        Err(RunError::Interrupted) => true,
        Err(error) => panic!("{error}"),
    }
}

/// Wherever it comes, also while threads wait for one another, for memory, or for a record of many
/// blocks: no run hangs, and the last one has all.
#[test]
fn no_thread_waits_for_ever() {
    let folder = Folder::new();
    let many: String = (0..2_000)
        .map(|it| event(&it.to_string()) + "\n7\n")
        .collect();
    let long = event("long").replace("Session", &"x".repeat(1 << 20)) + "\n";
    for (name, content) in [
        ("a.ndjson", many.clone()),
        ("b.ndjson", long.repeat(3) + &many),
        ("c.ndjson", many.clone() + &long),
        (
            "d.json",
            format!("[{}]", [event("d"), event("e")].join(",")),
        ),
    ] {
        folder.write(&format!("in/{name}"), content);
    }
    let (input, out, whole) = (folder.path("in"), folder.path("out"), folder.path("whole"));
    let (end, at_the_end) = mpsc::channel();
    std::thread::spawn(move || {
        assert!(!interrupted_at(u64::MAX, &input, &whole, 1));
        for jobs in [3, 5] {
            for events in (0..12_006).step_by(3_000).chain([12_005, 12_006]) {
                let interrupted = interrupted_at(events, &input, &out, jobs);
                if interrupted {
                    assert!(!interrupted_at(u64::MAX, &input, &out, jobs));
                }
                assert_eq!(tree(&out), tree(&whole), "at {events} with {jobs} threads");
                fs::remove_dir_all(&out).unwrap();
            }
        }
        end.send(()).unwrap();
    });
    let ended = at_the_end.recv_timeout(Duration::from_secs(600));
    assert_ne!(ended, Err(mpsc::RecvTimeoutError::Timeout), "it hangs");
    ended.unwrap();
}
