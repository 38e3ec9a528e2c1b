//! How much work a question may take, and why there may be no answer.

use crate::path::AttributePath;

/// A bound on the work that one question may take.
///
/// Work is counted, not timed: the same question always gets the same answer,
/// whatever the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Steps, each of some nanoseconds. Default: 50 million,
    /// about a second; a pair of filters of 50 terms takes some ten thousand.
    pub steps: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: 50_000_000 }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The work would go beyond the [`Effort`] allowed.
    #[error("the answer takes more than the {steps} steps allowed")]
    Effort {
        /// The bound.
        steps: u64,
    },
    /// The answer depends on what a placeholder stands for.
    #[error("the answer depends on what is filled in for `{text}`")]
    Placeholder {
        /// The placeholder, or the value or attribute that holds it.
        text: String,
    },
    /// Two attributes lie within each other in a way that is not worked out,
    /// such as an attribute that would have to be a string and an object.
    #[error("the answer depends on how `{outer}` and `{inner}`, one within the other, go together")]
    Overlap {
        /// The attribute that holds the other, or that means any element.
        outer: AttributePath,
        /// The attribute within it.
        inner: AttributePath,
    },
    /// An attribute picks an element that only an enormous array would have.
    #[error("no event is made up with an array as long as `{attribute}` asks for")]
    FarBack {
        /// The attribute.
        attribute: AttributePath,
    },
    /// The event found does not separate the filters after all: a fault here,
    /// to be reported.
    #[error("the evaluator does not agree on the event found: {event}")]
    Disagreement {
        /// The event, as JSON.
        event: String,
    },
}

/// What is left of an [`Effort`].
#[derive(Debug)]
pub(super) struct Budget {
    steps: u64,
    left: u64,
}

impl Budget {
    pub(super) const fn new(effort: Effort) -> Self {
        Self {
            steps: effort.steps,
            left: effort.steps,
        }
    }

    /// Takes `steps` off.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Undecided> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Undecided::Effort { steps: self.steps })
            }
        }
    }

    /// The steps that are left.
    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    /// Takes off steps that were spent, as far as they are there.
    pub(super) const fn take(&mut self, steps: u64) {
        self.left = self.left.saturating_sub(steps);
    }

    /// Lets `work` spend at most a part of what is left: one in `share`.
    pub(super) fn within<T>(&mut self, share: u64, work: impl FnOnce(&mut Self) -> T) -> T {
        let allowed = self.left.checked_div(share).unwrap_or(self.left);
        let mut part = Self {
            steps: self.steps,
            left: allowed,
        };
        let result = work(&mut part);
        self.take(allowed.saturating_sub(part.left));
        result
    }
}
