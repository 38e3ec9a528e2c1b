//! All events of an output held against the records of its input, in order.
//!
//! Both sides are read a stretch at a time. Where two records do not go together, the next that
//! do are looked for nearby: so one line that is missing is one finding, and not a difference in
//! all that follow.

use rayon::prelude::*;

use super::accepted::Accepted;
use super::finding::{Finding, What};
use super::notes::{Keys, Notebook};
use super::proof::{Proof, Same, Unlike};
use super::queue::{NEARBY, Queue};
use super::rejects::Stream;
use super::side::{Reader, Side, Text, Turn};

/// How many records are read in order to be compared together.
const STRETCH: usize = 512;

/// What is known of an input and its output.
pub(super) struct Pair<'p, 't> {
    pub(super) proof: &'p Proof<'t>,
    /// The input as it is named in findings.
    pub(super) input: &'p str,
    /// The output as it is named in findings.
    pub(super) output: &'p str,
    /// The rejects file as it is named in findings.
    pub(super) rejects: &'p str,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) findings: Vec<Finding>,
    /// Events that go with their records.
    pub(super) same: u64,
    pub(super) converted: u64,
    pub(super) passed_through: u64,
    /// Whether all of it was as it should be.
    pub(super) clean: bool,
    pub(super) input: Side,
    pub(super) output: Side,
}

/// Holds all of one output against its input; `None` where it is postponed, because of a record
/// that takes much memory. Else so many bytes of records are compared at a time.
pub(super) fn compare(
    pair: &Pair<'_, '_>,
    input: Reader<'_>,
    output: Reader<'_>,
    rejects: Stream,
    (turn, bytes): (Turn, usize),
) -> Option<Compared> {
    let mut comparison = Comparison {
        pair,
        accepted: Accepted::new(input, rejects),
        output,
        notes: Notebook::new(pair),
        inputs: Queue::default(),
        outputs: Queue::default(),
        last_line: 0,
        counts: [0; 2],
        turn,
        bytes,
    };
    comparison.accepted.advance(&mut comparison.notes);
    let mut wanted = STRETCH;
    loop {
        comparison.fill(wanted);
        if comparison.is_postponed() {
            return None;
        }
        match comparison.stretch() {
            Step::Done => break,
            Step::InOrder => wanted = wanted.saturating_mul(2).min(STRETCH),
            // What comes next may be out of order too, and would be compared in vain.
            Step::OutOfOrder => wanted = NEARBY,
        }
    }
    if comparison.is_postponed() {
        return None;
    }
    Some(comparison.finish())
}

struct Comparison<'p, 's, 't> {
    pair: &'p Pair<'p, 't>,
    accepted: Accepted<'s>,
    output: Reader<'s>,
    notes: Notebook<'p, 't>,
    inputs: Queue,
    outputs: Queue,
    /// The last line of the output that was compared.
    last_line: u64,
    /// Events converted, and passed through.
    counts: [u64; 2],
    turn: Turn,
    bytes: usize,
}

enum Step {
    InOrder,
    OutOfOrder,
    Done,
}

