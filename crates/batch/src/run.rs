//! Converts all inputs.
//!
//! Each thread takes the next input for its own; when there are none left it helps with those
//! that are under way.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::crew::Crew;
use crate::find::{Found, Input, Inputs};
use crate::folder::{FolderError, OutputFolder, TOOL};
use crate::gather::{Done, Gather, Gathered};
use crate::lane::{ConvertedInput, Lane};
use crate::manifest::{
    FileDigest, InputEntry, Manifest, Mappings, Options, OutputEntry, RunTotals, Tool, Totals,
};
use crate::names::{base64_of, slashed};
use crate::output::OutputError;
use crate::process::Action;
use crate::serial::lock;
use crate::sink::{RejectsFile, Sink};
use crate::source::{InputError, Source};
use crate::tally::Tally;
use crate::workers::Workers;

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

/// What a run may take of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Threads.
    pub jobs: usize,
    /// Bytes of memory.
    pub memory: usize,
}

/// Converts `inputs` into files of `folder` and writes manifest and rejects beside them.
///
/// # Errors
/// [`RunError`]; the outputs completed till then are there, and no manifest.
pub fn to_folder(
    action: Action<'_>,
    inputs: Inputs,
    folder: OutputFolder,
    limits: Limits,
) -> Result<Report, RunError> {
    let workers = Workers::new(action, limits)?;
    let gather = Gather::new(folder.rejects()?);
    let crew = Crew::new(&workers);
    let number_of_inputs = inputs.found.len();
    let places: Vec<Mutex<Option<Found>>> = inputs
        .found
        .into_iter()
        .map(|found| Mutex::new(Some(found)))
        .collect();
    let next = AtomicUsize::new(0);
    crew.work(|| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= number_of_inputs {
            return Ok(false);
        }
        let found = places.get(number).and_then(|place| lock(place).take());
        if let Some(found) = found {
            let done = one_to_folder(found, number, &folder, &crew)?;
            gather.add(number, done)?;
        }
        Ok(true)
    });
    workers.result()?;
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
    crew: &Crew<'_, '_>,
) -> Result<Done, RunError> {
    let input = match found {
        Found::Input(input) => input,
        Found::Problem(path, error) => return Ok(not_done(&path, error)),
    };
    match converted_to_folder(&input, number, folder, crew) {
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
    crew: &Crew<'_, '_>,
) -> Result<Done, NotDone> {
    let name = input.name();
    let source = Source::open(&input.place).map_err(NotDone::Input)?;
    let sink = Sink::File {
        output: folder.create(&input.output, number)?,
        rejects: RejectsFile::new(folder.temporary(&format!("rejects-{number}"))),
    };
    let ConvertedInput {
        digest,
        tally,
        problem,
        sink,
        hash,
    } = crew.convert(name.clone(), source, sink)?;
    let Sink::File { output, rejects } = sink else {
        return Err(RunError::Stopped.into());
    };
    let entry = InputEntry {
        input_base64: base64_of(input.path().as_os_str()),
        input: name.clone(),
        digest,
        totals: Totals::from(&tally),
        output: Some(OutputEntry {
            path: slashed(&input.output),
            path_base64: base64_of(input.output.as_os_str()),
            digest: folder.place(output.with_sum(hash))?,
        }),
        problem: problem.as_ref().map(ToString::to_string),
    };
    Ok(Done {
        entry: Some(entry),
        tally,
        problem: problem.map(|error| Problem { input: name, error }),
        rejects: rejects.path(),
    })
}

/// Converts `inputs` one after the other to `out`, their rejects to `rejects`.
///
/// # Errors
/// [`RunError`]; [`RunError::Write`] for `out`, [`RunError::Rejects`] for `rejects`.
pub fn to_writer(
    action: Action<'_>,
    inputs: Inputs,
    out: &mut (dyn Write + Send),
    rejects: &mut (dyn Write + Send),
    limits: Limits,
) -> Result<Report, RunError> {
    let workers = Workers::new(action, limits)?;
    let mut report = Report::default();
    for found in inputs.found {
        let (name, source) = match found {
            Found::Input(input) => (input.name(), Source::open(&input.place)),
            Found::Problem(path, error) => (path.display().to_string(), Err(error)),
        };
        let source = match source {
            Ok(source) => source.without_checksum(),
            Err(error) => {
                report.problems.push(Problem { input: name, error });
                continue;
            }
        };
        let sink = Sink::Writer {
            out: &mut *out,
            rejects: &mut *rejects,
            bytes: 0,
        };
        let lane = Lane::new(&workers, name.clone(), source, sink);
        workers.pool.broadcast(|_| lane.work(&workers));
        workers.result()?;
        let converted = lane.finish(&workers)?;
        report.inputs = report.inputs.saturating_add(1);
        let bytes = converted.digest.map_or(0, |digest| digest.bytes);
        report.bytes_in = report.bytes_in.saturating_add(bytes);
        report.bytes_out = report.bytes_out.saturating_add(converted.sink.bytes());
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
