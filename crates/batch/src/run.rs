//! Converts all inputs.
//!
//! Each thread of the pool takes an input, and when there is none left helps the others with
//! theirs: `pipeline` says how.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::ThreadPoolBuilder;

use crate::checksum::Checksum;
use crate::find::{Input, Inputs, Place};
use crate::folder::{FolderError, OutputFolder, REJECTS, TOOL};
use crate::manifest::{FileDigest, InputEntry, Manifest, OutputEntry, Tool, Totals};
use crate::output::{OutputError, OutputFile};
use crate::pipeline::convert;
use crate::process::{Action, Workshop};
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

/// Converts `inputs` into files of `folder`, on `jobs` threads, and writes manifest and
/// rejects beside them.
///
/// # Errors
/// [`RunError`]; the outputs completed till then are there, and no manifest.
pub fn to_folder(
    action: Action<'_>,
    inputs: Inputs,
    folder: &OutputFolder,
    jobs: usize,
) -> Result<Report, RunError> {
    refuse_replacing(&inputs.inputs, folder)?;
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build()?;
    let workshop = Workshop::new(action);
    let done: Vec<Mutex<Option<Done>>> = inputs.inputs.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<RunError>> = Mutex::new(None);
    let stop = AtomicBool::new(false);
    // On each thread once: those that find no input left help with the blocks of others.
    pool.broadcast(|_| {
        while !stop.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (Some(input), Some(place)) = (inputs.inputs.get(number), done.get(number)) else {
                break;
            };
            match one_to_folder(&workshop, input, number, folder, &stop) {
                Ok(result) => set(place, result),
                Err(error) => {
                    // The reason first: those that stop because of it have another.
                    lock(&failed).get_or_insert(error);
                    stop.store(true, Ordering::Relaxed);
                }
            }
        }
    });
    if let Some(error) = lock(&failed).take() {
        return Err(error);
    }
    let done = done
        .iter()
        .map(|place| lock(place).take().unwrap_or_default());
    finish(action, inputs.problems, done.collect(), folder)
}

/// What became of one input.
#[derive(Debug, Default)]
struct Done {
    entry: Option<InputEntry>,
    tally: Tally,
    problem: Option<Problem>,
    rejects: Option<PathBuf>,
}

fn one_to_folder(
    workshop: &Workshop<'_>,
    input: &Input,
    number: usize,
    folder: &OutputFolder,
    stop: &AtomicBool,
) -> Result<Done, RunError> {
    let name = input.name();
    let source = match Source::open(&input.place) {
        Ok(source) => source,
        Err(error) => {
            return Ok(Done {
                entry: Some(entry(&name, None, &Tally::default(), None, Some(&error))),
                problem: Some(Problem { input: name, error }),
                ..Done::default()
            });
        }
    };
    let mut output = folder.create(&input.output, number)?;
    let rejects_path = folder.temporary(&format!("rejects-{number}"));
    let mut rejects: Option<File> = None;
    let checksum = Checksum::default();
    let converted = convert(
        workshop,
        source,
        &name,
        stop,
        Some(&checksum),
        |processed| {
            output.write_only(&processed.out)?;
            if !processed.rejects.is_empty() {
                let file = match &mut rejects {
                    Some(file) => file,
                    none => none.insert(
                        File::create(&rejects_path).map_err(OutputError::at(&rejects_path))?,
                    ),
                };
                file.write_all(&processed.rejects)
                    .map_err(OutputError::at(&rejects_path))?;
            }
            Ok(())
        },
    )?;
    let output = OutputEntry {
        path: slashed(&input.output),
        digest: output.finish_with(checksum.catch_up(workshop))?,
    };
    let problem = converted.problem.as_ref();
    Ok(Done {
        entry: Some(entry(
            &name,
            Some(converted.digest),
            &converted.tally,
            Some(output),
            problem,
        )),
        tally: converted.tally,
        problem: converted
            .problem
            .map(|error| Problem { input: name, error }),
        rejects: rejects.map(|_| rejects_path),
    })
}

fn entry(
    name: &str,
    digest: Option<FileDigest>,
    tally: &Tally,
    output: Option<OutputEntry>,
    problem: Option<&InputError>,
) -> InputEntry {
    InputEntry {
        input: name.to_owned(),
        digest,
        totals: Totals::from(tally),
        output,
        problem: problem.map(ToString::to_string),
    }
}

