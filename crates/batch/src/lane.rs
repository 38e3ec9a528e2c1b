//! One input on its way: read, converted and written, block by block, by any number of threads.
//!
//! A thread reads a block, converts it, and hands it in; whoever hands in the block whose turn
//! it is writes it. So a block stays in one processor's cache, bytes do not depend on the
//! threads, and there is no thread that all others wait for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};

use crate::ahead::{Ahead, Read};
use crate::block::Block;
use crate::manifest::FileDigest;
use crate::permits::Permit;
use crate::process::{Action, Onward, Origin, Processed};
use crate::run::RunError;
use crate::seams::Joints;
use crate::serial::{Place, Serial, lock};
use crate::sink::Sink;
use crate::source::{InputError, Source};
use crate::split::Splitter;
use crate::tally::{Tally, Types};
use crate::workers::Workers;

/// One input on its way.
pub(crate) struct Lane<'r, 't> {
    name: String,
    /// How much memory a record may take that is not short.
    most: usize,
    reading: Mutex<Reading<'r>>,
    /// Blocks that were read ahead, where that helps.
    ahead: Option<Ahead<Numbered<'r>>>,
    writing: Serial<(Processed<'t>, Permit<'r>), Written<'r, 't>>,
    /// The checksum of what was written: it takes longer than to write, so it has its own turn.
    checksum: Option<Serial<(Vec<u8>, Permit<'r>), Sha256>>,
    /// Whether all of the input was read.
    ended: AtomicBool,
    /// Threads that wait for the turn of their block.
    waiting: AtomicUsize,
    /// How many blocks were read, and how many of them are through.
    read: AtomicU64,
    through: AtomicU64,
}

struct Reading<'r> {
    /// None once it was taken apart.
    splitter: Option<Splitter<'r>>,
    /// Bytes that are counted in the progress.
    counted: u64,
}

struct Written<'r, 't> {
    /// None once it was taken.
    sink: Option<Sink<'r>>,
    tally: Tally,
    types: Types<'t>,
    joints: Joints<'r>,
}

/// What became of the content of one input.
pub(crate) struct ConvertedInput<'r> {
    /// None where the file could not be read to its end.
    pub(crate) digest: Option<FileDigest>,
    /// Bytes of it that are counted in the progress.
    pub(crate) counted: u64,
    pub(crate) tally: Tally,
    pub(crate) problem: Option<InputError>,
    pub(crate) sink: Sink<'r>,
    /// How far the output is.
    pub(crate) joints: Joints<'r>,
    /// The checksum of what was written, if it was asked for.
    pub(crate) hash: Sha256,
}

/// Tells of a panic that is not that of one block: the others would wait for this thread.
struct Told<'w, 't> {
    workers: &'w Workers<'t>,
    name: &'w str,
}

impl Drop for Told<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.workers.fail(RunError::Panicked {
                input: self.name.to_owned(),
                byte: 0,
            });
        }
    }
}

/// A block that was read, and the memory it may take.
#[derive(Debug)]
struct Numbered<'r> {
    number: u64,
    block: Block,
    permit: Permit<'r>,
}

impl<'r, 't> Lane<'r, 't> {
    /// Puts `source` on its way to `sink`, the output being as far as `joints` tell.
    pub(crate) fn new(
        workers: &'r Workers<'t>,
        name: String,
        source: Source,
        sink: Sink<'r>,
        joints: Joints<'r>,
    ) -> Self {
        let checksum = sink.wants_checksum();
        let threads = workers.pool.current_num_threads();
        Self {
            name,
            most: workers.permits.shares.record(source.has_window()),
            ahead: source.takes_long().then(|| Ahead::new(threads)),
            reading: Mutex::new(Reading {
                splitter: Some(Splitter::new(source, &workers.workshop.blocks)),
                counted: 0,
            }),
            writing: Serial::new(Written {
                sink: Some(sink),
                tally: Tally::default(),
                types: workers.workshop.action.types(),
                joints,
            }),
            checksum: checksum.then(|| Serial::new(Sha256::new())),
            ended: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            read: AtomicU64::new(0),
            through: AtomicU64::new(0),
        }
    }

    /// Whether there is nothing more to read.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Whether all is written.
    fn is_through(&self) -> bool {
        self.has_ended() && self.through.load(Ordering::SeqCst) == self.read.load(Ordering::SeqCst)
    }

