//! One run of the binary, and what it took.
//!
//! The system tells the peak of all children together only. So each run is the one child of
//! another process of this bench, which is small: a child begins with the peak of its parent.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::Value;

/// Makes this bench run the arguments after it.
pub(crate) const FLAG: &str = "--child";

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) peak_kib: u64,
    /// What it told of itself, if it came to that.
    pub(crate) summary: Option<Value>,
}

impl Ran {
    /// A number of the summary.
    pub(crate) fn count(&self, name: &str) -> Option<u64> {
        self.summary.as_ref()?.get(name)?.as_u64()
    }
}

/// The command that converts `input` to `out` and prints its summary as JSON.
pub(crate) fn convert(binary: &Path, input: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.arg("convert").arg(input).arg("-o").arg(out);
    command.args(["--summary", "json"]).args(more);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The command that restores the folder `converted` to `out`.
pub(crate) fn restore(binary: &Path, converted: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.arg("restore").arg(converted).arg("-o").arg(out);
    command
        .args(more)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// The command that holds each event of `out` against `input`.
pub(crate) fn verify(binary: &Path, input: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.arg("verify").arg(input).arg("--against").arg(out);
    command.arg("--deep").args(more);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Runs `command` from a process of its own.
pub(crate) fn measure(command: &Command) -> Result<Ran> {
    let output = Command::new(std::env::current_exe()?)
        .arg(FLAG)
        .arg(command.get_program())
        .args(command.get_args())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().rev();
    let figures = lines.next().and_then(|line| {
        let (peak, code) = line.split_once(' ')?;
        Some((peak.parse().ok()?, code.parse().ok()))
    });
    let (peak_kib, code) = figures.with_context(|| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        format!("{command:?}: {said}")
    })?;
    Ok(Ran {
        code,
        peak_kib,
        summary: lines
            .next()
            .and_then(|line| serde_json::from_str(line).ok()),
    })
}

/// What the process of its own does: the run, then a line with its peak and its exit code.
pub(crate) fn run_and_print(binary: &str, arguments: &[String]) -> Result<()> {
    let mut command = Command::new(binary);
    command.args(arguments);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let status = command.status().with_context(|| binary.to_owned())?;
    let peak_kib = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    let code = status
        .code()
        .map_or("killed".to_owned(), |it| it.to_string());
    println!("{peak_kib} {code}");
    Ok(())
}
