//! The command, which writes to stdout.

#![allow(clippy::unwrap_used, reason = "a panic is the report of a test")]

use std::io::Read as _;
use std::process::{Command, Stdio};

fn generate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_events2logs-generate"));
    command.args(arguments);
    command
}

fn archive(arguments: &[&str]) -> Vec<u8> {
    let output = generate(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
fn the_same_seed_gives_the_same_bytes_in_every_process() {
    let one = archive(&["300K"]);
    assert_eq!(one, archive(&["300000", "--seed", "1"]));
    assert_ne!(one, archive(&["300K", "--seed", "2"]));
    // Whole lines; and a smaller archive is the beginning of a larger one.
    assert!((300_000..302_000).contains(&one.len()), "{}", one.len());
    assert_eq!(one.last(), Some(&b'\n'));
    assert!(archive(&["1M"]).starts_with(&one));
}

#[test]
fn sizes_go_from_one_kilobyte_to_a_hundred_gigabytes() {
    let smallest = archive(&["1K"]);
    assert!((1000..4000).contains(&smallest.len()));
    // Whoever reads may have enough of it: nothing is made ahead.
    let mut largest = generate(&["100G"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut start = vec![0; smallest.len()];
    let mut stdout = largest.stdout.take().unwrap();
    stdout.read_exact(&mut start).unwrap();
    drop(stdout);
    assert!(largest.wait().unwrap().success());
    assert_eq!(start, smallest);
}

#[test]
fn what_is_no_size_is_told() {
    for (text, said) in [
        ("1T", "expected a number of bytes"),
        ("1KK", "KK is no unit"),
        ("99999999999G", "too large"),
    ] {
        let output = generate(&[text]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(said), "{text}: {stderr}");
    }
}
