//! The peak of the resident set, held against `--memory`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::child::{self, Ran};
use crate::inputs::{self, Long};
use crate::windows;
use crate::{Options, remove};

/// What is converted.
#[derive(Debug, Clone, Copy)]
enum Case {
    Ndjson,
    Array,
    Gzip,
    Tiny,
    /// Events that become far longer: each of so many targets.
    Dense(u64),
    /// A page of events on one line, among lines.
    Page,
    /// Long records, one after the other.
    ManyLong,
    /// Each event with a user agent and a type of its own, both long.
    Names,
    /// zstd files with windows as large as they may be, and a record of the longest size.
    Windows,
    /// Ever longer records, written as these options say.
    Written(&'static [&'static str]),
    /// Ever longer records that another system wrapped.
    Wrapped,
    /// Ever longer rows.
    Rows,
    /// A record of the longest size.
    Long(Long),
    /// One that is longer than may be read.
    TooLong,
}

const CASES: &[Case] = &[
    Case::Ndjson,
    Case::Array,
    Case::Gzip,
    Case::Tiny,
    Case::Dense(2_000),
    Case::Dense(33_000),
    Case::Page,
    Case::ManyLong,
    Case::Names,
    Case::Windows,
    Case::Written(&["--to", "csv"]),
    Case::Written(&["--to", "json", "--compress", "gzip"]),
    Case::Written(&["--compress", "zstd"]),
    Case::Wrapped,
    Case::Rows,
    Case::Long(Long::Text),
    Case::Long(Long::Escapes),
    Case::Long(Long::Targets),
    Case::Long(Long::EmptyTargets),
    Case::Long(Long::FewEmptyTargets),
    Case::Long(Long::Names),
    Case::Long(Long::Nested),
    Case::Long(Long::Numbers),
    Case::Long(Long::Key),
    Case::Long(Long::Controls),
    Case::Long(Long::Brackets),
    Case::TooLong,
];

/// Verdicts.
const HOLDS: &str = "holds";
const MISSES: &str = "MISSES";

/// What must become of an input.
#[derive(Debug)]
struct Expected {
    events: u64,
    codes: &'static [i32],
}

/// `--memory` in MiB, and `--jobs`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) memory: u64,
    pub(crate) jobs: &'static str,
}

impl Setting {
    /// Bytes of the longest record that is surely read.
    fn record(self) -> u64 {
        // 27 parts of a hundred, in bytes.
        self.memory.saturating_mul(283_115)
    }
}

impl Case {
    fn label(self, size: u64, options: &Options) -> String {
        let size = size / 1_000_000;
        match self {
            Self::Ndjson => "one NDJSON file".to_owned(),
            Self::Array => "one JSON array of the same events".to_owned(),
            Self::Gzip => "one gzip file of them".to_owned(),
            Self::Tiny => format!("{} files of one event", options.files),
            Self::Dense(targets) => format!("NDJSON of events with {targets} targets `{{}}`"),
            Self::Page => format!("a page of {size} MB on one line"),
            Self::ManyLong => "long records one after the other".to_owned(),
            Self::Names => "events with long user agents and types".to_owned(),
            Self::Windows => format!("zstd with windows of {size} MB, beside a long record"),
            Self::Written(options) => format!("longer and longer records, {}", options.join(" ")),
            Self::Wrapped => "the same, wrapped by another system".to_owned(),
            Self::Rows => "the same in rows of CSV".to_owned(),
            Self::Long(Long::Text) | Self::TooLong => format!("one event with {size} MB of text"),
            Self::Long(Long::Escapes) => format!("one event with {size} MB of `\\u0001`"),
            Self::Long(Long::Targets) => format!("one event with {size} MB of targets"),
            Self::Long(Long::EmptyTargets | Long::FewEmptyTargets) => {
                format!("one event with {size} MB of targets `{{}}`")
            }
            Self::Long(Long::Names) => format!("one event with {size} MB of unknown names"),
            Self::Long(Long::Nested) => format!("one event with {size} MB of names further in"),
            Self::Long(Long::Numbers) => format!("one event with {size} MB of targets `1`"),
            Self::Long(Long::Key) => format!("a record with a key of {size} MB twice"),
            Self::Long(Long::Controls) => format!("a record with {size} MB of raw U+0001"),
            Self::Long(Long::Brackets) => format!("{size} MB of `[`"),
        }
    }

    fn size(self, options: &Options, setting: Setting) -> u64 {
        let record = setting.record();
        match self {
            Self::Ndjson | Self::Array | Self::Gzip | Self::Tiny => options.size,
            // What it becomes is 27 times as long, and has to fit on the disk.
            Self::Dense(_) => options.size / 20,
            // Of which some fit and some do not.
            Self::Long(Long::FewEmptyTargets) => record / 50,
            // Enough for all that could be remembered.
            Self::Names => setting.record().saturating_mul(3),
            Self::ManyLong => record / 2,
            // The largest that there may be.
            Self::Windows => setting.memory << 18,
            Self::Page | Self::Written(_) | Self::Wrapped | Self::Rows | Self::Long(_) => record,
            Self::TooLong => record.saturating_mul(3),
        }
    }

