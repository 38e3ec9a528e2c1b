//! A run to a folder.
//!
//! Each thread takes the next input for its own; when there are none left it helps with those
//! that are under way. What is done is in the [`Journal`], from which rejects and manifest are
//! put together at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use sha2::Digest as _;

use crate::crew::Crew;
use crate::find::{Found, Input, Inputs, Place};
use crate::folder::OutputFolder;
use crate::formats::Task;
use crate::hashed::digest_of;
use crate::journal::{Journal, Line};
use crate::lane::ConvertedInput;
use crate::manifest::{
    FileDigest, InputEntry, Manifest, OutputEntry, RunTotals, SCHEMA_VERSION, Terms, Totals,
};
use crate::names::{base64_of, slashed};
use crate::output::OutputError;
use crate::progress::Progress;
use crate::run::{Problem, Report, Resources, RunError};
use crate::serial::lock;
use crate::sink::{RejectsFile, Sink};
use crate::source::{InputError, Limits, Source};
use crate::weight::OVER_MEMORY;
use crate::workers::Workers;

/// Does `task` to `inputs`, into files of `folder`, and writes manifest and rejects beside them.
/// What an earlier run that was cut off has done under the same terms, by the checksums of both
/// sides, is not done again.
///
/// # Errors
/// [`RunError`]; the outputs completed till then are there, and no manifest.
pub fn to_folder(
    task: Task<'_>,
    inputs: Inputs,
    folder: OutputFolder,
    resources: Resources,
    progress: &Progress,
) -> Result<Report, RunError> {
    let workers = Workers::new(task, resources, progress)?;
    let terms = Terms::from(task);
    let run = Run {
        journal: folder.journal(&terms, inputs.found.len())?,
        crew: Crew::new(&workers),
        folder: &folder,
        limits: task.formats.limits,
        progress,
        problems: Mutex::default(),
    };
    let left = Mutex::new(inputs.found.into_iter().enumerate());
    run.crew.work(|| {
        let next = lock(&left).next();
        let Some((number, found)) = next else {
            return Ok(false);
        };
        progress.done(run.input(number, found)?);
        Ok(true)
    });
    workers.result()?;
    progress.finish();
    let Run {
        journal, problems, ..
    } = run;
    let problems = problems.into_inner().unwrap_or_default();
    let report = Report {
        problems: problems.into_values().collect(),
        kept: progress.seen().kept,
        ..Report::default()
    };
    finish(terms, report, &journal, folder)
}

/// What the threads of a run to a folder share.
struct Run<'f, 'r, 't> {
    journal: Journal,
    crew: Crew<'r, 't>,
    folder: &'f OutputFolder,
    limits: Limits,
    progress: &'r Progress,
    /// By the number of the input.
    problems: Mutex<BTreeMap<usize, Problem>>,
}

/// Why there is no output.
enum NotDone {
    /// The input's fault.
    Input(InputError),
    /// Another.
    Run(RunError),
}

impl<E: Into<RunError>> From<E> for NotDone {
    fn from(error: E) -> Self {
        Self::Run(error.into())
    }
}

