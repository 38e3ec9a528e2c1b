//! Inputs of every size, written as they are made: this bench takes less memory than what it
//! measures.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use events2logs_generate::Events;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::de::IgnoredAny;

/// What an event with a long text begins and ends with.
const EVENT: [&str; 2] = [
    r#"{"eventId":"tevLong","published":"2018-01-31T23:59:59.000Z","action":{"objectType":"core.user_auth.session_clear","message":""#,
    "\"}}\n",
];

/// An event with a great number of targets.
const TARGETS: [&str; 2] = [
    r#"{"eventId":"tevLong","published":"2018-01-31T23:59:59.000Z","action":{"objectType":"core.user_auth.session_clear"},"targets":["#,
    "]}\n",
];

/// What long records are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Long {
    /// An event with a long text.
    Text,
    /// An event with a text of nothing but escapes.
    Escapes,
    /// An event with very many targets, as they usually are.
    Targets,
    /// An event with as many targets as there can be.
    EmptyTargets,
    /// The same, so few that they fit.
    FewEmptyTargets,
    /// An event with as many names that nobody knows as there can be.
    Names,
    /// The same in one attribute that nobody knows.
    Nested,
    /// An event with numbers for targets.
    Numbers,
    /// A key of escapes that stands twice.
    Key,
    /// A text of raw control characters, which is no JSON, and each of which JSON writes as six.
    Controls,
    /// Arrays within arrays.
    Brackets,
}

pub(crate) fn create(path: &Path) -> Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| path.display().to_string())?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

/// About `size` bytes of NDJSON; returns the number of events.
pub(crate) fn ndjson(seed: u64, size: u64, mut out: impl Write) -> Result<u64> {
    let (_, events) = events2logs_generate::ndjson(seed, size, &mut out)?;
    Ok(events)
}

/// The same in gzip.
pub(crate) fn gzip(seed: u64, size: u64, out: impl Write) -> Result<u64> {
    let mut gzip = GzEncoder::new(out, Compression::new(1));
    let events = ndjson(seed, size, &mut gzip)?;
    gzip.finish()?.flush()?;
    Ok(events)
}

/// About `size` bytes of the same events in one array, but for those that are cut off: an array
/// ends with them. Returns their number.
pub(crate) fn array(seed: u64, size: u64, mut out: impl Write) -> Result<u64> {
    let mut events = Whole::new(seed);
    let (mut bytes, mut count) = (0_u64, 0_u64);
    let mut between: &[u8] = b"[";
    while bytes < size {
        let event = events.next();
        out.write_all(between)?;
        out.write_all(event)?;
        between = b",\n";
        bytes = bytes.saturating_add(event.len() as u64).saturating_add(2);
        count = count.saturating_add(1);
    }
    out.write_all(b"]\n")?;
    out.flush()?;
    Ok(count)
}

