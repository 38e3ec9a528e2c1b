//! What `convert` endures: inputs of every size in bounded memory, and SIGKILL at any moment.
//! `cargo build --release && cargo bench -p events2logs-batch --bench endurance`.
//!
//! The binary itself is run, as a process of its own for each row. One table holds the peak
//! resident set against `--memory`; one tells of runs that were killed again and again, whose
//! folder must in the end be that of an uninterrupted run, byte by byte. Whatever does not hold is
//! an error.
//!
//! `-- --small` is a short form of both, with little memory only. What is measured is changed by
//! `--size 1000M --files 200000 --rounds 40 --seed 7 --only memory` or `--only restart`, after
//! `--small` if that is given; `--binary PATH` runs another binary.

#![allow(clippy::print_stdout, reason = "the tables are what it is for")]

mod child;
mod inputs;
mod memory;
#[path = "../proof/random.rs"]
mod random;
mod restart;
mod windows;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use memory::Setting;

const fn setting(memory: u64, jobs: &'static str) -> Setting {
    Setting { memory, jobs }
}

/// Few threads, and more than there may be cores: what one has made and another one is done with
/// must not pile up either.
const LARGE: &[Setting] = &[
    setting(64, "2"),
    setting(64, "8"),
    setting(128, "2"),
    setting(128, "8"),
    setting(512, "2"),
    setting(512, "8"),
];

/// The least memory that there may be, with far more threads than it is enough for too.
const SMALL: &[Setting] = &[setting(64, "8"), setting(64, "64")];

/// What is run, and on how much.
#[derive(Debug)]
struct Options {
    binary: PathBuf,
    /// What each input is converted with.
    settings: &'static [Setting],
    /// Bytes of the large inputs.
    size: u64,
    /// How many tiny ones.
    files: u64,
    /// Bytes of each large input of the runs that are killed.
    killed: u64,
    rounds: u64,
    seed: u64,
    only: Option<String>,
}

impl Options {
    fn large(binary: PathBuf) -> Self {
        Self {
            binary,
            settings: LARGE,
            size: 1_000_000_000,
            files: 200_000,
            killed: 50_000_000,
            rounds: 40,
            seed: 1,
            only: None,
        }
    }

    fn small(binary: PathBuf) -> Self {
        Self {
            settings: SMALL,
            size: 30_000_000,
            files: 1_000,
            killed: 5_000_000,
            rounds: 6,
            ..Self::large(binary)
        }
    }

    fn read(arguments: &[String]) -> Result<Self> {
        // The bench is in `deps` beside it, wherever the target folder is.
        let bench = std::env::current_exe()?;
        let release = bench.parent().and_then(Path::parent);
        let binary = release.context("no target folder")?.join("events2logs");
        let (mut options, rest) = match arguments {
            [flag, rest @ ..] if flag == "--small" => (Self::small(binary), rest),
            all => (Self::large(binary), all),
        };
        for pair in rest.chunks(2) {
            match pair {
                [flag, value] if flag == "--binary" => options.binary = value.into(),
                [flag, value] if flag == "--size" => options.size = megabytes(value)?,
                [flag, value] if flag == "--files" => options.files = value.parse()?,
                [flag, value] if flag == "--rounds" => options.rounds = value.parse()?,
                [flag, value] if flag == "--seed" => options.seed = value.parse()?,
                [flag, value] if flag == "--only" && (value == "memory" || value == "restart") => {
                    options.only = Some(value.clone());
                }
                other => bail!("{other:?}: the head of endurance/main.rs has the options"),
            }
        }
        ensure!(
            options.binary.is_file(),
            "{} is missing: run cargo build --release first, or name a binary with --binary",
            options.binary.display()
        );
        Ok(options)
    }

    fn does(&self, what: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == what)
    }
}

fn megabytes(text: &str) -> Result<u64> {
    let number: u64 = text
        .trim_end_matches('M')
        .parse()
        .context("expected megabytes, 256M")?;
    number.checked_mul(1_000_000).context("too large")
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    if let [flag, binary, rest @ ..] = arguments.as_slice()
        && flag == child::FLAG
    {
        return child::run_and_print(binary, rest);
    }
    // `cargo test --all-targets` starts it too, and wants no table.
    if !std::env::args().any(|it| it == "--bench") {
        return Ok(());
    }
    let options = Options::read(&arguments)?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("endurance");
    remove(&folder)?;
    let mut held = true;
    if options.does("memory") {
        held &= memory::table(&options, &folder)?;
    }
    if options.does("restart") {
        held &= restart::table(&options, &folder)?;
    }
    remove(&folder)?;
    ensure!(held, "not all of it holds");
    Ok(())
}

/// Removes a folder with all that is in it, if it is there.
fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| folder.display().to_string())
        }
        _ => Ok(()),
    }
}
