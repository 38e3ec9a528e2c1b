//! What became of inputs, written down as they are done: so a run that was cut off goes on where
//! it stood, and what is known of a million inputs is not kept in memory.

use std::fs::File;
use std::hash::BuildHasher as _;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::{DefaultHashBuilder, HashMap};
use serde::{Deserialize, Serialize};

use crate::find::Input;
use crate::hashed::{Hashed, digest_of};
use crate::manifest::{FileDigest, InputEntry, Terms};
use crate::output::OutputError;
use crate::serial::lock;
use crate::tally::Tally;

/// The journal in the work folder: the terms of the run, then a line for each input that is done.
pub(crate) const JOURNAL: &str = "journal.ndjson";

/// The rejects of those inputs, in the order they were done.
pub(crate) const PARTS: &str = "rejects.parts";

/// What became of one input.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) entry: InputEntry,
    pub(crate) tally: Tally,
    /// Where its rejects are.
    pub(crate) rejects: Option<Part>,
}

/// A part of the rejects.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    start: u64,
    #[serde(flatten)]
    digest: FileDigest,
}

/// What became of inputs.
#[derive(Debug)]
pub(crate) struct Journal {
    lines: Appended,
    parts: Appended,
    /// Where the lines of the inputs of this run are, by number; one more, for 0 is none.
    places: Vec<AtomicU64>,
    /// Where the lines of an earlier run are, by a hash of the output's path.
    earlier: HashMap<u64, u64>,
    hasher: DefaultHashBuilder,
}

/// A file that is only ever added to.
#[derive(Debug)]
struct Appended {
    path: PathBuf,
    end: Mutex<(File, u64)>,
}

impl Journal {
    /// Opens the journal of a run over so many inputs in the folder `work`. What an earlier run
    /// under the same `terms` wrote there is kept, anything else is not.
    pub(crate) fn open(work: &Path, terms: &Terms, inputs: usize) -> Result<Self, OutputError> {
        let path = work.join(JOURNAL);
        let hasher = DefaultHashBuilder::default();
        let found = earlier(&path, terms, &hasher).map_err(OutputError::at(&path))?;
        let (earlier, end) = found.unwrap_or_default();
        let lines = Appended::open(path, end)?;
        if end == 0 {
            let mut line = json(terms, &lines.path)?;
            line.push(b'\n');
            lines.append(&mut line.as_slice())?;
        }
        let parts = work.join(PARTS);
        let length = parts.metadata().map_or(0, |found| found.len());
        let parts = Appended::open(parts, if end == 0 { 0 } else { length })?;
        Ok(Self {
            lines,
            parts,
            places: (0..inputs).map(|_| AtomicU64::new(0)).collect(),
            earlier,
            hasher,
        })
    }

    /// What an earlier run did with `input`, and where that stands.
    pub(crate) fn earlier(&self, input: &Input) -> Option<(u64, Line)> {
        let place = *self.earlier.get(&self.hasher.hash_one(&input.output))?;
        let mut file = self.lines.reader().ok()?;
        let line = line_at(&mut file, place).ok()?;
        let of_this_input = line.entry.input == input.name()
            && line.entry.output.as_ref()?.relative()? == input.output;
        of_this_input.then_some((place, line))
    }

    /// Whether the rejects of an earlier run are what they were.
    pub(crate) fn is_whole(&self, part: &Part) -> bool {
        let digest = self.part(part).and_then(digest_of);
        digest.is_ok_and(|digest| digest == part.digest)
    }

    /// Lets what an earlier run wrote down stand for the input of this number.
    pub(crate) fn keep(&self, number: usize, place: u64) {
        if let Some(at) = self.places.get(number) {
            at.store(place.saturating_add(1), Ordering::Release);
        }
    }

    /// Writes down what became of the input of this number, whose rejects are in a file.
    pub(crate) fn add(
        &self,
        number: usize,
        entry: InputEntry,
        tally: Tally,
        rejects: Option<&Path>,
    ) -> Result<(), OutputError> {
        let rejects = match rejects {
            None => None,
            Some(path) => {
                let file = File::open(path).map_err(OutputError::at(path))?;
                let mut file = Hashed::new(file);
                let start = self.parts.append(&mut file)?;
                Some(Part {
                    start,
                    digest: file.digest(),
                })
            }
        };
        let line = Line {
            entry,
            tally,
            rejects,
        };
        let mut text = json(&line, &self.lines.path)?;
        text.push(b'\n');
        let place = self.lines.append(&mut text.as_slice())?;
        self.keep(number, place);
        Ok(())
    }

