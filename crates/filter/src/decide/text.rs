//! A string that meets some comparisons and not others.
//!
//! Each comparison is a small automaton over the characters of the string;
//! the search walks all of them at once, shortest strings first. Dates add two
//! things: whether the string is one, and, on the clock of a fixed offset, how
//! it stands to another, which is then a question of text.

mod alphabet;
mod dates;
mod scan;
mod search;

use serde_json::Value as Json;

use crate::date::Instant;
use crate::operator::Operator;
use crate::tree::Test;
use crate::value::Scalar;

use super::effort::{Budget, Undecided};
use super::values::{Asked, all_met};
use dates::Offset;
use scan::{Scan, Wanted};

/// What is asked of the string, sorted out.
#[derive(Debug, Default)]
struct Sorted<'a> {
    /// What is asked of its text, whatever it is.
    scans: Vec<Scan>,
    /// Dates it is compared with, and how.
    dates: Vec<(&'a str, Instant<'a>, Wanted)>,
    /// Texts that no date is, and that its order is asked for.
    ordered: Vec<&'a str>,
}

/// Which strings come into question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Any,
    Dates,
    /// Dates that end with `Z`.
    UtcDates,
}

/// A string that is as `asked`, and no string of `forbidden`: the shortest, or
/// for dates a plain one.
pub(super) fn find(
    asked: &[Asked<'_>],
    forbidden: &[String],
    which: Which,
    budget: &mut Budget,
) -> Result<Option<String>, Undecided> {
    let Some(mut sorted) = sort(asked) else {
        return Ok(None);
    };
    for text in forbidden {
        sorted.scans.push(Scan::order(text, Wanted::NOT_EQUAL));
    }
    if which == Which::Any && sorted.dates.is_empty() {
        return search::shortest(&sorted.scans, budget);
    }
    for candidate in dates::candidates(&sorted) {
        budget.spend(asked.len().saturating_add(1))?;
        let zone = which != Which::UtcDates || candidate.ends_with('Z');
        let date = zone && Instant::parse(&candidate).is_some();
        let allowed = date && !forbidden.contains(&candidate);
        let json = Json::String(candidate);
        if allowed
            && all_met(&json, asked)
            && let Json::String(candidate) = json
        {
            return Ok(Some(candidate));
        }
    }
    if which == Which::Any {
        // Not a date: then even dates compare as texts.
        let mut scans = sorted.scans.clone();
        for (text, _, wanted) in &sorted.dates {
            scans.push(Scan::order(text, *wanted));
        }
        match search::shortest(&scans, budget)? {
            None => return dates::find(&sorted, false, budget),
            Some(text) if Instant::parse(&text).is_none() => return Ok(Some(text)),
            Some(_) => {}
        }
        // Next what does not even look like a date; at last what just fails to
        // be one, by a leap second that is out of place.
        for offset in [Offset::Loose, Offset::Open] {
            scans.push(Scan::Date {
                offset,
                wanted: false,
            });
            if let Some(text) = search::shortest(&scans, budget)? {
                return Ok(Some(text));
            }
            scans.pop();
        }
    }
    dates::find(&sorted, which == Which::UtcDates, budget)
}

/// None where no string at all is as asked.
fn sort<'a>(asked: &[Asked<'a>]) -> Option<Sorted<'a>> {
    let mut sorted = Sorted::default();
    for Asked { test, met } in asked {
        let (operator, value) = match test {
            Test::Present => {
                sorted.scans.push(Scan::Nonempty { wanted: *met });
                continue;
            }
            Test::Value(operator, value) => (*operator, value.scalar()),
        };
        let Some(Scalar::String(text)) = value else {
            // Of another kind: not equal, and that is all.
            let holds = operator == Operator::Ne && value.is_some();
            if holds != *met {
                return None;
            }
            continue;
        };
        match operator {
            Operator::Co => sorted.scans.push(Scan::contains(text, *met)),
            Operator::Sw => sorted.scans.push(Scan::prefix(text, *met)),
            Operator::Ew => sorted.scans.push(Scan::suffix(text, *met)),
            _ => {
                let wanted = Wanted::of(operator, *met);
                if let Some(instant) = Instant::parse(text) {
                    sorted.dates.push((text, instant, wanted));
                } else {
                    sorted.ordered.push(text);
                    sorted.scans.push(Scan::order(text, wanted));
                }
            }
        }
    }
    Some(sorted)
}
