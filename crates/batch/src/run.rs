//! Converts all inputs.
//!
//! Each input has one reader at a time. They share the thread pool, and a number of permits for
//! the blocks that are in memory, so that memory is bounded by the threads, not by the inputs.

use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::checksum::Checksum;
use crate::convert::{ConvertedInput, Workers, convert};
use crate::find::{Found, Input, Inputs};
use crate::folder::{FolderError, OutputFolder, TOOL};
use crate::gather::{Done, Gather, Gathered};
use crate::manifest::{
    FileDigest, InputEntry, Manifest, Mappings, Options, OutputEntry, RunTotals, SCHEMA_VERSION,
    Tool, Totals,
};
use crate::names::{base64_of, slashed};
use crate::output::OutputError;
use crate::process::Action;
use crate::source::{InputError, Source};
use crate::tally::Tally;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An output cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The output folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// What is written to does not take more; a closed pipe, mostly.
    #[error("cannot write the output: {0}")]
    Write(io::Error),
    /// What the rejects are written to does not take more. Unlike for the output, a closed pipe
    /// is no success here: records would be lost.
    #[error("cannot write the rejects: {0}")]
    Rejects(io::Error),
    /// The threads cannot be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A thread that reads cannot be started.
    #[error("cannot start the threads: {0}")]
    Readers(io::Error),
    /// Another input's error ended the run.
    #[error("stopped by an error elsewhere")]
    Stopped,
    /// A bug of this program, met with one block of an input.
    #[error(
        "{input}: a bug in events2logs stopped the conversion near byte {byte}; please report it"
    )]
    Panicked {
        /// The input's name.
        input: String,
        /// Decoded bytes before the block.
        byte: u64,
    },
}

/// What was wrong with an input as a whole.
#[derive(Debug)]
pub struct Problem {
    /// The input's name.
    pub input: String,
    /// What was wrong.
    pub error: InputError,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    /// The counts over all inputs.
    pub tally: Tally,
    /// Inputs that were read, wholly or in part.
    pub inputs: usize,
    /// Bytes read, as stored.
    pub bytes_in: u64,
    /// Bytes written, rejects not among them.
    pub bytes_out: u64,
    /// What was wrong with inputs.
    pub problems: Vec<Problem>,
}

/// Converts `inputs` into files of `folder`, on `jobs` threads, and writes manifest and
/// rejects beside them.
///
/// # Errors
/// [`RunError`]; the outputs completed till then are there, and no manifest.
pub fn to_folder(
    action: Action<'_>,
    inputs: Inputs,
    folder: OutputFolder,
    jobs: usize,
) -> Result<Report, RunError> {
    let workers = Workers::new(action, jobs)?;
    let gather = Gather::new(folder.rejects()?);
    let number_of_inputs = inputs.found.len();
    let places: Vec<Mutex<Option<Found>>> = inputs
        .found
        .into_iter()
        .map(|found| Mutex::new(Some(found)))
        .collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<RunError>> = Mutex::new(None);
    let fail = |error| {
        // The reason first: those that stop because of it have another.
        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
        workers.stop.store(true, Ordering::Relaxed);
        gather.stop();
    };
    let read = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(place) = places.get(number) else {
                break;
            };
            if !gather.may_start(number) {
                break;
            }
            let found = place.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(found) = found else { break };
            let done = one_to_folder(found, number, &folder, &workers);
            let added = done.and_then(|done| Ok(gather.add(number, done)?));
            if let Err(error) = added {
                fail(error);
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(number_of_inputs) {
            let thread = std::thread::Builder::new();
            if let Err(error) = thread.spawn_scoped(scope, read) {
                fail(RunError::Readers(error));
                break;
            }
        }
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = failed {
        return Err(error);
    }
    let Gathered {
        report,
        entries,
        rejects,
    } = gather.finish();
    folder.finish(rejects, |rejects| {
        manifest(action, &report, entries, rejects)
    })?;
    Ok(report)
}

fn manifest(
    action: Action<'_>,
    report: &Report,
    inputs: Vec<InputEntry>,
    rejects: FileDigest,
) -> Manifest {
    let mut manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        action: "restore".to_owned(),
        tables_sha256: None,
        options: None,
        mappings: Vec::new(),
        totals: RunTotals {
            counts: Totals::from(&report.tally),
            inputs_with_problems: report.problems.len() as u64,
        },
        rejects_by_reason: report
            .tally
            .rejects
            .iter()
            .map(|(code, count)| ((*code).to_owned(), count.records))
            .collect(),
        rejects,
        inputs,
    };
    if let Action::Convert { tables, options } = action {
        manifest.action = "convert".to_owned();
        manifest.tables_sha256 = Some(tables.sha256().to_owned());
        manifest.options = Some(Options::from(options));
        manifest.mappings = tables.overlays().iter().map(Mappings::from).collect();
    }
    manifest
}