    /// Calls `each` with what became of each input, in their order.
    pub(crate) fn each<E: From<OutputError>>(
        &self,
        mut each: impl FnMut(Line) -> Result<(), E>,
    ) -> Result<(), E> {
        let at = || OutputError::at(&self.lines.path);
        let mut file = self.lines.reader().map_err(at())?;
        for place in &self.places {
            // None for those that a run that has failed did not come to.
            if let Some(place) = place.load(Ordering::Acquire).checked_sub(1) {
                each(line_at(&mut file, place).map_err(at())?)?;
            }
        }
        Ok(())
    }

    fn part(&self, part: &Part) -> io::Result<impl Read> {
        let mut file = File::open(&self.parts.path)?;
        file.seek(SeekFrom::Start(part.start))?;
        Ok(file.take(part.digest.bytes))
    }

    /// Copies a part of the rejects.
    pub(crate) fn copy(&self, part: &Part, to: &mut impl Write) -> io::Result<()> {
        let copied = io::copy(&mut self.part(part)?, to)?;
        if copied == part.digest.bytes {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// Where the rejects are, for errors.
    pub(crate) fn parts(&self) -> &Path {
        &self.parts.path
    }
}

impl Appended {
    /// Opens a file of which the first `end` bytes are kept.
    fn open(path: PathBuf, end: u64) -> Result<Self, OutputError> {
        let mut options = File::options();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.and_then(|mut file| {
            file.set_len(end)?;
            file.seek(SeekFrom::Start(end))?;
            Ok(file)
        });
        let file = file.map_err(OutputError::at(&path))?;
        Ok(Self {
            path,
            end: Mutex::new((file, end)),
        })
    }

    /// Appends what `from` gives, and tells where that starts.
    fn append(&self, from: &mut impl Read) -> Result<u64, OutputError> {
        let mut guard = lock(&self.end);
        let (file, end) = &mut *guard;
        let copied = io::copy(from, file).map_err(OutputError::at(&self.path))?;
        let start = *end;
        *end = start.saturating_add(copied);
        Ok(start)
    }

    fn reader(&self) -> io::Result<BufReader<File>> {
        File::open(&self.path).map(BufReader::new)
    }
}

fn json(value: &impl Serialize, path: &Path) -> Result<Vec<u8>, OutputError> {
    serde_json::to_vec(value)
        .map_err(io::Error::from)
        .map_err(OutputError::at(path))
}

fn line_at(file: &mut BufReader<File>, place: u64) -> io::Result<Line> {
    let wanted = i64::try_from(place).unwrap_or(i64::MAX);
    let at = i64::try_from(file.stream_position()?).unwrap_or(i64::MAX);
    // Unlike `seek` this keeps what was read ahead: most lines stand one after the other.
    file.seek_relative(wanted.saturating_sub(at))?;
    let mut line = Vec::new();
    file.read_until(b'\n', &mut line)?;
    Ok(serde_json::from_slice(&line)?)
}

/// Where the lines of an earlier run are, and where the last whole one ends. `None` if there is
/// no such run, or one under other terms.
fn earlier(
    path: &Path,
    terms: &Terms,
    hasher: &DefaultHashBuilder,
) -> io::Result<Option<(HashMap<u64, u64>, u64)>> {
    let mut file = match File::open(path) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut line = Vec::new();
    let mut end = file.read_until(b'\n', &mut line)? as u64;
    let same = line.ends_with(b"\n")
        && serde_json::from_slice::<Terms>(&line).is_ok_and(|earlier| earlier == *terms);
    if !same {
        return Ok(None);
    }
    let mut places = HashMap::new();
    loop {
        line.clear();
        let length = file.read_until(b'\n', &mut line)? as u64;
        // The last one may have been cut off.
        let Some(found) = line
            .ends_with(b"\n")
            .then(|| serde_json::from_slice::<Line>(&line).ok())
            .flatten()
        else {
            return Ok(Some((places, end)));
        };
        let output = found.entry.output.filter(|_| found.entry.problem.is_none());
        if let Some(output) = output.and_then(|output| output.relative()) {
            places.insert(hasher.hash_one(&output), end);
        }
        end = end.saturating_add(length);
    }
}