    /// The options of convert.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Written(options) => options,
            Self::Wrapped => inputs::UNWRAP,
            _ => &[],
        }
    }

    /// How many KiB the names of inputs may take, which come on top: half of one each.
    fn names(self, options: &Options) -> u64 {
        match self {
            Self::Tiny => options.files / 2,
            _ => 0,
        }
    }

    /// Writes the input to `path`.
    fn write(self, options: &Options, size: u64, path: &Path) -> Result<Expected> {
        let seed = options.seed;
        let in_folder = match self {
            Self::Tiny => Some(inputs::tiny(seed, options.files, path)?),
            Self::Windows => Some(windows::write(seed, size, path)?),
            _ => None,
        };
        if let Some(events) = in_folder {
            return Ok(Expected {
                events,
                codes: &[0],
            });
        }
        let out = inputs::create(path)?;
        let events = match self {
            Self::Array => inputs::array(seed, size, out)?,
            Self::Gzip => inputs::gzip(seed, size, out)?,
            Self::Dense(targets) => inputs::dense(targets, size, out)?,
            Self::Page => inputs::page(seed, size, out)?,
            Self::ManyLong => inputs::many_long(size, out)?,
            Self::Names => inputs::long_names(size, out)?,
            Self::Long(of) => inputs::long(of, size, out)?,
            // It is not read, and nothing after it.
            Self::TooLong => inputs::long(Long::Text, size, out)?.saturating_sub(1),
            Self::Written(_) => inputs::many_long(size, out)?,
            Self::Wrapped => inputs::wrapped(size, out)?,
            Self::Rows => inputs::rows(size, out)?,
            Self::Ndjson | Self::Tiny | Self::Windows => inputs::ndjson(seed, size, out)?,
        };
        let codes: &[i32] = match self {
            // A few are cut off and rejected, if there are enough of them.
            Self::Ndjson | Self::Gzip => &[0, 1],
            Self::Long(Long::Controls | Long::Key) => &[1],
            // Some, or all, need more than there is.
            Self::Written(_) | Self::Wrapped | Self::Rows => &[0, 1],
            Self::Long(
                Long::Targets | Long::EmptyTargets | Long::Names | Long::Nested | Long::Numbers,
            ) => &[0, 1],
            // What cannot be read to its end.
            Self::Long(Long::Brackets) | Self::TooLong => &[2],
            _ => &[0],
        };
        Ok(Expected { events, codes })
    }
}

/// Prints the table; whether all of it holds.
pub(crate) fn table(options: &Options, folder: &Path) -> Result<bool> {
    println!("\nPeak resident set in MiB: convert, then restore and verify --deep of that\n");
    println!(
        "| --memory | --jobs | input | MB | events | rejected | exit | convert | restore | verify | |"
    );
    println!("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let mut held = true;
    for setting in options.settings {
        for case in CASES {
            held &= row(*case, *setting, options, folder)?;
        }
    }
    Ok(held)
}

fn row(case: Case, setting: Setting, options: &Options, folder: &Path) -> Result<bool> {
    fs::create_dir_all(folder)?;
    let (input, out) = (folder.join("input"), folder.join("out"));
    let wanted = case.size(options, setting);
    let expected = case.write(options, wanted, &input)?;
    let bytes = size(&input)?;
    let memory = format!("{}M", setting.memory);
    let more = ["--memory", &memory, "--jobs", setting.jobs];
    let all = [&more, case.options()].concat();
    let command = child::convert(&options.binary, &input, &out, &all);
    let ran = child::measure(&command)?;
    let restored = child::restore(&options.binary, &out, &folder.join("restored"), &more);
    let restored = child::measure(&restored)?;
    let verified = child::verify(&options.binary, &input, &out, &more);
    let verified = child::measure(&verified)?;
    remove(folder)?;
    let bound = setting
        .memory
        .saturating_mul(1024)
        .saturating_add(case.names(options));
    let verdict = verdict(&ran, [&restored, &verified], &expected, bound);
    let shown = |number: Option<u64>| number.map_or("?".to_owned(), |it| it.to_string());
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {verdict} |",
        setting.memory,
        setting.jobs,
        case.label(wanted, options),
        bytes / 1_000_000,
        shown(ran.count("events")),
        shown(ran.count("rejected")),
        ran.code.map_or("killed".to_owned(), |it| it.to_string()),
        ran.peak_kib.div_ceil(1024),
        restored.peak_kib.div_ceil(1024),
        verified.peak_kib.div_ceil(1024),
    );
    Ok(verdict == HOLDS)
}

/// A run that did not do its work has taken little memory for nothing; it may take `bound` KiB.
fn verdict(ran: &Ran, others: [&Ran; 2], expected: &Expected, bound: u64) -> String {
    let did = ran.count("events") == Some(expected.events)
        && ran.code.is_some_and(|code| expected.codes.contains(&code));
    if !did {
        let (events, codes) = (expected.events, expected.codes);
        return format!("FAILS: expected {events} and exit {codes:?}");
    }
    if others.iter().any(|it| it.code.is_none()) {
        return "FAILS: killed".to_owned();
    }
    let all = [ran].into_iter().chain(others);
    let holds = all.map(|it| it.peak_kib).all(|peak| peak <= bound);
    if holds { HOLDS } else { MISSES }.to_owned()
}

/// The bytes of a file, or of all files in a folder.
fn size(path: &Path) -> Result<u64> {
    let metadata = path
        .metadata()
        .with_context(|| path.display().to_string())?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let mut bytes = 0_u64;
    for entry in fs::read_dir(path)? {
        bytes = bytes.saturating_add(size(&entry?.path())?);
    }
    Ok(bytes)
}
