//! A run to a folder.
//!
//! Each thread takes the next input for its own; when there are none left it helps with those
//! that are under way. Those with a zstd window that is too large beside others come after them,
//! one at a time. What is done is in the [`Journal`], from which rejects and manifest are
//! put together at the end.

use std::collections::{BTreeMap, BTreeSet};
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
        workers: &workers,
        folder: &folder,
        limits: task.formats.limits,
        progress,
        problems: Mutex::default(),
    };
    let threads = workers.pool.current_num_threads();
    let left = run.inputs(inputs.found.into_iter().enumerate(), threads)?;
    left.iter().for_each(|(_, found)| found.let_go());
    run.inputs(left.into_iter(), 1)?;
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
    workers: &'r Workers<'t>,
    folder: &'f OutputFolder,
    limits: Limits,
    progress: &'r Progress,
    /// By the number of the input.
    problems: Mutex<BTreeMap<usize, Problem>>,
}

/// How inputs are read that are under way at the same time.
struct Pass<'r, 't> {
    crew: Crew<'r, 't>,
    limits: Limits,
    /// Whether there is one alone at a time, so that none is left for another pass.
    is_last: bool,
}

/// What became of an input.
enum Outcome {
    /// It is done, maybe by an earlier run.
    Done { kept: bool },
    /// It has a window that is too large for this pass.
    Left(Input),
}

/// Why there is no output.
enum NotDone {
    /// The input's fault.
    Input(InputError),
    /// It has a window that is too large for this pass.
    Left,
    /// Another.
    Run(RunError),
}

impl<E: Into<RunError>> From<E> for NotDone {
    fn from(error: E) -> Self {
        Self::Run(error.into())
    }
}

impl<'r, 't> Run<'_, 'r, 't> {
    /// Sees to these inputs, so many of them at a time; returns those that have to be read alone.
    fn inputs(
        &self,
        inputs: impl ExactSizeIterator<Item = (usize, Found)> + Send,
        at_a_time: usize,
    ) -> Result<Vec<(usize, Found)>, RunError> {
        let at_a_time = at_a_time.min(inputs.len());
        let window = self.workers.permits.shares.window_each(at_a_time);
        let pass = Pass {
            crew: Crew::new(self.workers, at_a_time),
            limits: self.limits.with_window(window),
            is_last: at_a_time < 2,
        };
        let next = Mutex::new(inputs);
        let left = Mutex::new(Vec::new());
        pass.crew.work(|| {
            let found = lock(&next).next();
            let Some((number, found)) = found else {
                return Ok(false);
            };
            match self.input(number, found, &pass)? {
                Outcome::Done { kept } => self.progress.done(kept),
                Outcome::Left(input) => lock(&left).push((number, Found::Input(input))),
            }
            Ok(true)
        });
        self.workers.result()?;
        let mut left = left.into_inner().unwrap_or_default();
        left.sort_by_key(|(number, _)| *number);
        Ok(left)
    }

    /// Sees to the input of this number.
    fn input(&self, number: usize, found: Found, pass: &Pass<'r, 't>) -> Result<Outcome, RunError> {
        let done = |kept| Ok(Outcome::Done { kept });
        let input = match found {
            // It can be read once, with whatever window it has.
            Found::Input(input) if !pass.is_last && !input.place.is_file() => {
                return Ok(Outcome::Left(input));
            }
            Found::Input(input) => input,
            Found::Problem(path, error) => {
                self.not_done(number, &path, *error)?;
                return done(false);
            }
        };
        let converted = match self.is_done(number, &input, pass) {
            Ok(true) => return done(true),
            Ok(false) => self.convert(number, &input, pass),
            Err(error) => Err(error),
        };
        match converted {
            Ok(()) => {}
            Err(NotDone::Left) => return Ok(Outcome::Left(input)),
            Err(NotDone::Input(error)) => self.not_done(number, &input.path(), error)?,
            // Another name would do, so the other inputs need not suffer.
            Err(NotDone::Run(RunError::Output(error))) if error.is_of_the_name() => {
                self.not_done(number, &input.path(), InputError::Output(error))?;
            }
            Err(NotDone::Run(error)) => return Err(error),
        }
        done(false)
    }

    /// Whether an earlier run has done this input, and both sides are what they were.
    fn is_done(&self, number: usize, input: &Input, pass: &Pass<'_, '_>) -> Result<bool, NotDone> {
        let Some((place, line)) = self.journal.earlier(input) else {
            return Ok(false);
        };
        // What can be read once only must not be read for its checksum.
        if !input.place.is_file() {
            return Ok(false);
        }
        let output = self.folder.path().join(&input.output);
        let wrote = line.entry.output.as_ref().map(|output| &output.digest);
        // With more memory it may come to more.
        if line.tally.rejects.contains_key(OVER_MEMORY) {
            return Ok(false);
        }
        let is_done = pass.holds(&input.place, line.entry.digest.as_ref())?
            && pass.holds(&Place::File(output.clone()), wrote)?
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
            problem: Some(error.to_string().into()),
        };
        lock(&self.problems).insert(number, Problem { input, error });
        self.journal
            .add(number, entry, crate::Tally::default(), None)
    }

    fn convert(&self, number: usize, input: &Input, pass: &Pass<'r, 't>) -> Result<(), NotDone> {
        let name = input.name();
        let source = match Source::open(&input.place, pass.limits) {
            Err(error) if pass.leaves(&input.place, &error) => return Err(NotDone::Left),
            opened => opened.map_err(NotDone::Input)?,
        };
        // Mostly it is met at once, and nothing was written yet.
        if source
            .problem()
            .is_some_and(|error| pass.leaves(&input.place, error))
        {
            return Err(NotDone::Left);
        }
        let rejects = self.folder.temporary(&format!("rejects-{number}"));
        let sink = Sink::File {
            output: self.folder.create(&input.output, number)?,
            rejects: RejectsFile::new(rejects),
        };
        let ConvertedInput {
            digest,
            counted,
            tally,
            problem,
            sink,
            joints,
            mut hash,
        } = pass.crew.convert(name.clone(), source, sink)?;
        if let Some(error) = &problem
            && pass.leaves(&input.place, error)
        {
            self.progress.again(counted, tally.events, tally.rejected);
            return Err(NotDone::Left);
        }
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
            problem: problem.as_ref().map(|it| it.to_string().into()),
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

impl Pass<'_, '_> {
    /// Whether the input at `place`, which was not read to its end because of `error`, is for the
    /// next pass.
    fn leaves(&self, place: &Place, error: &InputError) -> bool {
        matches!(error, InputError::Window { .. }) && !self.is_last && place.is_file()
    }

    /// Whether what is at `place` is what the digest is of.
    fn holds(&self, place: &Place, digest: Option<&FileDigest>) -> Result<bool, NotDone> {
        let opened = place.open(self.limits.window);
        let found = opened.and_then(|opened| {
            digest_of(opened.content).map_err(|error| InputError::of(error, InputError::Io))
        });
        match found {
            Err(error) if self.leaves(place, &error) => Err(NotDone::Left),
            found => Ok(digest.is_some() && found.ok().as_ref() == digest),
        }
    }
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
