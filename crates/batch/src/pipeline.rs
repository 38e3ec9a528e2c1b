//! Converts one input, block by block, on the threads of the pool it is called on.
//!
//! The thread that has the input cuts it into blocks, hands them to whoever is free, and writes
//! what comes back in order, never more than a window of blocks ahead; where it would have to
//! wait it converts a block itself. So bytes do not depend on the threads, and memory is bounded
//! by window times block.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, TryRecvError};

use rayon::{ScopeFifo, Yield};

use crate::checksum::Checksum;
use crate::manifest::FileDigest;
use crate::process::{Processed, Workshop};
use crate::run::RunError;
use crate::source::{InputError, Source};
use crate::split::Splitter;
use crate::tally::Tally;

/// Blocks that may be under way for each thread.
const WINDOW: usize = 2;

/// What became of the content of one input.
pub(crate) struct ConvertedInput {
    pub(crate) digest: FileDigest,
    pub(crate) tally: Tally,
    pub(crate) problem: Option<InputError>,
}

/// Converts one input, giving the results to `write` in order, and what was written to
/// `checksum`, if there is one. Must be called on a thread of a pool.
pub(crate) fn convert(
    workshop: &Workshop<'_>,
    source: Source,
    name: &str,
    stop: &AtomicBool,
    checksum: Option<&Checksum>,
    mut write: impl FnMut(&Processed<'_>) -> Result<(), RunError>,
) -> Result<ConvertedInput, RunError> {
    let mut splitter = Splitter::new(source, &workshop.blocks);
    let mut tally = Tally::default();
    let window = rayon::current_num_threads().saturating_mul(WINDOW);
    rayon::in_place_scope_fifo(|scope| {
        let mut under_way: VecDeque<UnderWay<'_>> = VecDeque::new();
        let mut at_end = false;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            if !at_end && under_way.len() < window {
                let Some(block) = splitter.next_block() else {
                    at_end = true;
                    continue;
                };
                let (sender, receiver) = mpsc::sync_channel(1);
                under_way.push_back((block.offset, receiver));
                scope.spawn_fifo(move |_| {
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
            let Some(first) = under_way.pop_front() else {
                return Ok(());
            };
            let mut processed = result(first, name)?;
            write(&processed)?;
            tally.add(std::mem::take(&mut processed.tally));
            tally.add_types(std::mem::take(&mut processed.types));
            match checksum {
                Some(checksum) => sum_up(checksum, processed.out, workshop, window, scope),
                None => workshop.written(processed.out),
            }
        }
    })?;
    let (source, problem) = splitter.finish();
    let (digest, problem) = match source.finish() {
        Ok(digest) => (digest, problem),
        Err(error) => (
            FileDigest::default(),
            Some(problem.unwrap_or(InputError::Io(error))),
        ),
    };
    Ok(ConvertedInput {
        digest,
        tally,
        problem,
    })
}

/// A block that somebody converts: the bytes before it, and where the result will be.
type UnderWay<'t> = (u64, mpsc::Receiver<Processed<'t>>);

/// Waits for the result of a block, and converts others meanwhile.
fn result<'t>((byte, receiver): UnderWay<'t>, name: &str) -> Result<Processed<'t>, RunError> {
    let panicked = || RunError::Panicked {
        input: name.to_owned(),
        byte,
    };
    loop {
        match receiver.try_recv() {
            Ok(processed) => return Ok(processed),
            Err(TryRecvError::Disconnected) => return Err(panicked()),
            Err(TryRecvError::Empty) => {}
        }
        // Nothing to do means that another thread has the block.
        if rayon::yield_now() != Some(Yield::Executed) {
            return receiver.recv().map_err(|_| panicked());
        }
    }
}

/// Gives `out` to `checksum`, which takes longer than to convert it: so another thread does it,
/// unless it has too much to do already.
fn sum_up<'s>(
    checksum: &'s Checksum,
    out: Vec<u8>,
    workshop: &'s Workshop<'_>,
    window: usize,
    scope: &ScopeFifo<'s>,
) {
    let waiting = checksum.push(out);
    if waiting >= window {
        checksum.catch_up(workshop);
    } else {
        scope.spawn_fifo(move |_| checksum.help(workshop));
    }
}
