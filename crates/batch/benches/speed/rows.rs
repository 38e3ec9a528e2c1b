//! The rows of the table: what each one does with the archive.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use events2logs_batch::{
    Action, OutputFolder, Progress, Report, Resources, Search, find, to_folder, to_writer,
};
use events2logs_mapping::{ConvertOptions, Tables};
use flate2::read::MultiGzDecoder;
use nix::sys::resource::{UsageWho, getrusage};
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use crate::straightforward::Straightforward;
use crate::table::Figures;

/// Which archive a row reads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Archive {
    Plain,
    Gzip,
    Small,
}

/// What a row does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// Our converter, to nowhere, on so many threads.
    Ours(usize),
    /// Our converter, to a folder with manifest and checksums.
    OursToFolder(usize),
    Straightforward,
    /// The same, with checksums of both sides, to a synced file.
    StraightforwardToFile,
    Python,
    Jq,
    Read,
    Newlines,
    Utf8,
    Parse,
    Checksums,
    GzipDecode,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) archive: Archive,
    /// What has to be installed for it.
    pub(crate) program: Option<&'static str>,
    work: Work,
}

const fn row(name: &'static str, label: &'static str, archive: Archive, work: Work) -> Row {
    let program = match work {
        Work::Jq => Some("jq"),
        Work::Python => Some("python3"),
        _ => None,
    };
    Row {
        name,
        label,
        archive,
        program,
        work,
    }
}

/// Where output goes that nobody reads.
const NOWHERE: &str = "/dev/null";

/// All rows, in the order of the table and of their runs: what is held against each other runs one
/// after the other, and what writes to the disk behind it.
pub(crate) const ROWS: &[Row] = &[
    row(
        "ours",
        "events2logs, NDJSON to stdout",
        Archive::Plain,
        Work::Ours(1),
    ),
    row(
        "ours-2",
        "the same on two threads",
        Archive::Plain,
        Work::Ours(2),
    ),
    row(
        "ours-gzip",
        "the same, gzip in, on two threads",
        Archive::Gzip,
        Work::Ours(2),
    ),
    row(
        "gzip",
        "limit: decode that gzip",
        Archive::Gzip,
        Work::GzipDecode,
    ),
    row(
        "straight",
        "straightforward serde_json",
        Archive::Plain,
        Work::Straightforward,
    ),
    row("orjson", "Python, orjson", Archive::Small, Work::Python),
    row("jq", "jq", Archive::Small, Work::Jq),
    row(
        "folder",
        "events2logs, to a folder, SHA-256 of both sides",
        Archive::Plain,
        Work::OursToFolder(1),
    ),
    row(
        "folder-2",
        "the same on two threads",
        Archive::Plain,
        Work::OursToFolder(2),
    ),
    row(
        "straight-file",
        "(i), to a file, SHA-256 of both sides",
        Archive::Plain,
        Work::StraightforwardToFile,
    ),
    row(
        "sha256",
        "limit: SHA-256 of both sides",
        Archive::Plain,
        Work::Checksums,
    ),
    row("read", "limit: read", Archive::Plain, Work::Read),
    row(
        "newlines",
        "limit: read and count newlines",
        Archive::Plain,
        Work::Newlines,
    ),
    row(
        "utf8",
        "limit: read and check UTF-8",
        Archive::Plain,
        Work::Utf8,
    ),
    row(
        "parse",
        "limit: read and skip values (serde_json)",
        Archive::Plain,
        Work::Parse,
    ),
];

