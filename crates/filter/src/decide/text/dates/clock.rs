//! How a date stands to another, when both clocks have the same offset.

use std::cmp::Ordering;

/// The date to compare with, as the clock shows it.
#[derive(Clone, Debug)]
pub(in super::super) struct Clock {
    /// `2017-10-01T00:00:00`.
    seconds: Vec<char>,
    /// The digits after the point, without trailing zeros.
    fraction: Vec<char>,
}

/// The length of `2017-10-01T00:00:00`.
const SECONDS: usize = 19;

impl Clock {
    pub(in super::super) fn new(seconds: &str, fraction: &str) -> Self {
        Self {
            seconds: seconds.chars().collect(),
            fraction: fraction.chars().collect(),
        }
    }

    /// The state after one more character, or what the order is then, whatever
    /// follows. Only dates are read to their end; others mean nothing here.
    ///
    /// A state is how many characters were equal; of zeros after the fraction
    /// none is counted.
    pub(super) fn read(&self, at: usize, c: char) -> Result<usize, Ordering> {
        let next = at.saturating_add(1);
        if at < SECONDS {
            let order = match self.seconds.get(at) {
                Some(digit) if digit.is_ascii_digit() => c.cmp(digit),
                // Separators; `t` may stand for `T`.
                _ => Ordering::Equal,
            };
            return if order.is_eq() { Ok(next) } else { Err(order) };
        }
        if c == '.' {
            return Ok(next);
        }
        let expected = at.checked_sub(SECONDS.saturating_add(1));
        let expected = expected.and_then(|at| self.fraction.get(at));
        match (c.is_ascii_digit(), expected) {
            (true, Some(digit)) if c == *digit => Ok(next),
            (true, Some(digit)) => Err(c.cmp(digit)),
            (true, None) if c == '0' => Ok(at),
            (true, None) => Err(Ordering::Greater),
            // The zone begins.
            (false, Some(_)) => Err(Ordering::Less),
            (false, None) if at == SECONDS && !self.fraction.is_empty() => Err(Ordering::Less),
            (false, None) => Err(Ordering::Equal),
        }
    }

    pub(in super::super) fn step(&self, state: u32, c: char) -> Result<u32, Ordering> {
        let at = usize::try_from(state).unwrap_or_default();
        self.read(at, c)
            .map(|next| u32::try_from(next).unwrap_or(u32::MAX))
    }
}
