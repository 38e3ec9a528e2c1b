//! Which rules are asked for.

use std::fmt;
use std::str::FromStr;

/// Text that names no rule and no group of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rule: expected a code such as E2L203, or the start of one such as E2L2")]
pub struct SelectorError(pub String);

/// A code, or the start of one, which stands for all codes that begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector(String);

impl Selector {
    /// Whether it stands for `code`.
    #[must_use]
    pub fn covers(&self, code: &str) -> bool {
        code.starts_with(&self.0)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let upper = text.trim().to_ascii_uppercase();
        let digits = upper.strip_prefix("E2L");
        match digits {
            Some(digits) if digits.len() <= 3 && digits.bytes().all(|it| it.is_ascii_digit()) => {
                Ok(Self(upper))
            }
            _ => Err(SelectorError(text.to_owned())),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one place, such as a configuration file, asks for.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// These rules only; all where it is `None`.
    pub select: Option<Vec<Selector>>,
    /// Not these.
    pub ignore: Vec<Selector>,
}

/// The rules that several places ask for, a later one counting before an earlier one: its
/// `select` replaces the earlier one. Within a place the longer selector counts, and of two alike
/// the one that ignores.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// From the weakest to the strongest.
    pub layers: Vec<Layer>,
}

impl Selection {
    /// Whether findings with `code` are asked for.
    #[must_use]
    pub fn takes(&self, code: &str) -> bool {
        let selecting = self.layers.iter().rposition(|it| it.select.is_some());
        // Place, length, whether it ignores: the greatest counts.
        let mut best: Option<(usize, usize, bool)> = None;
        for (at, layer) in self.layers.iter().enumerate() {
            let select = layer.select.iter().flatten();
            let select = select.filter(|_| Some(at) == selecting);
            let all = select
                .map(|it| (it, false))
                .chain(layer.ignore.iter().map(|it| (it, true)));
            for (selector, ignores) in all {
                if selector.covers(code) {
                    best = best.max(Some((at, selector.0.len(), ignores)));
                }
            }
        }
        best.map_or(selecting.is_none(), |(_, _, ignores)| !ignores)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selectors(text: &str) -> Vec<Selector> {
        text.split_whitespace()
            .map(|it| it.parse().unwrap())
            .collect()
    }

    #[test]
    fn selectors_are_codes_and_starts_of_codes() {
        for good in ["E2L", "E2L2", "E2L20", "e2l203", " E2L203 "] {
            assert!(good.parse::<Selector>().is_ok(), "{good}");
        }
        for bad in ["", "E2", "E2L2034", "E2Lx", "W1", "E2L 1"] {
            assert!(bad.parse::<Selector>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_longer_and_the_later_selector_counts() {
        // select and ignore of the file, then of the command line; `-` for no select
        for (file, line, taken, not) in [
            (("-", ""), ("-", ""), "E2L001 E2L203", ""),
            (("E2L2", ""), ("-", ""), "E2L203", "E2L101"),
            (("-", "E2L2"), ("-", ""), "E2L101", "E2L203"),
            (("E2L E2L203", "E2L2"), ("-", ""), "E2L203 E2L101", "E2L201"),
            (("E2L203", "E2L203"), ("-", ""), "", "E2L203"),
            (("E2L1", ""), ("E2L2", ""), "E2L203", "E2L101"),
            (("E2L1", ""), ("-", "E2L101"), "E2L102", "E2L101 E2L203"),
            (("-", "E2L203"), ("E2L203", ""), "E2L203", "E2L101"),
            (("-", "E2L203"), ("-", "E2L1"), "E2L001", "E2L203 E2L101"),
        ] {
            let layer = |(select, ignore): (&str, &str)| Layer {
                select: (select != "-").then(|| selectors(select)),
                ignore: selectors(ignore),
            };
            let selection = Selection {
                layers: vec![layer(file), layer(line)],
            };
            for code in taken.split_whitespace() {
                assert!(selection.takes(code), "{file:?} {line:?} {code}");
            }
            for code in not.split_whitespace() {
                assert!(!selection.takes(code), "{file:?} {line:?} {code}");
            }
        }
    }
}
