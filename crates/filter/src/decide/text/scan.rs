//! One comparison as an automaton that reads a string.

use crate::operator::Operator;

use super::dates::{Clock, DateScan, Offset};

/// Whether the string may be less than, equal to, or greater than a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) less: bool,
    pub(super) equal: bool,
    pub(super) greater: bool,
}

impl Wanted {
    pub(super) const NOT_EQUAL: Self = Self {
        less: true,
        equal: false,
        greater: true,
    };

    /// What an operator of equality or order asks, or its complement.
    pub(super) fn of(operator: Operator, met: bool) -> Self {
        let (less, equal, greater) = match operator {
            Operator::Eq => (false, true, false),
            Operator::Gt => (false, false, true),
            Operator::Ge => (false, true, true),
            Operator::Lt => (true, false, false),
            Operator::Le => (true, true, false),
            Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => (true, false, true),
        };
        Self {
            less: less == met,
            equal: equal == met,
            greater: greater == met,
        }
    }

    pub(super) const fn allows(self, order: std::cmp::Ordering) -> bool {
        match order {
            std::cmp::Ordering::Less => self.less,
            std::cmp::Ordering::Equal => self.equal,
            std::cmp::Ordering::Greater => self.greater,
        }
    }
}

/// The state in which nothing that follows matters any more.
pub(super) const DONE: u32 = u32::MAX;

/// A text to look for, with where to go on when a character does not fit.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    text: Vec<char>,
    /// The longest proper prefix that is a suffix, for each prefix.
    borders: Vec<usize>,
}

/// An automaton; its states are numbers, most often how many characters fit.
#[derive(Clone, Debug)]
pub(super) enum Scan {
    /// How the string stands to a text, by code points.
    Order { text: Vec<char>, wanted: Wanted },
    /// Whether it starts with a text.
    Prefix { text: Vec<char>, wanted: bool },
    /// Whether it contains a text.
    Contains { needle: Needle, wanted: bool },
    /// Whether it ends with a text.
    Suffix { needle: Needle, wanted: bool },
    /// Whether there is anything.
    Nonempty { wanted: bool },
    /// Whether it is a date.
    Date { offset: Offset, wanted: bool },
    /// How it, a date with the clock's offset, stands to another.
    Clock { clock: Clock, wanted: Wanted },
}

impl Scan {
    pub(super) fn order(text: &str, wanted: Wanted) -> Self {
        Self::Order {
            text: text.chars().collect(),
            wanted,
        }
    }

    pub(super) fn prefix(text: &str, wanted: bool) -> Self {
        Self::Prefix {
            text: text.chars().collect(),
            wanted,
        }
    }

    pub(super) fn contains(text: &str, wanted: bool) -> Self {
        Self::Contains {
            needle: Needle::new(text),
            wanted,
        }
    }

    pub(super) fn suffix(text: &str, wanted: bool) -> Self {
        Self::Suffix {
            needle: Needle::new(text),
            wanted,
        }
    }

    /// The characters that it tells apart.
    pub(super) fn characters(&self) -> &[char] {
        match self {
            Self::Order { text, .. } | Self::Prefix { text, .. } => text,
            Self::Contains { needle, .. } | Self::Suffix { needle, .. } => &needle.text,
            Self::Nonempty { .. } => &[],
            Self::Date { .. } | Self::Clock { .. } => &DateScan::CHARACTERS,
        }
    }

    /// The state before the first character; none where nothing can be right.
    pub(super) fn start(&self) -> Option<u32> {
        match self {
            Self::Prefix { text, wanted } if text.is_empty() => done_if(*wanted),
            Self::Contains { needle, wanted } | Self::Suffix { needle, wanted }
                if needle.text.is_empty() =>
            {
                done_if(*wanted)
            }
            _ => Some(0),
        }
    }

    /// The state after one more character; none where nothing that follows can
    /// be right.
    pub(super) fn step(&self, state: u32, c: char) -> Option<u32> {
        if state == DONE {
            return Some(DONE);
        }
        let at = usize::try_from(state).ok()?;
        match self {
            Self::Order { text, wanted } => match text.get(at) {
                Some(next) if c == *next => state.checked_add(1),
                Some(next) if c < *next => done_if(wanted.less),
                _ => done_if(wanted.greater),
            },
            Self::Prefix { text, wanted } => {
                let fits = text.get(at) == Some(&c);
                let read = at.saturating_add(1);
                match (fits, read == text.len()) {
                    (true, false) => state.checked_add(1),
                    (whole, _) => done_if(whole == *wanted),
                }
            }
            Self::Contains { needle, wanted } => {
                let next = needle.step(at, c);
                if next == needle.text.len() {
                    done_if(*wanted)
                } else {
                    u32::try_from(next).ok()
                }
            }
            Self::Suffix { needle, .. } => u32::try_from(needle.step(at, c)).ok(),
            Self::Nonempty { wanted } => done_if(*wanted),
            Self::Date { offset, wanted } => match DateScan::step(*offset, state, c) {
                Some(next) => Some(next),
                None => done_if(!wanted),
            },
            Self::Clock { clock, wanted } => match clock.step(state, c) {
                Ok(next) => Some(next),
                Err(order) => done_if(wanted.allows(order)),
            },
        }
    }

    /// Whether the string may end here.
    pub(super) fn accepts(&self, state: u32) -> bool {
        if state == DONE {
            return true;
        }
        let at = usize::try_from(state).unwrap_or(usize::MAX);
        match self {
            Self::Order { text, wanted } if at == text.len() => wanted.equal,
            Self::Order { wanted, .. } => wanted.less,
            Self::Suffix { needle, wanted } => (at == needle.text.len()) == *wanted,
            Self::Date { wanted, .. } => (state == DateScan::END) == *wanted,
            Self::Clock { .. } => false,
            Self::Prefix { wanted, .. }
            | Self::Contains { wanted, .. }
            | Self::Nonempty { wanted } => !wanted,
        }
    }
}

fn done_if(right: bool) -> Option<u32> {
    right.then_some(DONE)
}

impl Needle {
    fn new(text: &str) -> Self {
        let text: Vec<char> = text.chars().collect();
        let mut needle = Self {
            text,
            borders: vec![0, 0],
        };
        for at in 1..needle.text.len() {
            if let Some(c) = needle.text.get(at) {
                let border = needle.borders.get(at).copied().unwrap_or_default();
                let border = needle.step(border, *c);
                needle.borders.push(border);
            }
        }
        needle
    }

    /// How much fits after one more character, when `fit` characters did.
    fn step(&self, mut fit: usize, c: char) -> usize {
        loop {
            if self.text.get(fit) == Some(&c) {
                return fit.saturating_add(1);
            }
            if fit == 0 {
                return 0;
            }
            fit = self.borders.get(fit).copied().unwrap_or_default();
        }
    }
}
