//! The rejects file: how many records of which input it holds, and those of one input.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use hashbrown::{HashMap, HashSet};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, Visitor};
use sha2::{Digest, Sha256};

use super::finding::{Finding, What};
use crate::hashed::Hashed;
use crate::manifest::{FileDigest, Manifest};
use crate::record::shown;

/// Unreadable lines that are named one by one.
const NAMED: usize = 10;

/// Reasons that are counted by their codes.
const REASONS: usize = 100;

/// Codes that are as long are no codes.
const LONG: usize = 100;

/// What the rejects file holds.
#[derive(Debug, Default)]
pub(super) struct Rejects {
    pub(super) digest: FileDigest,
    /// Its lines.
    pub(super) records: u64,
    /// By the input's name.
    by_input: HashMap<String, OfInput>,
    /// By the code of the reason.
    by_reason: BTreeMap<String, u64>,
    /// Records of inputs that are not in the manifest: the first such input, and how many.
    others: Option<(String, u64)>,
    /// Lines that are no rejected records.
    unreadable: Vec<(u64, String)>,
    unreadable_lines: u64,
}

/// The rejected records of one input.
#[derive(Debug, Default)]
struct OfInput {
    records: u64,
    runs: Vec<Run>,
}

/// Lines that stand one after the other.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u64,
    end: u64,
    /// The number of the first one.
    line: u64,
}

/// A line of the file.
#[derive(Debug, Deserialize)]
struct Line<'l, R, B> {
    #[serde(borrow)]
    source: Cow<'l, str>,
    line: u64,
    byte: u64,
    #[serde(borrow)]
    code: Cow<'l, str>,
    record: Option<R>,
    record_base64: Option<B>,
}

/// The checksum of a record, which may be long: it is not kept.
pub(super) type RecordSum = [u8; 32];

/// The checksum of a string.
#[derive(Debug)]
struct OfText(RecordSum);

/// The checksum of the bytes that a string of base64 spells; `None` if it spells none.
#[derive(Debug)]
struct OfBase64(Option<RecordSum>);

impl<'de> Deserialize<'de> for OfText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| Self(sum(text.as_bytes()))))
    }
}

impl<'de> Deserialize<'de> for OfBase64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| {
            /// Each is whole bytes by itself.
            const PIECE: usize = 1 << 12;
            let mut hash = Sha256::new();
            for piece in text.as_bytes().chunks(PIECE) {
                match BASE64.decode(piece) {
                    Ok(bytes) => hash.update(bytes),
                    Err(_) => return Self(None),
                }
            }
            Self(Some(hash.finalize().into()))
        }))
    }
}

/// Takes a string without a copy of it.
struct Text<F>(F);

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(self.0(text))
    }
}

/// The checksum of `record`.
pub(super) fn sum(record: &[u8]) -> RecordSum {
    Sha256::digest(record).into()
}

/// A rejected record.
#[derive(Debug)]
pub(super) struct Reject {
    /// The number of its line in the rejects file.
    pub(super) at: u64,
    /// The line of the input that it names.
    pub(super) line: u64,
    /// The byte of the input that it names.
    pub(super) byte: u64,
    /// The code of the reason.
    pub(super) code: String,
    /// The checksum of the record; `None` where it cannot be told.
    pub(super) record: Option<RecordSum>,
}