/// What becomes of an input of which nothing was read, or kept.
fn not_done(path: &std::path::Path, error: InputError) -> Done {
    Done {
        entry: Some(InputEntry {
            input: path.display().to_string(),
            input_base64: base64_of(path.as_os_str()),
            digest: None,
            totals: Totals::default(),
            output: None,
            problem: Some(error.to_string()),
        }),
        problem: Some(Problem {
            input: path.display().to_string(),
            error,
        }),
        ..Done::default()
    }
}

fn one_to_folder(
    found: Found,
    number: usize,
    folder: &OutputFolder,
    workers: &Workers<'_>,
) -> Result<Done, RunError> {
    let input = match found {
        Found::Input(input) => input,
        Found::Problem(path, error) => return Ok(not_done(&path, error)),
    };
    match converted_to_folder(&input, number, folder, workers) {
        Ok(done) => Ok(done),
        Err(NotDone::Input(error)) => Ok(not_done(&input.path(), error)),
        // Another name would do, so the other inputs need not suffer.
        Err(NotDone::Run(RunError::Output(error))) if error.is_of_the_name() => {
            Ok(not_done(&input.path(), InputError::Output(error)))
        }
        Err(NotDone::Run(error)) => Err(error),
    }
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

fn converted_to_folder(
    input: &Input,
    number: usize,
    folder: &OutputFolder,
    workers: &Workers<'_>,
) -> Result<Done, NotDone> {
    let name = input.name();
    let source = Source::open(&input.place).map_err(NotDone::Input)?;
    let mut output = folder.create(&input.output, number)?;
    let checksum = Checksum::default();
    let rejects_path = folder.temporary(&format!("rejects-{number}"));
    let mut rejects: Option<File> = None;
    let converted = convert(workers, source, &name, Some(&checksum), |processed| {
        output.append_only(&processed.out)?;
        if !processed.rejects.is_empty() {
            let file = match &mut rejects {
                Some(file) => file,
                none => none
                    .insert(File::create(&rejects_path).map_err(OutputError::at(&rejects_path))?),
            };
            file.write_all(&processed.rejects)
                .map_err(OutputError::at(&rejects_path))?;
        }
        Ok(())
    })?;
    let ConvertedInput {
        digest,
        tally,
        problem,
    } = converted;
    let entry = InputEntry {
        input_base64: base64_of(input.path().as_os_str()),
        input: name.clone(),
        digest,
        totals: Totals::from(&tally),
        output: Some(OutputEntry {
            path: slashed(&input.output),
            path_base64: base64_of(input.output.as_os_str()),
            digest: folder.place(output.with_sum(checksum.finish(&workers.workshop)))?,
        }),
        problem: problem.as_ref().map(ToString::to_string),
    };
    Ok(Done {
        entry: Some(entry),
        tally,
        problem: problem.map(|error| Problem { input: name, error }),
        rejects: rejects.map(|_| rejects_path),
    })
}

/// Converts `inputs` one after the other to `out`, their rejects to `rejects`, on `jobs`
/// threads.
///
/// # Errors
/// [`RunError`]; [`RunError::Write`] for `out`, [`RunError::Rejects`] for `rejects`.
pub fn to_writer(
    action: Action<'_>,
    inputs: Inputs,
    out: &mut dyn Write,
    rejects: &mut dyn Write,
    jobs: usize,
) -> Result<Report, RunError> {
    let workers = Workers::new(action, jobs)?;
    let mut report = Report::default();
    for found in inputs.found {
        let (name, source) = match found {
            Found::Input(input) => (input.name(), Source::open(&input.place)),
            Found::Problem(path, error) => (path.display().to_string(), Err(error)),
        };
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                report.problems.push(Problem { input: name, error });
                continue;
            }
        };
        let converted = convert(
            &workers,
            source.without_checksum(),
            &name,
            None,
            |processed| {
                report.bytes_out = report.bytes_out.saturating_add(processed.out.len() as u64);
                out.write_all(&processed.out).map_err(RunError::Write)?;
                rejects
                    .write_all(&processed.rejects)
                    .map_err(RunError::Rejects)
            },
        )?;
        report.inputs = report.inputs.saturating_add(1);
        let bytes = converted.digest.map_or(0, |digest| digest.bytes);
        report.bytes_in = report.bytes_in.saturating_add(bytes);
        report.tally.add(converted.tally);
        let problem = converted.problem;
        report
            .problems
            .extend(problem.map(|error| Problem { input: name, error }));
    }
    out.flush().map_err(RunError::Write)?;
    rejects.flush().map_err(RunError::Rejects)?;
    Ok(report)
}