/// Whether `program` can be started (and, for Python, has orjson).
pub(crate) fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    if program == "python3" {
        command.args(["-c", "import orjson"]);
    } else {
        command.arg("--version");
    }
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Does the work of `row`; seconds of processor and clock, and the memory it took.
pub(crate) fn measure(row: &Row, archive: &Path) -> Result<Figures> {
    let tables = Tables::shipped()?;
    let mut straightforward = Straightforward::new(&tables);
    let who = if row.program.is_some() {
        UsageWho::RUSAGE_CHILDREN
    } else {
        UsageWho::RUSAGE_SELF
    };
    let before = seconds(who)?;
    let start = Instant::now();
    match row.work {
        Work::Ours(jobs) => {
            let inputs = find(&[archive.to_owned()], Search::default());
            let task = convert(&tables).into();
            let mut out = File::create(NOWHERE)?;
            let report = to_writer(
                task,
                inputs,
                &mut out,
                &mut io::sink(),
                resources(jobs),
                &Progress::default(),
            )?;
            check(&report)?;
        }
        Work::OursToFolder(jobs) => {
            let path = archive.with_extension("converted");
            let search = Search {
                output: Some(&path),
                ..Search::default()
            };
            let inputs = find(&[archive.to_owned()], search);
            let folder = OutputFolder::open(&path, &inputs, true)?;
            check(&to_folder(
                convert(&tables).into(),
                inputs,
                folder,
                resources(jobs),
                &Progress::default(),
            )?)?;
            fs::remove_dir_all(&path)?;
        }
        Work::Straightforward => {
            let mut input = BufReader::with_capacity(1 << 18, File::open(archive)?);
            let mut out = BufWriter::with_capacity(1 << 16, File::create(NOWHERE)?);
            straightforward.run(&mut input, &mut out)?;
            out.flush()?;
        }
        Work::StraightforwardToFile => {
            let path = archive.with_extension("straightforward");
            let mut input = BufReader::with_capacity(1 << 18, Hashing::of(File::open(archive)?));
            let out = Hashing::of(File::create(&path)?);
            let mut out = BufWriter::with_capacity(1 << 18, out);
            straightforward.run(&mut input, &mut out)?;
            let out = out.into_inner()?;
            out.inner.sync_all()?;
            black_box((input.into_inner().hash.finalize(), out.hash.finalize()));
            fs::remove_file(&path)?;
        }
        Work::Python => peer(
            Command::new("python3")
                .arg(manifest("benches/speed/convert.py"))
                .arg(manifest("../../mappings/event_types.csv"))
                .arg(archive),
        )?,
        Work::Jq => {
            let types: serde_json::Map<String, serde_json::Value> = tables
                .event_types
                .rows()
                .iter()
                .map(|row| Ok((row.legacy_event_type.clone(), serde_json::to_value(row)?)))
                .collect::<Result<_>>()?;
            let types = serde_json::to_string(&types)?;
            let path = archive.with_extension("types.json");
            fs::write(&path, types)?;
            peer(
                Command::new("jq")
                    .args(["-cR", "--argfile", "types"])
                    .arg(path)
                    .arg("-f")
                    .arg(manifest("benches/speed/convert.jq"))
                    .arg(archive),
            )?;
        }
        Work::Read => each_block(archive, |_| ())?,
        Work::Newlines => each_block(archive, |block| {
            black_box(memchr::memchr_iter(b'\n', block).count());
        })?,
        Work::Utf8 => each_block(archive, |block| {
            // A block may end within a character; that it is looked at is what counts.
            black_box(std::str::from_utf8(block).is_ok());
        })?,
        Work::Parse => {
            let mut input = BufReader::with_capacity(1 << 18, File::open(archive)?);
            let mut line = Vec::new();
            while input.read_until(b'\n', &mut line)? > 0 {
                black_box(serde_json::from_slice::<IgnoredAny>(&line).is_ok());
                line.clear();
            }
        }
        Work::Checksums => {
            // The output is 1.84 times the input.
            let mut hash = Sha256::new();
            each_block(archive, |block| {
                hash.update(block);
                hash.update(block);
                let rest = block.len().saturating_mul(84) / 100;
                hash.update(block.get(..rest).unwrap_or_default());
            })?;
            black_box(hash.finalize());
        }
        Work::GzipDecode => {
            let mut input = MultiGzDecoder::new(File::open(archive)?);
            blocks(&mut input, |_| ())?;
        }
    }
    let wall = start.elapsed().as_secs_f64();
    let usage = getrusage(who)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "kibibytes of memory are below 2^52"
    )]
    let peak_kib = usage.max_rss() as f64;
    Ok(Figures {
        cpu: seconds(who)? - before,
        wall,
        peak_kib,
    })
}

const fn resources(jobs: usize) -> Resources {
    Resources {
        jobs,
        memory: 512 << 20,
    }
}

fn convert(tables: &Tables) -> Action<'_> {
    Action::Convert {
        tables,
        options: ConvertOptions::default(),
    }
}

/// Nearly all is to be converted, or something else is measured.
fn check(report: &Report) -> Result<()> {
    let tally = &report.tally;
    ensure!(tally.converted / 1000 > tally.rejected, "{tally:?}");
    Ok(())
}

/// Processor seconds, of the program and of the system for it.
fn seconds(who: UsageWho) -> Result<f64> {
    let usage = getrusage(who)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of a run are below 2^52"
    )]
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

fn manifest(relative: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn peer(command: &mut Command) -> Result<()> {
    let status = command
        .stdout(Stdio::null())
        .status()
        .context("cannot start")?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

fn each_block(archive: &Path, look: impl FnMut(&[u8])) -> Result<()> {
    Ok(blocks(&mut File::open(archive)?, look)?)
}

fn blocks(input: &mut dyn Read, mut look: impl FnMut(&[u8])) -> io::Result<()> {
    const BLOCK: usize = 1 << 18;
    const PAGE: usize = 4096;
    let mut buffer = vec![0; BLOCK + PAGE];
    let start = buffer.as_ptr().align_offset(PAGE).min(PAGE);
    loop {
        let space = buffer.get_mut(start..).unwrap_or_default();
        let space = space.get_mut(..BLOCK).unwrap_or_default();
        match input.read(space)? {
            0 => return Ok(()),
            read => look(space.get(..read).unwrap_or_default()),
        }
    }
}

/// Reads or writes, and hashes what goes through.
#[derive(Debug)]
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<T> Hashing<T> {
    fn of(inner: T) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
        }
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(from)?;
        self.hash.update(from.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