    /// Works on blocks till there are no more to read, or all is to stop.
    pub(crate) fn work(&self, workers: &'r Workers<'t>) {
        let _told = Told {
            workers,
            name: &self.name,
        };
        while let Some(numbered) = self.next(workers) {
            let byte = numbered.block.offset;
            let mut way = Way {
                lane: self,
                workers,
                place: Place::first(numbered.number),
                is_turn: false,
            };
            let work = AssertUnwindSafe(|| {
                let workshop = &workers.workshop;
                let origin = Origin {
                    name: &self.name,
                    most: self.most,
                };
                workshop.process(numbered.block, origin, &workers.permits, &mut way)
            });
            let done = match catch_unwind(work) {
                Ok(Ok(processed)) => {
                    self.writing
                        .push(way.place, true, (processed, numbered.permit));
                    self.hand_in(workers, false)
                }
                Ok(Err(error)) => Err(error),
                Err(_) => Err(RunError::Panicked {
                    input: self.name.clone(),
                    byte,
                }),
            };
            if let Err(error) = done {
                workers.fail(error);
            }
        }
    }

    fn next(&self, workers: &'r Workers<'t>) -> Option<Numbered<'r>> {
        let Some(ahead) = &self.ahead else {
            let mut reading = lock(&self.reading);
            return match self.read(&mut reading, workers, true) {
                Read::Block(numbered) => Some(numbered),
                Read::NotNow | Read::End => None,
            };
        };
        ahead.next(|waits| self.read(&mut lock(&self.reading), workers, waits))
    }

    /// Reads the next block; `waits` for the memory, if there is none now.
    fn read(
        &self,
        reading: &mut Reading<'r>,
        workers: &'r Workers<'t>,
        waits: bool,
    ) -> Read<Numbered<'r>> {
        if self.has_ended() {
            return Read::End;
        }
        if workers.is_stopped() {
            // Whoever waits for the end of this waits no more.
            workers.signal.tell();
            return Read::End;
        }
        let permit = if waits {
            workers.permits.take()
        } else {
            match workers.permits.take_free() {
                Some(permit) => Some(permit),
                None => return Read::NotNow,
            }
        };
        let (Some(mut permit), Some(splitter)) = (permit, reading.splitter.as_mut()) else {
            return Read::End;
        };
        let block = splitter.next_block(&mut permit);
        let stored = splitter.stored();
        workers
            .progress
            .read(stored.saturating_sub(reading.counted));
        reading.counted = stored;
        let Some(block) = block else {
            self.ended.store(true, Ordering::SeqCst);
            workers.signal.tell();
            return Read::End;
        };
        let number = self.read.fetch_add(1, Ordering::SeqCst);
        Read::Block(Numbered {
            number,
            block,
            permit,
        })
    }

    /// Writes what was handed on and has its turn; `till_done` waits for others that are at it.
    fn hand_in(&self, workers: &'r Workers<'t>, till_done: bool) -> Result<(), RunError> {
        let write = |written: &mut Written<'r, 't>,
                     place: Place,
                     is_last: bool,
                     (mut processed, permit): (Processed<'t>, Permit<'r>)| {
            written.joints.join(&mut processed.out);
            if let Some(sink) = &mut written.sink {
                sink.write(&processed)?;
            }
            let tally = &processed.tally;
            workers.progress.written(tally.events, tally.rejected);
            written.tally.add(std::mem::take(&mut processed.tally));
            let mut types = std::mem::take(&mut processed.types);
            written.types.take_known(&mut types);
            written.tally.add_unknown(&mut types);
            workers.workshop.counted(types);
            match &self.checksum {
                Some(checksum) => checksum.push(place, is_last, (processed.out, permit)),
                None => self.is_done(workers, is_last, processed.out, permit),
            }
            if is_last && self.waiting.load(Ordering::SeqCst) > 0 {
                workers.signal.tell();
            }
            Ok::<_, RunError>(())
        };
        if till_done {
            self.writing.work_till_done(write)?;
        } else {
            self.writing.work(write)?;
        }
        let Some(checksum) = &self.checksum else {
            return Ok(());
        };
        // While others write.
        let sum = |hash: &mut Sha256, _, is_last, (out, permit): (Vec<u8>, Permit<'r>)| {
            hash.update(&out);
            self.is_done(workers, is_last, out, permit);
            Ok(())
        };
        if till_done {
            checksum.work_till_done(sum)
        } else {
            checksum.work(sum)
        }
    }

    fn is_done(&self, workers: &Workers<'_>, is_last: bool, out: Vec<u8>, permit: Permit<'_>) {
        workers.workshop.written(out);
        drop(permit);
        if !is_last {
            return;
        }
        self.through.fetch_add(1, Ordering::SeqCst);
        if self.is_through() {
            workers.signal.tell();
        }
    }

    /// Waits till all is written, and tells what it came to.
    pub(crate) fn finish(&self, workers: &Workers<'t>) -> Result<ConvertedInput<'r>, RunError> {
        workers
            .signal
            .wait(|| self.is_through() || workers.is_stopped());
        let (splitter, counted) = {
            let mut reading = lock(&self.reading);
            (reading.splitter.take(), reading.counted)
        };
        let mut written = self.writing.state();
        let (Some(splitter), Some(sink), false) =
            (splitter, written.sink.take(), workers.is_stopped())
        else {
            return Err(RunError::Stopped);
        };
        let (digest, problem, decoded) = outcome(splitter);
        // What convert wrote for an empty input is empty.
        let restored_empty = matches!(workers.workshop.action, Action::Restore)
            && matches!(problem, Some(InputError::Empty))
            && decoded == 0;
        let hash = self.checksum.as_ref();
        let hash = hash.map(|checksum| std::mem::take(&mut *checksum.state()));
        let mut tally = std::mem::take(&mut written.tally);
        tally.add_known(std::mem::take(&mut written.types));
        Ok(ConvertedInput {
            digest,
            counted,
            tally,
            problem: problem.filter(|_| !restored_empty),
            sink,
            joints: written.joints,
            hash: hash.unwrap_or_default(),
        })
    }
}

