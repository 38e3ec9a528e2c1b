//! The peak of the resident set, held against `--memory`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::child::{self, Ran};
use crate::inputs::{self, Long};
use crate::{Options, remove};

/// What is converted.
#[derive(Debug, Clone, Copy)]
enum Case {
    Ndjson,
    Array,
    Gzip,
    Tiny,
    /// Events that become far longer.
    Dense,
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
    Case::Dense,
    Case::Long(Long::Text),
    Case::Long(Long::Escapes),
    Case::Long(Long::Targets),
    Case::Long(Long::EmptyTargets),
    Case::Long(Long::Names),
    Case::Long(Long::Controls),
    Case::Long(Long::Brackets),
    Case::TooLong,
];

/// More threads than there may be cores: what one has made and another one is done with must not
/// pile up either.
const JOBS: &str = "4";

/// Verdicts.
const HOLDS: &str = "holds";
const MISSES: &str = "MISSES";

/// What must become of an input.
#[derive(Debug)]
struct Expected {
    events: u64,
    codes: &'static [i32],
}

impl Case {
    fn label(self, options: &Options) -> String {
        let size = self.size(options) / 1_000_000;
        match self {
            Self::Ndjson => "one NDJSON file".to_owned(),
            Self::Array => "one JSON array of the same events".to_owned(),
            Self::Gzip => "one gzip file of them".to_owned(),
            Self::Tiny => format!("{} files of one event", options.files),
            Self::Dense => "NDJSON of events with 2000 targets `{}`".to_owned(),
            Self::Long(Long::Text) | Self::TooLong => format!("one event with {size} MB of text"),
            Self::Long(Long::Escapes) => format!("one event with {size} MB of `\\u0001`"),
            Self::Long(Long::Targets) => format!("one event with {size} MB of targets"),
            Self::Long(Long::EmptyTargets) => format!("one event with {size} MB of targets `{{}}`"),
            Self::Long(Long::Names) => format!("one event with {size} MB of unknown names"),
            Self::Long(Long::Controls) => format!("a record with {size} MB of raw U+0001"),
            Self::Long(Long::Brackets) => format!("{size} MB of `[`"),
        }
    }

    fn size(self, options: &Options) -> u64 {
        match self {
            Self::Ndjson | Self::Array | Self::Gzip | Self::Tiny => options.size,
            // What it becomes is 27 times as long, and has to fit on the disk.
            Self::Dense => options.size / 20,
            // The same, and it must not take all the memory of the machine.
            Self::Long(Long::EmptyTargets) => options.record / 10,
            Self::Long(_) => options.record,
            Self::TooLong => options.record.saturating_mul(3),
        }
    }

    /// Whether it is known to miss the bound. A record longer than a block is parsed as a whole,
    /// and nothing bounds what its values take beside its bytes. A block of dense events becomes
    /// more than is set aside for it, so that it depends on `--jobs` whether all of them fit.
    fn is_known_to_miss(self) -> bool {
        matches!(
            self,
            Self::Dense | Self::Long(Long::Targets | Long::EmptyTargets | Long::Names)
        )
    }

    /// Writes the input to `path`.
    fn write(self, options: &Options, path: &Path) -> Result<Expected> {
        let (seed, size) = (options.seed, self.size(options));
        if let Self::Tiny = self {
            let events = inputs::tiny(seed, options.files, path)?;
            return Ok(Expected {
                events,
                codes: &[0],
            });
        }
        let out = inputs::create(path)?;
        let events = match self {
            Self::Array => inputs::array(seed, size, out)?,
            Self::Gzip => inputs::gzip(seed, size, out)?,
            Self::Dense => inputs::dense(size, out)?,
            Self::Long(of) => inputs::long(of, size, out)?,
            // It is not read, and nothing after it.
            Self::TooLong => inputs::long(Long::Text, size, out)?.saturating_sub(1),
            Self::Ndjson | Self::Tiny => inputs::ndjson(seed, size, out)?,
        };
        let codes: &[i32] = match self {
            // A few are cut off and rejected, if there are enough of them.
            Self::Ndjson | Self::Gzip => &[0, 1],
            Self::Long(Long::Controls) => &[1],
            // What cannot be read to its end.
            Self::Long(Long::Brackets) | Self::TooLong => &[2],
            _ => &[0],
        };
        Ok(Expected { events, codes })
    }
}

/// Prints the table; whether all of it holds.
pub(crate) fn table(options: &Options, folder: &Path) -> Result<bool> {
    let bound = options.memory;
    println!("\nPeak resident set of `convert --memory {bound}M --jobs {JOBS}` to a folder\n");
    println!("| input | MB | events | rejected | exit | peak MiB | of {bound} MiB |");
    println!("|---|---:|---:|---:|---:|---:|---|");
    let mut held = true;
    for case in CASES {
        held &= row(*case, options, folder)?;
    }
    Ok(held)
}

fn row(case: Case, options: &Options, folder: &Path) -> Result<bool> {
    fs::create_dir_all(folder)?;
    let (input, out) = (folder.join("input"), folder.join("out"));
    let expected = case.write(options, &input)?;
    let bytes = size(&input)?;
    let memory = format!("{}M", options.memory);
    let more = ["--memory", &memory, "--jobs", JOBS];
    let command = child::convert(&options.binary, &input, &out, &more);
    let ran = child::measure(&command)?;
    remove(folder)?;
    let verdict = verdict(&ran, &expected, options.memory);
    let known = case.is_known_to_miss();
    let note = match (verdict.as_str(), known) {
        (HOLDS, true) => ", this time",
        (MISSES, true) => ", as known",
        _ => "",
    };
    let shown = |number: Option<u64>| number.map_or("?".to_owned(), |it| it.to_string());
    println!(
        "| {} | {} | {} | {} | {} | {} | {verdict}{note} |",
        case.label(options),
        bytes / 1_000_000,
        shown(ran.count("events")),
        shown(ran.count("rejected")),
        ran.code.map_or("killed".to_owned(), |it| it.to_string()),
        ran.peak_kib.div_ceil(1024),
    );
    Ok(verdict == HOLDS || verdict == MISSES && known && options.known_may_miss)
}

/// A run that did not do its work has taken little memory for nothing.
fn verdict(ran: &Ran, expected: &Expected, bound: u64) -> String {
    let did = ran.count("events") == Some(expected.events)
        && ran.code.is_some_and(|code| expected.codes.contains(&code));
    if !did {
        let (events, codes) = (expected.events, expected.codes);
        return format!("FAILS: expected {events} and exit {codes:?}");
    }
    let holds = ran.peak_kib <= bound.saturating_mul(1024);
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
