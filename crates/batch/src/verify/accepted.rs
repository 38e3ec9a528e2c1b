//! The records of an input that are not rejected, and those that are beside the rejects file.

use std::io;

use super::finding::{Part, What};
use super::notes::{Keys, Notebook};
use super::rejects::{Reject, Stream};
use super::side::{Reader, Text};

/// The records of an input that are not rejected.
pub(super) struct Accepted<'s> {
    pub(super) reader: Reader<'s>,
    rejects: Stream,
    /// The next rejected one.
    next: Option<Reject>,
    /// Whether one is longer than they may be now.
    postponed: bool,
}

impl<'s> Accepted<'s> {
    pub(super) fn new(reader: Reader<'s>, rejects: Stream) -> Self {
        Self {
            reader,
            rejects,
            next: None,
            postponed: false,
        }
    }

    /// Whether there is a record that is for later: then nothing more is read.
    pub(super) fn is_postponed(&self) -> bool {
        self.postponed || self.reader.is_postponed()
    }

    /// The next record that is not rejected.
    pub(super) fn next(&mut self, notes: &mut Notebook<'_, '_>) -> Option<Text> {
        loop {
            if self.is_postponed() {
                return None;
            }
            let proof = notes.pair.proof;
            let text = self.reader.next(&|record| proof.needed(record, true))?;
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

    pub(super) fn advance(&mut self, notes: &mut Notebook<'_, '_>) {
        self.next = self.rejects.next().unwrap_or_else(|error: io::Error| {
            if error.kind() == io::ErrorKind::FileTooLarge {
                self.postponed = true;
                return None;
            }
            let what = What::Unreadable {
                part: Part::Rejects,
                problem: error.to_string(),
            };
            notes.add(notes.pair.rejects, None, what, Keys::default());
            None
        });
    }

    /// Rejected records behind the last record of the input.
    pub(super) fn left_over(&mut self, notes: &mut Notebook<'_, '_>) {
        while let Some(reject) = self.next.take() {
            notes.reject_differs(&reject);
            self.advance(notes);
        }
    }
}
