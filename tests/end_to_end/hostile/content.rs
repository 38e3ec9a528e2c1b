//! Records and streams made to take all memory, all time or all space.

#[cfg(target_os = "linux")]
use std::process::Command;

use events2logs_batch::{Formats, InputError, Limits, Progress, Resources};

use crate::archives::{tar, zip_of};
use crate::bad_input::{convert, gzip, line};
use crate::command::{Folder, event, to_folder_with};

/// By the proportion of what comes out to what is stored. That counts from 1 GiB on, which takes a
/// test too long to decode: here it counts from 1 MiB on.
#[test]
fn a_bomb_is_refused_by_its_ratio() {
    let lines = format!("{}\n", event("bomb")).repeat(20_000);
    let tarred = tar(&[("a.json", ::tar::EntryType::Regular, &lines)]);
    for (name, bomb) in [
        ("gzip", gzip(lines.as_bytes())),
        ("zstd", zstd::encode_all(lines.as_bytes(), 1).unwrap()),
        ("zip", zip_of(&[("a.json", &lines)])),
        ("tar.gz", gzip(&tarred)),
    ] {
        let folder = Folder::new();
        let input = folder.write("bomb", bomb);
        let limits = Limits {
            ratio: 10,
            free: 1 << 20,
            ..Limits::default()
        };
        let formats = Formats {
            limits,
            ..Formats::default()
        };
        let resources = Resources {
            jobs: 2,
            memory: 64 << 20,
        };
        let progress = Progress::default();
        let out = folder.path("out");
        let report = to_folder_with(&input, &out, &formats, resources, &progress).unwrap();
        let problems = &report.problems;
        assert!(
            problems
                .iter()
                .any(|it| matches!(it.error, InputError::Ratio { .. })),
            "{name}: {problems:?}"
        );
        assert!(report.tally.events < 20_000, "{name}");
        // The record at the cut.
        assert!(
            report.tally.rejected <= 1,
            "{name}: what comes before is kept"
        );
    }
}

/// One record of 1.2 GB in 1.2 MB, by a process that may have 1 GB of addresses.
#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_no_memory() {
    let folder = Folder::new();
    let member = gzip(&[b'x'; 4 << 20]);
    let start = [event("a"), "\n{\"eventId\":\"".to_owned()].concat();
    let bomb = [gzip(start.as_bytes()), member.repeat(300)].concat();
    folder.write("bomb.gz", bomb);
    let arguments = [
        "convert", "@bomb.gz", "-o", "@out", "--memory", "64M", "-j", "2",
    ];
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_events2logs"))
        .args(folder.arguments(&arguments))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("bomb.gz: holds a record at byte "),
        "{stderr}"
    );
    assert!(stderr.contains("help: --memory allows more"), "{stderr}");
    assert_eq!(folder.read("out/bomb.ndjson").lines().count(), 1);
}

#[test]
fn a_line_of_3_mb() {
    let long = event("long").replace("Session cleared", &"x".repeat(3_000_000));
    let told = line(long.replace("\"}}", "}}"));
    assert!(told.contains("invalid-json"), "{}", told.len());
    let folder = Folder::new();
    folder.write("in/long.json", format!("{long}\n{long}"));
    assert!(convert(&folder).starts_with("exit 0"));
}

/// With the memory that is taken where nothing is said.
#[test]
fn a_line_of_200_mb() {
    let folder = Folder::new();
    let long = event("long").replace("Session cleared", &"x".repeat(200_000_000));
    let lines = [event("before"), long, event("after")].join("\n");
    folder.write("in.ndjson", lines);
    let ran = folder.run(&["convert", "@in.ndjson", "-o", "@out", "-q"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let out = folder.read("out/in.ndjson");
    let lengths: Vec<usize> = out.lines().map(str::len).collect();
    assert_eq!(
        lengths[1] - lengths[0],
        200_000_000 - "Session cleared".len() - 2
    );
    assert_eq!(lengths.len(), 3);
}

#[test]
fn brackets_100_000_deep() {
    let brackets = event("deep").replace(
        "\"eventId\"",
        &format!(
            "\"x\":{}{},\"eventId\"",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ),
    );
    assert!(line(brackets).contains("too-deep"));
    // As a file, open and closed: no event, and no crash.
    for content in [
        "[".repeat(100_000),
        "[".repeat(100_000) + &"]".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[{\"a\":".repeat(50_000),
    ] {
        let folder = Folder::new();
        folder.write("in/deep.json", content);
        let told = convert(&folder);
        assert!(
            told.starts_with("exit 1") || told.starts_with("exit 2"),
            "{}",
            &told[..200]
        );
    }
}

/// Which of the two counts is for nobody here to say: rejected, whole and as it stood.
#[test]
fn duplicate_keys() {
    for key in [
        r#""eventId":"x","eventId":"#,
        r#""x":{"deep":[{"a":1,"a":1}]},"eventId":"#,
        // The same key, spelt in two ways.
        r#""\u0065ventId":"x","eventId":"#,
    ] {
        let record = event("twice").replace("\"eventId\":", key);
        let told = line(&record);
        assert!(told.starts_with("exit 1\n"), "{told}");
        assert!(told.contains(": duplicate-key: "), "{told}");
        assert!(told.ends_with(&record), "{told}");
    }
}