/// Gathers what became of each input, in order.
fn finish(
    action: Action<'_>,
    not_opened: Vec<(String, InputError)>,
    done: Vec<Done>,
    folder: &OutputFolder,
) -> Result<Report, RunError> {
    let mut report = Report::default();
    let mut entries = Vec::new();
    let mut rejects = OutputFile::create(folder.path().join(REJECTS), folder.temporary(REJECTS))?;
    for one in done {
        if let Some(entry) = &one.entry {
            report.inputs = report
                .inputs
                .saturating_add(usize::from(entry.digest.is_some()));
            let size = |digest: Option<&FileDigest>| digest.map_or(0, |digest| digest.bytes);
            let out = entry.output.as_ref().map(|output| &output.digest);
            report.bytes_in = report.bytes_in.saturating_add(size(entry.digest.as_ref()));
            report.bytes_out = report.bytes_out.saturating_add(size(out));
        }
        entries.extend(one.entry);
        report.tally.add(one.tally);
        report.problems.extend(one.problem);
        if let Some(path) = one.rejects {
            append(&path, &mut rejects)?;
        }
    }
    for (input, error) in not_opened {
        entries.push(entry(&input, None, &Tally::default(), None, Some(&error)));
        report.problems.push(Problem { input, error });
    }
    let (action, tables_sha256) = match action {
        Action::Convert { tables, .. } => ("convert", Some(tables.sha256().to_owned())),
        Action::Restore => ("restore", None),
    };
    folder.finish(&Manifest {
        tool: Tool {
            name: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        action: action.to_owned(),
        tables_sha256,
        totals: Totals::from(&report.tally),
        rejects: rejects.finish()?,
        inputs: entries,
    })?;
    Ok(report)
}

fn append(path: &PathBuf, to: &mut OutputFile) -> Result<(), OutputError> {
    let mut file = File::open(path).map_err(OutputError::at(path))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut buffer).map_err(OutputError::at(path))? {
            0 => return Ok(()),
            read => to.write(buffer.get(..read).unwrap_or_default())?,
        }
    }
}

/// Converts `inputs` one after the other to `out`, their rejects to `rejects`, on `jobs`
/// threads.
///
/// # Errors
/// [`RunError`]; [`RunError::Write`] for either writer.
pub fn to_writer(
    action: Action<'_>,
    inputs: Inputs,
    out: &mut (dyn Write + Send),
    rejects: &mut (dyn Write + Send),
    jobs: usize,
) -> Result<Report, RunError> {
    let pool = ThreadPoolBuilder::new().num_threads(jobs).build()?;
    pool.install(|| each_to_writer(action, inputs, out, rejects))
}

fn each_to_writer(
    action: Action<'_>,
    inputs: Inputs,
    out: &mut (dyn Write + Send),
    rejects: &mut (dyn Write + Send),
) -> Result<Report, RunError> {
    let workshop = Workshop::new(action);
    let mut report = Report::default();
    let stop = AtomicBool::new(false);
    for input in &inputs.inputs {
        let name = input.name();
        let source = match Source::open(&input.place) {
            Ok(source) => source,
            Err(error) => {
                report.problems.push(Problem { input: name, error });
                continue;
            }
        };
        let source = source.without_checksum();
        let converted = convert(&workshop, source, &name, &stop, None, |processed| {
            report.bytes_out = report.bytes_out.saturating_add(processed.out.len() as u64);
            out.write_all(&processed.out)
                .and_then(|()| rejects.write_all(&processed.rejects))
                .map_err(RunError::Write)
        })?;
        report.inputs = report.inputs.saturating_add(1);
        report.bytes_in = report.bytes_in.saturating_add(converted.digest.bytes);
        report.tally.add(converted.tally);
        let problem = converted.problem;
        report
            .problems
            .extend(problem.map(|error| Problem { input: name, error }));
    }
    out.flush().map_err(RunError::Write)?;
    rejects.flush().map_err(RunError::Write)?;
    let not_opened = inputs.problems.into_iter();
    report
        .problems
        .extend(not_opened.map(|(input, error)| Problem { input, error }));
    Ok(report)
}

/// An output must never replace an input.
fn refuse_replacing(inputs: &[Input], folder: &OutputFolder) -> Result<(), FolderError> {
    let Ok(root) = fs::canonicalize(folder.path()) else {
        return Ok(());
    };
    let read: hashbrown::HashSet<PathBuf> = inputs
        .iter()
        .filter_map(|input| match &input.place {
            Place::File(path) => fs::canonicalize(path).ok(),
            Place::Stdin => None,
        })
        .collect();
    for input in inputs {
        let path = root.join(&input.output);
        if read.contains(&path) {
            return Err(FolderError::ReplacesInput {
                input: input.name(),
                path,
            });
        }
    }
    Ok(())
}

fn slashed(path: &std::path::Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// A poisoned lock is one whose holder panicked; what it guards is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn set<T>(place: &Mutex<Option<T>>, value: T) {
    *lock(place) = Some(value);
}