/// The way of a block to the output, a piece after the other.
struct Way<'w, 'r, 't> {
    lane: &'w Lane<'r, 't>,
    workers: &'r Workers<'t>,
    /// Of the next piece.
    place: Place,
    /// Whether all blocks before it are written.
    is_turn: bool,
}

impl<'t> Onward<'t> for Way<'_, '_, 't> {
    fn hand_on(&mut self, piece: Processed<'t>) -> Result<(), RunError> {
        let permits = &self.workers.permits;
        let permit = match permits.more(piece.memory()) {
            Some(permit) if !self.is_turn => permit,
            // Nothing is set aside for it, so it has to be gone before there is another.
            _ => {
                self.wait_for_turn()?;
                permits.nothing()
            }
        };
        let place = self.place;
        self.place = place.after(false);
        self.lane.writing.push(place, false, (piece, permit));
        self.lane.hand_in(self.workers, self.is_turn)
    }

    fn wait_for_turn(&mut self) -> Result<(), RunError> {
        if !self.is_turn {
            let Lane {
                waiting, writing, ..
            } = self.lane;
            waiting.fetch_add(1, Ordering::SeqCst);
            self.workers
                .signal
                .wait(|| writing.is_turn_of(self.place.number) || self.workers.is_stopped());
            waiting.fetch_sub(1, Ordering::SeqCst);
            self.is_turn = true;
        }
        if self.workers.is_stopped() {
            return Err(RunError::Stopped);
        }
        Ok(())
    }
}

/// The checksum of an input that was read, what was wrong with it, and its decoded bytes.
pub(crate) fn outcome(splitter: Splitter<'_>) -> (Option<FileDigest>, Option<InputError>, u64) {
    let (source, problem) = splitter.finish();
    let at = source.decoded();
    // What cannot be read to its end has no checksum.
    let (digest, problem) = match (source.finish(), problem) {
        (_, Some(problem @ (InputError::Io(_) | InputError::CutShort { .. }))) => {
            (None, Some(problem))
        }
        (Ok((digest, change)), problem) => (Some(digest), problem.or(change)),
        (Err(error), problem) => (
            None,
            Some(problem.unwrap_or_else(|| InputError::read(at, error))),
        ),
    };
    (digest, problem, at)
}