impl Run<'_, '_, '_> {
    /// Sees to the input of this number. True if an earlier run has done it.
    fn input(&self, number: usize, found: Found) -> Result<bool, RunError> {
        let input = match found {
            Found::Input(input) => input,
            Found::Problem(path, error) => {
                self.not_done(number, &path, *error)?;
                return Ok(false);
            }
        };
        if self.is_done(number, &input)? {
            return Ok(true);
        }
        match self.convert(number, &input) {
            Ok(()) => {}
            Err(NotDone::Input(error)) => self.not_done(number, &input.path(), error)?,
            // Another name would do, so the other inputs need not suffer.
            Err(NotDone::Run(RunError::Output(error))) if error.is_of_the_name() => {
                self.not_done(number, &input.path(), InputError::Output(error))?;
            }
            Err(NotDone::Run(error)) => return Err(error),
        }
        Ok(false)
    }

    /// Whether an earlier run has done this input, and both sides are what they were.
    fn is_done(&self, number: usize, input: &Input) -> Result<bool, OutputError> {
        let Some((place, line)) = self.journal.earlier(input) else {
            return Ok(false);
        };
        // What can be read once only must not be read for its checksum.
        let is_file = |path: &Path| path.metadata().is_ok_and(|found| found.is_file());
        if !input.place.file().is_some_and(is_file) {
            return Ok(false);
        }
        let output = self.folder.path().join(&input.output);
        let wrote = line.entry.output.as_ref().map(|output| &output.digest);
        // With more memory it may come to more.
        if line.tally.rejects.contains_key(OVER_MEMORY) {
            return Ok(false);
        }
        let is_done = is(input.place.open(), line.entry.digest.as_ref())
            && is(Place::File(output.clone()).open(), wrote)
            && line.rejects.is_none_or(|part| self.journal.is_whole(&part));
        if is_done {
            self.folder.keep(&output)?;
            let read = line.entry.digest.as_ref().map_or(0, |digest| digest.bytes);
            self.progress.read(read);
            self.journal.keep(number, place);
        }
        Ok(is_done)
    }

    /// Writes down an input of which nothing was read, or kept.
    fn not_done(&self, number: usize, path: &Path, error: InputError) -> Result<(), OutputError> {
        let input = path.display().to_string();
        let entry = InputEntry {
            input: input.clone(),
            input_base64: base64_of(path.as_os_str()),
            digest: None,
            totals: Totals::default(),
            output: None,
            problem: Some(error.to_string()),
        };
        lock(&self.problems).insert(number, Problem { input, error });
        self.journal
            .add(number, entry, crate::Tally::default(), None)
    }

    fn convert(&self, number: usize, input: &Input) -> Result<(), NotDone> {
        let name = input.name();
        let source = Source::open(&input.place).map_err(NotDone::Input)?;
        let source = source.within(self.limits);
        let rejects = self.folder.temporary(&format!("rejects-{number}"));
        let sink = Sink::File {
            output: self.folder.create(&input.output, number)?,
            rejects: RejectsFile::new(rejects),
        };
        let ConvertedInput {
            digest,
            tally,
            problem,
            sink,
            joints,
            mut hash,
        } = self.crew.convert(name.clone(), source, sink)?;
        let Sink::File {
            mut output,
            rejects,
        } = sink
        else {
            return Err(RunError::Stopped.into());
        };
        output.append_only(joints.end())?;
        hash.update(joints.end());
        let entry = InputEntry {
            input_base64: base64_of(input.path().as_os_str()),
            input: name.clone(),
            digest,
            totals: Totals::from(&tally),
            output: Some(OutputEntry {
                path: slashed(&input.output),
                path_base64: base64_of(input.output.as_os_str()),
                digest: self.folder.place(output.with_sum(hash))?,
            }),
            problem: problem.as_ref().map(ToString::to_string),
        };
        if let Some(error) = problem {
            lock(&self.problems).insert(number, Problem { input: name, error });
        }
        let rejects = rejects.path();
        self.journal.add(number, entry, tally, rejects.as_deref())?;
        if let Some(path) = rejects {
            std::fs::remove_file(&path).map_err(OutputError::at(&path))?;
        }
        Ok(())
    }
}

/// Whether what was opened holds what the digest is of.
fn is(opened: Result<Box<dyn Read + Send>, InputError>, digest: Option<&FileDigest>) -> bool {
    let found = opened.ok().and_then(|file| digest_of(file).ok());
    digest.is_some() && found.as_ref() == digest
}

/// Puts rejects and manifest together.
fn finish(
    terms: Terms,
    mut report: Report,
    journal: &Journal,
    folder: OutputFolder,
) -> Result<Report, RunError> {
    let mut rejects = folder.rejects()?;
    let mut stale: BTreeSet<PathBuf> = folder.listed().iter().cloned().collect();
    let mut folders = BTreeSet::new();
    journal.each(|line| {
        let Line {
            entry,
            tally,
            rejects: part,
        } = line;
        let size = |digest: Option<&FileDigest>| digest.map_or(0, |digest| digest.bytes);
        let output = entry.output.as_ref();
        let written = size(output.map(|output| &output.digest));
        report.inputs = report.inputs.saturating_add(usize::from(output.is_some()));
        report.bytes_in = report.bytes_in.saturating_add(size(entry.digest.as_ref()));
        report.bytes_out = report.bytes_out.saturating_add(written);
        report.add(&entry.input, tally);
        if let Some(path) = output.and_then(OutputEntry::relative) {
            stale.remove(&path);
            folders.extend(path.ancestors().skip(1).map(Path::to_path_buf));
        }
        if let Some(part) = part {
            journal
                .copy(&part, &mut rejects)
                .map_err(OutputError::at(journal.parts()))?;
        }
        Ok::<_, RunError>(())
    })?;
    folder.clear(stale, &folders)?;
    folder.finish(rejects, |rejects| Manifest {
        schema_version: SCHEMA_VERSION,
        terms,
        totals: RunTotals {
            counts: Totals::from(&report.tally),
            inputs_with_problems: report.problems.len() as u64,
        },
        rejects_by_reason: report
            .tally
            .rejects
            .iter()
            .map(|(code, count)| (code.to_string(), count.records))
            .collect(),
        rejects,
        inputs: Entries(journal),
    })?;
    Ok(report)
}

/// What became of each input, as the manifest has it.
struct Entries<'j>(&'j Journal);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Either way the manifest cannot be written.
        enum Failed<E> {
            Reading(OutputError),
            Writing(E),
        }
        impl<E> From<OutputError> for Failed<E> {
            fn from(error: OutputError) -> Self {
                Self::Reading(error)
            }
        }
        let mut entries = serializer.serialize_seq(None)?;
        self.0
            .each(|line| {
                entries
                    .serialize_element(&line.entry)
                    .map_err(Failed::Writing)
            })
            .map_err(|failed| match failed {
                Failed::Reading(error) => S::Error::custom(error),
                Failed::Writing(error) => error,
            })?;
        entries.end()
    }
}
