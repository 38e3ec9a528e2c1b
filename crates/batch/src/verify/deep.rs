//! All events of an output held against the records of its input, in order.
//!
//! Both sides are read a stretch at a time. Where two records do not go together, the next that
//! do are looked for nearby: so one line that is missing is one finding, and not a difference in
//! all that follow.

use std::collections::VecDeque;
use std::io;

use rayon::prelude::*;

use super::finding::{Finding, Part, What};
use super::proof::{Proof, Same, Unlike};
use super::rejects::{Reject, Stream};
use super::side::{Reader, Side, Text};

/// Findings of one file that are named one by one.
pub(super) const NAMED: usize = 10;

/// Records, and bytes, of one side that are looked at together.
const STRETCH: usize = 512;
const STRETCH_BYTES: usize = 4 << 20;

/// How far away the next records that go together are looked for.
const NEARBY: usize = 64;

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

/// One side's records that were read and not compared yet.
#[derive(Default)]
struct Queue {
    records: VecDeque<(Text, Option<u64>)>,
    bytes: usize,
}

impl Queue {
    fn is_full(&self, wanted: usize) -> bool {
        self.records.len() >= wanted || (!self.records.is_empty() && self.bytes >= STRETCH_BYTES)
    }

    fn push(&mut self, text: Text) {
        self.bytes = self.bytes.saturating_add(text.bytes.len());
        self.records.push_back((text, None));
    }

    fn pop(&mut self) -> Option<(Text, Option<u64>)> {
        let (text, key) = self.records.pop_front()?;
        self.bytes = self.bytes.saturating_sub(text.bytes.len());
        Some((text, key))
    }

    /// The keys of the first records.
    fn keys(&mut self, key: impl Fn(&[u8]) -> u64) -> Vec<u64> {
        let records = self.records.iter_mut().take(NEARBY);
        records
            .map(|(text, known)| *known.get_or_insert_with(|| key(&text.bytes)))
            .collect()
    }
}

/// The records of an input that are not rejected.
struct Accepted<'s> {
    reader: Reader<'s>,
    rejects: Stream,
    /// The next rejected one.
    next: Option<Reject>,
}

/// The findings so far.
struct Notebook<'p, 't> {
    pair: &'p Pair<'p, 't>,
    findings: Vec<Finding>,
    /// Of each finding.
    keys: Vec<Keys>,
    all: u64,
}

/// What tells that two findings are sides of one.
#[derive(Debug, Clone, Copy, Default)]
struct Keys {
    /// Of the record that is missed, with its line.
    missed: Option<(u64, u64)>,
    /// Of the event that stands there.
    there: Option<u64>,
}

/// Holds all of one output against its input.
pub(super) fn compare(
    pair: &Pair<'_, '_>,
    input: Reader<'_>,
    output: Reader<'_>,
    rejects: Stream,
) -> Compared {
    let mut comparison = Comparison {
        pair,
        accepted: Accepted {
            reader: input,
            rejects,
            next: None,
        },
        output,
        notes: Notebook {
            pair,
            findings: Vec::new(),
            keys: Vec::new(),
            all: 0,
        },
        inputs: Queue::default(),
        outputs: Queue::default(),
        last_line: 0,
        counts: [0; 2],
    };
    comparison.accepted.advance(&mut comparison.notes);
    let mut wanted = STRETCH;
    loop {
        comparison.fill(wanted);
        match comparison.stretch() {
            Step::Done => break,
            Step::InOrder => wanted = wanted.saturating_mul(2).min(STRETCH),
            // What comes next may be out of order too, and would be compared in vain.
            Step::OutOfOrder => wanted = NEARBY,
        }
    }
    comparison.finish()
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
}

enum Step {
    InOrder,
    OutOfOrder,
    Done,
}

