//! Converts one input, block by block.
//!
//! Its reader cuts it into blocks, hands them to the thread pool, and writes what comes back in
//! order. So bytes do not depend on the threads.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use rayon::ThreadPool;

use crate::checksum::Checksum;
use crate::formats::Task;
use crate::manifest::FileDigest;
use crate::permits::Permits;
use crate::process::{Action, Processed, Workshop};
use crate::run::RunError;
use crate::seams::Joints;
use crate::source::{InputError, Source};
use crate::split::Splitter;
use crate::tally::Tally;

/// What all inputs of a run share.
pub(crate) struct Workers<'t> {
    pub(crate) pool: ThreadPool,
    pub(crate) workshop: Workshop<'t>,
    /// One for each block in memory.
    pub(crate) permits: Permits,
    /// Set when the run has failed.
    pub(crate) stop: AtomicBool,
}

/// Blocks that may be under way for each thread, over all inputs.
const WINDOW: usize = 2;

impl<'t> Workers<'t> {
    /// Starts `jobs` threads that do `task`.
    pub(crate) fn new(task: Task<'t>, jobs: usize) -> Result<Self, RunError> {
        Ok(Self {
            workshop: Workshop::new(task).map_err(RunError::Compress)?,
            pool: rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?,
            permits: Permits::new(jobs.max(1).saturating_mul(WINDOW)),
            stop: AtomicBool::new(false),
        })
    }
}

/// What became of the content of one input.
pub(crate) struct ConvertedInput {
    /// None where the file could not be read to its end.
    pub(crate) digest: Option<FileDigest>,
    pub(crate) tally: Tally,
    pub(crate) problem: Option<InputError>,
}

/// Converts one input on the pool, giving the results to `write` in order, and what was written
/// to `checksum`, if there is one; `joints` tell how far the output is.
pub(crate) fn convert<'t, 'w>(
    workers: &'w Workers<'t>,
    source: Source,
    name: &str,
    checksum: Option<&Checksum<'w>>,
    joints: &mut Joints<'_>,
    mut write: impl FnMut(&Processed<'t>) -> Result<(), RunError>,
) -> Result<ConvertedInput, RunError> {
    let workshop = &workers.workshop;
    let mut splitter = Splitter::new(source, &workshop.blocks);
    let mut tally = Tally::default();
    workers.pool.in_place_scope(|scope| {
        let mut under_way = VecDeque::new();
        let mut at_end = false;
        loop {
            if workers.stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            let permit = if at_end {
                None
            } else if under_way.is_empty() {
                Some(workers.permits.take())
            } else {
                workers.permits.try_take()
            };
            if let Some(permit) = permit {
                let Some(block) = splitter.next_block() else {
                    at_end = true;
                    continue;
                };
                let (sender, receiver) = mpsc::sync_channel(1);
                under_way.push_back((block.offset, receiver, permit));
                scope.spawn(move |_| {
                    // A panic drops the sender, by which the reader learns of it.
                    let processed =
                        catch_unwind(AssertUnwindSafe(|| workshop.process(block, name)));
                    if let Ok(processed) = processed {
                        // The reader is gone only when the run has failed.
                        let _ = sender.send(processed);
                    }
                });
                continue;
            }
            let Some((byte, receiver, permit)) = under_way.pop_front() else {
                return Ok(());
            };
            let processed = receiver.recv().map_err(|_| RunError::Panicked {
                input: name.to_owned(),
                byte,
            })?;
            let mut processed = processed.map_err(RunError::Compress)?;
            joints.join(&mut processed.out);
            write(&processed)?;
            tally.add(std::mem::take(&mut processed.tally));
            tally.add_types(std::mem::take(&mut processed.types));
            match checksum {
                // It takes longer than to write, so another thread does it.
                Some(checksum) => {
                    checksum.push(processed.out, permit);
                    scope.spawn(move |_| checksum.help(workshop));
                }
                None => workshop.written(processed.out),
            }
        }
    })?;
    let (source, problem) = splitter.finish();
    let at = source.decoded();
    // What cannot be read to its end has no checksum.
    let (digest, problem) = match (source.finish(), problem) {
        (_, Some(problem @ (InputError::Io(_) | InputError::CutShort { .. }))) => {
            (None, Some(problem))
        }
        (Ok(digest), problem) => (Some(digest), problem),
        (Err(error), problem) => (
            None,
            Some(problem.unwrap_or_else(|| InputError::read(at, error))),
        ),
    };
    // What convert wrote for an empty input is empty.
    let restored_empty = matches!(workshop.action, Action::Restore)
        && matches!(problem, Some(InputError::Empty))
        && at == 0;
    Ok(ConvertedInput {
        digest,
        tally,
        problem: problem.filter(|_| !restored_empty),
    })
}