/// So many files of one event each, a thousand in a folder.
pub(crate) fn tiny(seed: u64, files: u64, folder: &Path) -> Result<u64> {
    let mut events = Whole::new(seed);
    for number in 0..files {
        let folder = folder.join(format!("{:04}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("{number:07}.json")), events.next())?;
    }
    Ok(files)
}

/// About `size` bytes of events with so many targets, that are far longer as LogEvents.
pub(crate) fn dense(targets: u64, size: u64, mut out: impl Write) -> Result<u64> {
    let mut event = Vec::new();
    long(Long::EmptyTargets, targets.saturating_mul(3), &mut event)?;
    let count = size.checked_div(event.len() as u64).unwrap_or_default();
    for _ in 0..count {
        out.write_all(&event)?;
    }
    out.flush()?;
    Ok(count)
}

/// A record of about `size` bytes, on one line.
pub(crate) fn long(of: Long, size: u64, mut out: impl Write) -> Result<u64> {
    let person = r#"{"id":"00u00000000000000001","displayName":"Sample User 1","login":"sample.user1@example.com","objectType":"User"}"#;
    let (start, piece, between, end) = match of {
        Long::Text => (EVENT[0], "a", "", EVENT[1]),
        Long::Escapes => (EVENT[0], "\\u0001", "", EVENT[1]),
        Long::Targets => (TARGETS[0], person, ",", TARGETS[1]),
        Long::EmptyTargets | Long::FewEmptyTargets => (TARGETS[0], "{}", ",", TARGETS[1]),
        Long::Numbers => (TARGETS[0], "1", ",", TARGETS[1]),
        Long::Names => return names(["]", "}\n"], size, out),
        Long::Nested => return names(["],\"x\":{\"k\":1", "}}\n"], size, out),
        Long::Key => return key(size, out),
        Long::Controls => ("{\"a\":\"", "\u{1}", "", "\"}\n"),
        Long::Brackets => ("", "[", "", "\n"),
    };
    let repeated = format!("{between}{piece}");
    let times = size.checked_div(repeated.len() as u64).unwrap_or_default();
    out.write_all(start.as_bytes())?;
    out.write_all(piece.as_bytes())?;
    // A thousand at once.
    let chunk = repeated.repeat(1000);
    for _ in 0..times / 1000 {
        out.write_all(chunk.as_bytes())?;
    }
    out.write_all(end.as_bytes())?;
    out.flush()?;
    Ok(1)
}

/// An event of about `size` bytes with members `"k0":1`, `"k1":1` and so on.
fn names([start, end]: [&str; 2], size: u64, mut out: impl Write) -> Result<u64> {
    out.write_all(TARGETS[0].as_bytes())?;
    out.write_all(start.as_bytes())?;
    let (mut bytes, mut number) = (0_u64, 0_u64);
    while bytes < size {
        let member = format!(",\"k{number}\":1");
        out.write_all(member.as_bytes())?;
        bytes = bytes.saturating_add(member.len() as u64);
        number = number.saturating_add(1);
    }
    out.write_all(end.as_bytes())?;
    out.flush()?;
    Ok(1)
}

/// An event of about `size` bytes in which a key of nothing but escapes stands twice.
fn key(size: u64, mut out: impl Write) -> Result<u64> {
    const ESCAPES: &str = "\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001";
    out.write_all(TARGETS[0].as_bytes())?;
    out.write_all(b"]")?;
    for _ in 0..2 {
        out.write_all(b",\"")?;
        let times = (size / 2).checked_div(ESCAPES.len() as u64);
        for _ in 0..times.unwrap_or_default() {
            out.write_all(ESCAPES.as_bytes())?;
        }
        out.write_all(b"\":1")?;
    }
    out.write_all(b"}\n")?;
    out.flush()?;
    Ok(1)
}

/// An event, and behind it a page of `size` bytes on one line. Returns the number of events.
pub(crate) fn page(seed: u64, size: u64, mut out: impl Write) -> Result<u64> {
    let mut events = Whole::new(seed);
    for _ in 0..2 {
        out.write_all(events.next())?;
        out.write_all(b"\n")?;
    }
    let (mut bytes, mut count) = (0_u64, 2_u64);
    let mut between: &[u8] = b"[";
    while bytes < size {
        let event = events.next();
        out.write_all(between)?;
        out.write_all(event.trim_ascii_end())?;
        between = b",";
        bytes = bytes.saturating_add(event.len() as u64);
        count = count.saturating_add(1);
    }
    out.write_all(b"]\n")?;
    out.flush()?;
    Ok(count)
}

/// A dozen events of up to `size` bytes, each with shorter ones behind it.
pub(crate) fn many_long(size: u64, out: impl Write) -> Result<u64> {
    each_long(size, out, |event, out| Ok(out.write_all(event)?))
}

/// Does `write` to a dozen events of up to `size` bytes, each with shorter ones behind it.
fn each_long<W: Write>(
    size: u64,
    mut out: W,
    write: impl Fn(&[u8], &mut W) -> Result<()>,
) -> Result<u64> {
    let (mut event, mut count) = (Vec::new(), 0_u64);
    for part in 1..=12 {
        for number in 0..=500 {
            let size = (size / 12).saturating_mul(part);
            event.clear();
            long(Long::Text, if number == 0 { size } else { 10 }, &mut event)?;
            write(&event, &mut out)?;
            count = count.saturating_add(1);
        }
    }
    out.flush()?;
    Ok(count)
}

/// What unwraps [`wrapped`].
pub(crate) const UNWRAP: &[&str] = &["--unwrap", "/result/_raw"];

/// The events of [`many_long`], each in a string of a record.
pub(crate) fn wrapped(size: u64, out: impl Write) -> Result<u64> {
    each_long(size, out, |event, mut out| {
        out.write_all(b"{\"result\":{\"_raw\":")?;
        serde_json::to_writer(&mut out, std::str::from_utf8(event)?)?;
        Ok(out.write_all(b"}}\n")?)
    })
}

/// Events like those of [`many_long`], in rows.
pub(crate) fn rows(size: u64, mut out: impl Write) -> Result<u64> {
    out.write_all(b"eventId,published,action.objectType,action.message\n")?;
    each_long(size, out, |event, out| {
        // The quotes of its JSON are those of a cell, twice.
        out.write_all(b"tevLong,2018-01-31T23:59:59.000Z,core.user_auth.session_clear,\"")?;
        for part in event.trim_ascii_end().split_inclusive(|it| *it == b'"') {
            out.write_all(part)?;
            if part.ends_with(b"\"") {
                out.write_all(b"\"")?;
            }
        }
        Ok(out.write_all(b"\"\n")?)
    })
}

/// About `size` bytes of events with long names that each of them has alone.
pub(crate) fn long_names(size: u64, mut out: impl Write) -> Result<u64> {
    let long = "a".repeat(4000);
    let (mut bytes, mut count) = (0_u64, 0_u64);
    while bytes < size {
        let event = format!(
            r#"{{"eventId":"tev{count}","published":"2018-01-31T23:59:59.000Z","action":{{"objectType":"x.{count}{long}"}},"actors":[{{"id":"{long}{count}","objectType":"Client"}}]}}"#
        );
        out.write_all(event.as_bytes())?;
        out.write_all(b"\n")?;
        bytes = bytes.saturating_add(event.len() as u64);
        count = count.saturating_add(1);
    }
    out.flush()?;
    Ok(count)
}

/// Generated events without those that are cut off.
pub(crate) struct Whole {
    events: Events,
    event: Vec<u8>,
}

impl Whole {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            events: Events::new(seed),
            event: Vec::new(),
        }
    }

    pub(crate) fn next(&mut self) -> &[u8] {
        loop {
            self.event.clear();
            self.events.append(&mut self.event);
            if serde_json::from_slice::<IgnoredAny>(&self.event).is_ok() {
                return &self.event;
            }
        }
    }
}