impl Comparison<'_, '_, '_> {
    fn fill(&mut self, wanted: usize) {
        while !self.inputs.is_full(wanted) {
            match self.accepted.next(&mut self.notes) {
                Some(text) => self.inputs.push(text),
                None => break,
            }
        }
        while !self.outputs.is_full(wanted) {
            match self.output.next() {
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
        let results: Vec<Result<Same, Unlike>> = pairs
            .into_par_iter()
            .with_min_len(16)
            .map(|(input, output)| proof.compare(&input.bytes, &output.bytes))
            .collect();
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
                Err(unlike @ Unlike::Altered(_)) => self.differs(unlike),
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
        let proof = self.pair.proof;
        let inputs = self.inputs.keys(|input| proof.key_of_input(input));
        let outputs = self.outputs.keys(|output| proof.key_of_output(output));
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
        let (text, key) = self.outputs.pop()?;
        self.last_line = text.line;
        let key = key.unwrap_or_else(|| self.pair.proof.key_of_output(&text.bytes));
        Some((text, key))
    }

    fn pop_input(&mut self) -> Option<(Text, u64)> {
        let (text, key) = self.inputs.pop()?;
        let key = key.unwrap_or_else(|| self.pair.proof.key_of_input(&text.bytes));
        Some((text, key))
    }

    /// Compares the first of both sides, which do not go together.
    fn replaced(&mut self) {
        let (Some((input, _)), Some((output, _))) =
            (self.inputs.records.front(), self.outputs.records.front())
        else {
            return;
        };
        let unlike = self.pair.proof.compare(&input.bytes, &output.bytes);
        self.differs(unlike.err().unwrap_or(Unlike::Restored(None)));
    }

    fn differs(&mut self, unlike: Unlike) {
        let (Some((input, missed)), Some((output, there))) = (self.pop_input(), self.pop_output())
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
        let Some((input, key)) = self.pop_input() else {
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
        let clean = self.notes.all == 0;
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

impl Accepted<'_> {
    /// The next record that is not rejected.
    fn next(&mut self, notes: &mut Notebook<'_, '_>) -> Option<Text> {
        loop {
            let text = self.reader.next()?;
            // One that stands before this record is of none.
            while let Some(reject) = self.next.take_if(|reject| reject.byte < text.byte) {
                notes.reject_differs(&reject);
                self.advance(notes);
            }
            let Some(reject) = self.next.take_if(|reject| reject.byte == text.byte) else {
                return Some(text);
            };
            notes.rejected(&reject, &text);
            self.advance(notes);
        }
    }

    fn advance(&mut self, notes: &mut Notebook<'_, '_>) {
        self.next = self.rejects.next().unwrap_or_else(|error: io::Error| {
            let what = What::Unreadable {
                part: Part::Rejects,
                problem: error.to_string(),
            };
            notes.add(notes.pair.rejects, None, what, Keys::default());
            None
        });
    }

    /// Rejected records behind the last record of the input.
    fn left_over(&mut self, notes: &mut Notebook<'_, '_>) {
        while let Some(reject) = self.next.take() {
            notes.reject_differs(&reject);
            self.advance(notes);
        }
    }
}

impl Notebook<'_, '_> {
    fn add(&mut self, file: &str, line: Option<u64>, what: What, keys: Keys) {
        // Some more than are named, since a lost event and an added one may be one that moved.
        const KEPT: usize = NAMED * 10;
        self.all = self.all.saturating_add(1);
        if self.findings.len() < KEPT {
            let file = file.to_owned();
            self.findings.push(Finding { file, line, what });
            self.keys.push(keys);
        }
    }

    fn rejected(&mut self, reject: &Reject, text: &Text) {
        let same =
            reject.line == text.line && reject.record.as_deref().is_some_and(|it| it == text.bytes);
        if !same {
            return self.reject_differs(reject);
        }
        if let Err(found) = self.pair.proof.rejects(&text.bytes, &reject.code) {
            let what = What::RejectUnfounded {
                input: self.pair.input.to_owned(),
                line: text.line,
                code: reject.code.clone(),
                found,
            };
            self.add(self.pair.rejects, Some(reject.at), what, Keys::default());
        }
    }

    fn reject_differs(&mut self, reject: &Reject) {
        let what = What::RejectDiffers {
            input: self.pair.input.to_owned(),
            line: reject.line,
        };
        self.add(self.pair.rejects, Some(reject.at), what, Keys::default());
    }

    /// The findings, of which those that are two sides of one are one.
    fn finish(self) -> Vec<Finding> {
        let missed: Vec<(usize, u64, u64)> = self
            .keys
            .iter()
            .enumerate()
            .filter_map(|(at, keys)| keys.missed.map(|(key, line)| (at, key, line)))
            .collect();
        let mut found_again = vec![false; self.findings.len()];
        let mut findings = self.findings;
        for ((at, finding), keys) in findings.iter_mut().enumerate().zip(&self.keys) {
            let Some(key) = keys.there else { continue };
            let other = missed.iter().find(|(other, missed, _)| {
                *missed == key && *other != at && found_again.get(*other) == Some(&false)
            });
            let Some((other, _, line)) = other else {
                continue;
            };
            match &mut finding.what {
                What::EventDiffers { holds, .. } => *holds = Some(*line),
                what => {
                    *what = What::EventMoved {
                        input: self.pair.input.to_owned(),
                        line: *line,
                    }
                }
            }
            if let Some(again) = found_again.get_mut(*other) {
                *again = true;
            }
        }
        let mut all = self.all;
        let mut again = found_again.into_iter();
        findings.retain(|finding| {
            let again = again.next() == Some(true);
            let goes = again && matches!(finding.what, What::EventLost { .. });
            all = all.saturating_sub(u64::from(goes));
            !goes
        });
        findings.truncate(NAMED);
        let more = all.saturating_sub(findings.len() as u64);
        if more > 0 {
            findings.push(Finding {
                file: self.pair.output.to_owned(),
                line: None,
                what: What::More { count: more },
            });
        }
        findings
    }
}