impl Comparison<'_, '_, '_> {
    fn is_postponed(&self) -> bool {
        self.accepted.is_postponed() || self.output.is_postponed()
    }

    fn fill(&mut self, wanted: usize) {
        let proof = self.pair.proof;
        while !self.inputs.is_full(wanted, self.bytes) {
            match self.accepted.next(&mut self.notes) {
                Some(text) => self.inputs.push(text),
                None => break,
            }
        }
        while !self.outputs.is_full(wanted, self.bytes) {
            match self.output.next(&|record| proof.needed(record, false)) {
                Some(text) => self.outputs.push(text),
                None => break,
            }
        }
    }

    /// Compares what was read, as far as it is in order.
    fn stretch(&mut self) -> Step {
        let pairs: Vec<(&Text, &Text)> = self
            .inputs
            .records
            .iter()
            .map(|(text, _)| text)
            .zip(self.outputs.records.iter().map(|(text, _)| text))
            .collect();
        if pairs.is_empty() {
            self.rest();
            return Step::Done;
        }
        let proof = self.pair.proof;
        let compare = |(input, output): (&Text, &Text)| match input.heavy().or(output.heavy()) {
            Some(heavy) => Err(Unlike::NotCompared {
                needed: heavy.needed,
                most: heavy.most,
            }),
            None => proof.compare(input.event(), output.event()),
        };
        let results: Vec<Result<Same, Unlike>> = match self.turn {
            Turn::Together => pairs
                .into_par_iter()
                .with_min_len(16)
                .map(compare)
                .collect(),
            // Each may take all the memory there is.
            Turn::Alone => pairs.into_iter().map(compare).collect(),
        };
        for result in results {
            match result {
                Ok(same) => {
                    let [converted, passed_through] = &mut self.counts;
                    let count = match same {
                        Same::Converted => converted,
                        Same::PassedThrough => passed_through,
                    };
                    *count = count.saturating_add(1);
                    self.inputs.pop();
                    if let Some((output, _)) = self.outputs.pop() {
                        self.last_line = output.line;
                    }
                }
                Err(unlike @ (Unlike::Altered(_) | Unlike::NotCompared { .. })) => {
                    self.differs(unlike);
                }
                Err(unlike) => match self.nearby() {
                    (more, others) if more == others => self.differs(unlike),
                    (lost, added) => {
                        let both = lost.min(added);
                        for _ in 0..both {
                            self.replaced();
                        }
                        for _ in both..lost {
                            self.lost();
                        }
                        for _ in both..added {
                            self.added();
                        }
                        return Step::OutOfOrder;
                    }
                },
            }
        }
        Step::InOrder
    }

    /// How many records of the input, and events of the output, come before the next that go
    /// together; the same of both where none do.
    fn nearby(&mut self) -> (usize, usize) {
        let (inputs, outputs) = (self.inputs.keys(), self.outputs.keys());
        for distance in 1..inputs.len().saturating_add(outputs.len()) {
            // Rather replaced than one lost and another added.
            let middle = distance / 2;
            for off in 0..=distance.saturating_sub(middle) {
                let more = middle.saturating_add(off);
                let fewer = distance.saturating_sub(more);
                for (lost, added) in [(more, fewer), (fewer, more)] {
                    if let (Some(a), Some(b)) = (inputs.get(lost), outputs.get(added))
                        && a == b
                    {
                        return (lost, added);
                    }
                }
            }
        }
        (1, 1)
    }

    fn pop_output(&mut self) -> Option<(Text, u64)> {
        let popped = self.outputs.pop_with_key()?;
        self.last_line = popped.0.line;
        Some(popped)
    }

    /// Compares the first of both sides, which do not go together.
    fn replaced(&mut self) {
        let (Some((input, _)), Some((output, _))) =
            (self.inputs.records.front(), self.outputs.records.front())
        else {
            return;
        };
        let unlike = match input.heavy().or(output.heavy()) {
            Some(heavy) => Unlike::NotCompared {
                needed: heavy.needed,
                most: heavy.most,
            },
            None => {
                let compared = self.pair.proof.compare(input.event(), output.event());
                compared.err().unwrap_or(Unlike::Restored(None))
            }
        };
        self.differs(unlike);
    }

    fn differs(&mut self, unlike: Unlike) {
        let (Some((input, missed)), Some((output, there))) =
            (self.inputs.pop_with_key(), self.pop_output())
        else {
            return;
        };
        let (name, line) = (self.pair.input.to_owned(), input.line);
        let (what, keys) = match unlike {
            Unlike::Altered(difference) => (
                What::EventAltered {
                    input: name,
                    line,
                    difference,
                },
                Keys::default(),
            ),
            Unlike::NotCompared { needed, most } => (
                What::EventNotCompared {
                    input: name,
                    line,
                    needed,
                    most,
                },
                Keys::default(),
            ),
            Unlike::Restored(difference) => (
                What::EventDiffers {
                    input: name,
                    line,
                    difference,
                    holds: None,
                },
                Keys {
                    missed: Some((missed, line)),
                    there: Some(there),
                },
            ),
        };
        self.notes
            .add(self.pair.output, Some(output.line), what, keys);
    }

    fn lost(&mut self) {
        let Some((input, key)) = self.inputs.pop_with_key() else {
            return;
        };
        let what = What::EventLost {
            after: self.last_line,
            output: self.pair.output.to_owned(),
        };
        let keys = Keys {
            missed: Some((key, input.line)),
            there: None,
        };
        self.notes
            .add(self.pair.input, Some(input.line), what, keys);
    }

    fn added(&mut self) {
        let Some((output, key)) = self.pop_output() else {
            return;
        };
        let keys = Keys {
            missed: None,
            there: Some(key),
        };
        self.notes
            .add(self.pair.output, Some(output.line), What::EventAdded, keys);
    }

    /// One side has come to its end: all that the other has left is too much.
    fn rest(&mut self) {
        loop {
            while !self.inputs.records.is_empty() {
                self.lost();
            }
            while !self.outputs.records.is_empty() {
                self.added();
            }
            self.fill(STRETCH);
            if self.inputs.records.is_empty() && self.outputs.records.is_empty() {
                return;
            }
        }
    }

    fn finish(mut self) -> Compared {
        self.accepted.left_over(&mut self.notes);
        let [converted, passed_through] = self.counts;
        let clean = self.notes.is_empty();
        Compared {
            findings: self.notes.finish(),
            same: converted.saturating_add(passed_through),
            converted,
            passed_through,
            clean,
            input: self.accepted.reader.finish(),
            output: self.output.finish(),
        }
    }
}