impl Rejects {
    /// Reads the rejects file at `path`, which goes with `manifest`. A line longer than `longest`
    /// bytes counts as no rejected record.
    pub(super) fn read(path: &Path, manifest: &Manifest, longest: usize) -> io::Result<Self> {
        let names: HashSet<&str> = manifest.inputs.iter().map(|it| it.input.as_str()).collect();
        let mut file = Hashed::new(File::open(path)?);
        let mut lines = BufReader::with_capacity(1 << 17, &mut file);
        let mut rejects = Self::default();
        let mut line = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let start = rejects.digest.bytes;
            let read = next_line(&mut lines, &mut line, longest)?;
            if read == 0 {
                break;
            }
            rejects.digest.bytes = start.saturating_add(read);
            rejects.records = rejects.records.saturating_add(1);
            let run = Run {
                start,
                end: rejects.digest.bytes,
                line: rejects.records,
            };
            match serde_json::from_slice::<Line<'_, IgnoredAny, IgnoredAny>>(&line) {
                Ok(it) => rejects.add(&it, &names, run, &mut last),
                Err(error) => {
                    last = None;
                    let error = if line.is_empty() {
                        format!(
                            "longer than {longest} bytes, the most that the memory given allows"
                        )
                    } else {
                        shown(&error)
                    };
                    rejects.unreadable_lines = rejects.unreadable_lines.saturating_add(1);
                    if rejects.unreadable.len() < NAMED {
                        rejects.unreadable.push((run.line, error));
                    }
                }
            }
        }
        rejects.digest = file.finish()?;
        Ok(rejects)
    }

    fn add(
        &mut self,
        line: &Line<'_, IgnoredAny, IgnoredAny>,
        names: &HashSet<&str>,
        run: Run,
        last: &mut Option<String>,
    ) {
        // There are a dozen reasons; a file that names many more was not written by a run.
        let known = self.by_reason.contains_key(line.code.as_ref());
        let is_usual = self.by_reason.len() < REASONS && line.code.len() < LONG;
        let code = if known || is_usual {
            line.code.as_ref()
        } else {
            "…"
        };
        let of_reason = self.by_reason.entry(code.to_owned()).or_default();
        *of_reason = of_reason.saturating_add(1);
        let source = line.source.as_ref();
        if !names.contains(source) {
            let (_, others) = self.others.get_or_insert_with(|| (shown(source), 0));
            *others = others.saturating_add(1);
            *last = None;
            return;
        }
        let of_input = self.by_input.entry_ref(source).or_default();
        of_input.records = of_input.records.saturating_add(1);
        match of_input.runs.last_mut() {
            Some(open) if last.as_deref() == Some(source) => open.end = run.end,
            _ => of_input.runs.push(run),
        }
        if last.as_deref() != Some(source) {
            *last = Some(source.to_owned());
        }
    }

    /// Holds the counts against those of `manifest`; `file` is the name of the rejects file.
    pub(super) fn compare(&self, manifest: &Manifest, file: &str) -> Vec<Finding> {
        let at = |line, what| Finding {
            file: file.to_owned(),
            line,
            what,
        };
        let mut findings: Vec<Finding> = self
            .unreadable
            .iter()
            .map(|(line, problem)| {
                let problem = problem.clone();
                at(Some(*line), What::RejectUnreadable { problem })
            })
            .collect();
        let more = self.unreadable_lines.saturating_sub(NAMED as u64);
        if more > 0 {
            findings.push(at(None, What::More { count: more }));
        }
        // Two inputs may share a name, in the manifest and here.
        let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in &manifest.inputs {
            let sum = expected.entry(&entry.input).or_default();
            *sum = sum.saturating_add(entry.totals.rejected);
        }
        for (input, expected) in expected {
            let found = self.by_input.get(input).map_or(0, |it| it.records);
            if found != expected {
                let input = input.to_owned();
                findings.push(at(
                    None,
                    What::RejectsOf {
                        input,
                        expected,
                        found,
                    },
                ));
            }
        }
        if let Some((input, found)) = &self.others {
            findings.push(at(
                None,
                What::RejectsOf {
                    input: input.clone(),
                    expected: 0,
                    found: *found,
                },
            ));
        }
        let codes = manifest.rejects_by_reason.keys().chain(
            self.by_reason
                .keys()
                .filter(|code| !manifest.rejects_by_reason.contains_key(*code)),
        );
        for code in codes {
            let of = |counts: &BTreeMap<String, u64>| counts.get(code).copied().unwrap_or(0);
            let (expected, found) = (of(&manifest.rejects_by_reason), of(&self.by_reason));
            if expected != found {
                let code = code.clone();
                findings.push(at(
                    None,
                    What::RejectsBy {
                        code,
                        expected,
                        found,
                    },
                ));
            }
        }
        findings
    }

    /// The rejected records of the input called `name`.
    ///
    /// A line that is longer than `longest` bytes is an error: [`io::ErrorKind::FileTooLarge`].
    pub(super) fn of(&self, path: &Path, name: &str, longest: usize) -> Stream {
        let runs = self.by_input.get(name).map(|it| it.runs.clone());
        Stream {
            path: path.to_path_buf(),
            runs: runs.unwrap_or_default().into(),
            open: None,
            longest,
        }
    }
}

/// The rejected records of one input, in their order.
#[derive(Debug)]
pub(super) struct Stream {
    path: PathBuf,
    runs: std::collections::VecDeque<Run>,
    open: Option<(BufReader<io::Take<File>>, u64)>,
    longest: usize,
}

impl Stream {
    /// The next one.
    pub(super) fn next(&mut self) -> io::Result<Option<Reject>> {
        loop {
            if let Some((file, at)) = &mut self.open {
                let mut line = Vec::new();
                let some = u64::try_from(self.longest).unwrap_or(u64::MAX);
                let read = file.by_ref().take(some).read_until(b'\n', &mut line)?;
                if read >= self.longest {
                    return Err(io::ErrorKind::FileTooLarge.into());
                }
                if read > 0 {
                    let number = *at;
                    *at = at.saturating_add(1);
                    // It was one when it was counted.
                    if let Ok(it) = serde_json::from_slice::<Line<'_, OfText, OfBase64>>(&line) {
                        return Ok(Some(it.into_reject(number)));
                    }
                    continue;
                }
            }
            let Some(run) = self.runs.pop_front() else {
                return Ok(None);
            };
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(run.start))?;
            let file = file.take(run.end.saturating_sub(run.start));
            self.open = Some((BufReader::new(file), run.line));
        }
    }
}

/// Reads the next line, break and all, and tells its length; of one that is longer than `longest`
/// nothing is kept.
fn next_line(file: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> io::Result<u64> {
    line.clear();
    let mut read = 0_u64;
    let mut is_kept = true;
    loop {
        let ahead = match file.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            ahead => ahead?,
        };
        let end = memchr::memchr(b'\n', ahead).map(|at| at.saturating_add(1));
        let some = ahead.get(..end.unwrap_or(ahead.len())).unwrap_or_default();
        is_kept &= line.len().saturating_add(some.len()) <= longest;
        if is_kept {
            line.extend_from_slice(some);
        } else {
            *line = Vec::new();
        }
        let used = some.len();
        file.consume(used);
        read = read.saturating_add(used as u64);
        if end.is_some() || used == 0 {
            return Ok(read);
        }
    }
}

impl Line<'_, OfText, OfBase64> {
    fn into_reject(self, at: u64) -> Reject {
        let base64 = self.record_base64.and_then(|it| it.0);
        Reject {
            at,
            line: self.line,
            byte: self.byte,
            code: self.code.into_owned(),
            record: self.record.map(|it| it.0).or(base64),
        }
    }
}
