//! Where an attribute lies in an event: through which members and arrays.

use hashbrown::HashSet;

use crate::path::{AttributePath, Segment};

/// No longer array is made up.
pub(super) const LONGEST: usize = 1000;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// The member of an object.
    Member(String),
    /// An element of an array: the one of that index, or any.
    Element(Option<usize>),
}

/// The steps from the event down to an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout(Vec<Step>);

/// How two attributes lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// Neither says anything of the other.
    Apart,
    /// The second lies somewhere below the first.
    Above,
    /// The second picks an element, the first means any or the same:
    /// `target.id` and `target.0.id`, `target.0.id` and `target.00.id`.
    AnyOf,
}

impl Layout {
    pub(super) fn new(path: &AttributePath, arrays: &HashSet<String>) -> Self {
        let mut steps = Vec::new();
        // The path so far without the indices of arrays, as arrays are named.
        let mut plain = String::new();
        let mut segments = path.segments().peekable();
        while let Some(segment) = segments.next() {
            if !plain.is_empty() {
                plain.push('.');
            }
            plain.push_str(segment.as_str());
            steps.push(Step::Member(segment.as_str().to_owned()));
            if arrays.contains(&plain) {
                let index = match segments.peek() {
                    Some(Segment::Index { index, .. }) => Some(*index),
                    _ => None,
                };
                if index.is_some() {
                    segments.next();
                }
                steps.push(Step::Element(index));
            }
        }
        Self(steps)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn is_multi_valued(&self) -> bool {
        self.0.contains(&Step::Element(None))
    }

    /// How `other` lies to `self`.
    pub(super) fn relation(&self, other: &Self) -> Relation {
        let covered = self.0.len() <= other.0.len()
            && self.0.iter().zip(&other.0).all(|(mine, theirs)| {
                mine == theirs || matches!((mine, theirs), (Step::Element(None), Step::Element(_)))
            });
        match (covered, self.0.len() == other.0.len()) {
            (true, false) => Relation::Above,
            (true, true) => Relation::AnyOf,
            (false, _) => Relation::Apart,
        }
    }

    /// Whether it picks an element so far back that no event is made up for it.
    pub(super) fn is_far_back(&self) -> bool {
        self.0
            .iter()
            .any(|step| matches!(step, Step::Element(Some(index)) if *index >= LONGEST))
    }
}
