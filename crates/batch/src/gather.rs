//! Gathers what became of inputs, in their order, as they are done.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::manifest::{FileDigest, InputEntry};
use crate::output::{OutputError, OutputFile};
use crate::run::{Problem, Report};
use crate::tally::Tally;

/// What became of one input.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) entry: Option<InputEntry>,
    pub(crate) tally: Tally,
    pub(crate) problem: Option<Problem>,
    /// Where its rejects are for now.
    pub(crate) rejects: Option<PathBuf>,
}

/// Gathers what became of inputs, in their order.
#[derive(Debug)]
pub(crate) struct Gather {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The number of the input that is gathered next.
    next: usize,
    waiting: BTreeMap<usize, Done>,
    gathered: Gathered,
}

/// What became of the inputs so far.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) report: Report,
    pub(crate) entries: Vec<InputEntry>,
    pub(crate) rejects: OutputFile,
}

impl Gather {
    pub(crate) fn new(rejects: OutputFile) -> Self {
        Self {
            state: Mutex::new(State {
                next: 0,
                waiting: BTreeMap::new(),
                gathered: Gathered {
                    report: Report::default(),
                    entries: Vec::new(),
                    rejects,
                },
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what became of the input of this number, and whatever waited for it.
    pub(crate) fn add(&self, number: usize, done: Done) -> Result<(), OutputError> {
        let mut state = self.state();
        state.waiting.insert(number, done);
        loop {
            let next = state.next;
            let Some(done) = state.waiting.remove(&next) else {
                break;
            };
            state.next = next.saturating_add(1);
            state.gathered.add(done)?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Gathered {
        let state = self.state.into_inner();
        state.unwrap_or_else(PoisonError::into_inner).gathered
    }
}

impl Gathered {
    fn add(&mut self, done: Done) -> Result<(), OutputError> {
        let report = &mut self.report;
        if let Some(entry) = done.entry {
            let size = |digest: Option<&FileDigest>| digest.map_or(0, |digest| digest.bytes);
            let output = entry.output.as_ref().map(|output| &output.digest);
            report.inputs = report.inputs.saturating_add(usize::from(output.is_some()));
            report.bytes_in = report.bytes_in.saturating_add(size(entry.digest.as_ref()));
            report.bytes_out = report.bytes_out.saturating_add(size(output));
            self.entries.push(entry);
        }
        report.tally.add(done.tally);
        report.problems.extend(done.problem);
        if let Some(path) = done.rejects {
            let mut file = File::open(&path).map_err(OutputError::at(&path))?;
            io::copy(&mut file, &mut self.rejects)
                .and_then(|_| fs::remove_file(&path))
                .map_err(OutputError::at(&path))?;
        }
        Ok(())
    }
}
