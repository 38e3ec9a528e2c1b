//! How far a run is, for others to see, and how they can stop it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a run is, for others to see, and how they can stop it.
#[derive(Debug, Default)]
pub struct Progress {
    interrupted: AtomicBool,
    finishing: AtomicBool,
    bytes: AtomicU64,
    events: AtomicU64,
    rejected: AtomicU64,
    inputs: AtomicU64,
    kept: AtomicU64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Bytes of inputs that were read, as stored.
    pub bytes: u64,
    /// Events in.
    pub events: u64,
    /// Those of them that were rejected.
    pub rejected: u64,
    /// Inputs that are done.
    pub inputs: u64,
    /// Those of them that an earlier run had done.
    pub kept: u64,
}

impl Progress {
    /// Stops the run after the blocks that are under way.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Release);
    }

    /// Whether it is to stop.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }

    /// Whether all inputs are done: what is left ends by itself, and is not interrupted.
    #[must_use]
    pub fn is_finishing(&self) -> bool {
        self.finishing.load(Ordering::Acquire)
    }

    /// All inputs are done.
    pub(crate) fn finish(&self) {
        self.finishing.store(true, Ordering::Release);
    }

    /// How far the run is.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Seen {
            bytes: of(&self.bytes),
            events: of(&self.events),
            rejected: of(&self.rejected),
            inputs: of(&self.inputs),
            kept: of(&self.kept),
        }
    }

    pub(crate) fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn written(&self, events: u64, rejected: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
        self.rejected.fetch_add(rejected, Ordering::Relaxed);
    }

    /// Takes back what was told of an input that is read again.
    pub(crate) fn again(&self, bytes: u64, events: u64, rejected: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.events.fetch_sub(events, Ordering::Relaxed);
        self.rejected.fetch_sub(rejected, Ordering::Relaxed);
    }

    /// An input is done; `kept` if an earlier run did it.
    pub(crate) fn done(&self, kept: bool) {
        self.inputs.fetch_add(1, Ordering::Relaxed);
        self.kept.fetch_add(u64::from(kept), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use events2logs_mapping::{ConvertOptions, Tables};

    use super::*;
    use crate::{Action, OutputFolder, Resources, Search, find, to_folder};

    fn frame(content: &str, window: u32) -> Vec<u8> {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(window).unwrap();
        // By halves: of what it is given at once it would know the length, and take that.
        let (one, other) = content.as_bytes().split_at(content.len() / 2);
        encoder.write_all(one).unwrap();
        encoder.flush().unwrap();
        encoder.write_all(other).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_read_again_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        std::fs::create_dir(&input).unwrap();
        let events = r#"{"published":"2018-01-01T00:00:00.000Z","action":{"objectType":"x"}}
            7
            "#
        .repeat(1000);
        // The second window is met when the first was read.
        let stored = [frame(&events, 15), frame(&events, 24)].concat();
        std::fs::write(input.join("a"), &stored).unwrap();
        std::fs::write(input.join("b"), &events).unwrap();

        let search = Search::default();
        let inputs = find(&[input], search);
        let out = OutputFolder::open(&folder.path().join("out"), &inputs, false).unwrap();
        let (tables, progress) = (Tables::shipped().unwrap(), Progress::default());
        let action = Action::Convert {
            tables: &tables,
            options: ConvertOptions::default(),
        };
        let resources = Resources {
            jobs: 2,
            memory: 64 << 20,
        };
        to_folder(action.into(), inputs, out, resources, &progress).unwrap();
        let expected = Seen {
            bytes: (stored.len() + events.len()) as u64,
            events: 6000,
            rejected: 3000,
            inputs: 2,
            kept: 0,
        };
        assert_eq!(progress.seen(), expected);
    }
}
