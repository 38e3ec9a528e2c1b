//! A run over all inputs: what it takes, what it gives, why it ends early; and one to a writer.

use std::io::{self, Write};

use crate::find::{Found, Inputs};
use crate::folder::FolderError;
use crate::formats::Task;
use crate::lane::Lane;
use crate::output::OutputError;
use crate::progress::Progress;
use crate::seams::Joints;
use crate::sink::Sink;
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
    /// There is no memory to compress an output with.
    #[error("cannot compress the output: {0}")]
    Compress(io::Error),
    /// Another input's error ended the run.
    #[error("stopped by an error elsewhere")]
    Stopped,
    /// [`Progress::interrupt`] was called.
    #[error("interrupted")]
    Interrupted,
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
    /// Those of them that an earlier run had done.
    pub kept: u64,
    /// Bytes read, as stored.
    pub bytes_in: u64,
    /// Bytes written, rejects not among them.
    pub bytes_out: u64,
    /// What was wrong with inputs.
    pub problems: Vec<Problem>,
    /// Inputs of which all records were rejected for one reason: the first ones.
    pub rejected_inputs: Vec<RejectedInput>,
    /// How many more of these there are.
    pub more_rejected_inputs: u64,
}

/// An input of which all records were rejected for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedInput {
    /// Its name.
    pub input: String,
    /// How many records it has.
    pub records: u64,
    /// The reason's code.
    pub code: String,
}

impl Report {
    /// Adds what became of the records of `input`.
    pub(crate) fn add(&mut self, input: &str, tally: Tally) {
        /// Inputs that are named: all of a million would fill the memory.
        const NAMED: usize = 10;
        let mut reasons = tally.rejects.iter();
        if let (Some((code, count)), None) = (reasons.next(), reasons.next())
            && count.records == tally.events
        {
            if self.rejected_inputs.len() < NAMED {
                self.rejected_inputs.push(RejectedInput {
                    input: input.to_owned(),
                    records: count.records,
                    code: code.to_string(),
                });
            } else {
                self.more_rejected_inputs = self.more_rejected_inputs.saturating_add(1);
            }
        }
        self.tally.add(tally);
    }
}

/// The least memory that runs keep to, and `verify` with two long records at hand.
pub const LEAST_MEMORY: usize = 64 << 20;

/// What a run may take of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Resources {
    /// Threads; fewer are started where there is not enough memory for them, 6 MiB each.
    pub jobs: usize,
    /// Bytes of memory.
    pub memory: usize,
}

impl Resources {
    /// How many threads there is memory for: each has what it works with, and what it remembers.
    pub(crate) fn threads(self) -> usize {
        const EACH: usize = 6 << 20;
        self.jobs.min(self.memory / EACH).max(1)
    }
}

/// Does `task` to `inputs` one after the other, to `out`, their rejects to `rejects`.
///
/// # Errors
/// [`RunError`]; [`RunError::Write`] for `out`, [`RunError::Rejects`] for `rejects`.
pub fn to_writer(
    task: Task<'_>,
    inputs: Inputs,
    out: &mut (dyn Write + Send),
    rejects: &mut (dyn Write + Send),
    resources: Resources,
    progress: &Progress,
) -> Result<Report, RunError> {
    let workers = Workers::new(task, resources, progress)?;
    let seams = &workers.workshop.seams;
    // One input is read at a time.
    let limits = (task.formats.limits).with_window(workers.permits.shares.window);
    let mut begun = false;
    let mut report = Report::default();
    for found in inputs.found {
        let (name, source) = match found {
            Found::Input(input) => (input.name(), Source::open(&input.place, limits)),
            Found::Problem(path, error) => (path.display().to_string(), Err(*error)),
        };
        let source = match source {
            Ok(source) => source.without_checksum(),
            Err(error) => {
                report.problems.push(Problem { input: name, error });
                continue;
            }
        };
        let sink = Sink::writer(&mut *out, &mut *rejects);
        let lane = Lane::new(
            &workers,
            name.clone(),
            source,
            sink,
            Joints::after(seams, begun),
        );
        workers.pool.broadcast(|_| lane.work(&workers));
        workers.result()?;
        let converted = lane.finish(&workers)?;
        progress.done(false);
        report.inputs = report.inputs.saturating_add(1);
        let bytes = converted.digest.map_or(0, |digest| digest.bytes);
        report.bytes_in = report.bytes_in.saturating_add(bytes);
        report.bytes_out = report.bytes_out.saturating_add(converted.sink.bytes());
        report.add(&name, converted.tally);
        begun = converted.joints.have_begun();
        let problem = converted.problem;
        report
            .problems
            .extend(problem.map(|error| Problem { input: name, error }));
    }
    let end = Joints::after(seams, begun).end();
    report.bytes_out = report.bytes_out.saturating_add(end.len() as u64);
    out.write_all(end)
        .and_then(|()| out.flush())
        .map_err(RunError::Write)?;
    rejects.flush().map_err(RunError::Rejects)?;
    Ok(report)
}
