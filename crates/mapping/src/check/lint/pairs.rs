//! Pairs of queries in a table that do not find the same events.

use crate::check::rules::legacy::PAIR;
use crate::check::scan::pairs::{Pair, pairs};
use crate::check::{Finding, Options, Severity};
use crate::compare::{self, Comparison, LegacyTypes, Verdict, compare};

/// How many legacy types a message names.
const NAMED: usize = 3;

/// The pairs of a table whose queries differ. One that cannot be read or decided is none: its
/// own mistakes are told by other rules.
pub(in crate::check) fn unequal(text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    pairs(text, name)
        .iter()
        .filter_map(|pair| finding(pair, options))
        .collect()
}

fn finding(pair: &Pair, options: Options<'_>) -> Option<Finding> {
    // A table holds queries; the windows they are sent with stand elsewhere.
    let how = compare::Options::default();
    let comparison = compare(&pair.legacy, &pair.new, options.tables, how).ok()?;
    let severity = match comparison.verdict {
        Verdict::Equivalent | Verdict::Undecided => return None,
        Verdict::Wider => Severity::Warning,
        Verdict::Narrower | Verdict::Different => Severity::Error,
    };
    Some(Finding {
        rule: &PAIR,
        severity,
        span: pair.new_span.clone(),
        message: message(&comparison),
        help: Some(
            "`events2logs compare` with the two shows an event that tells them apart".to_owned(),
        ),
        fix: None,
    })
}

fn message(comparison: &Comparison) -> String {
    let mut message = format!("not equivalent but {}", comparison.verdict.as_str());
    if let Some(LegacyTypes { added, dropped }) = &comparison.legacy_types {
        for (what, types) in [("in", added), ("out", dropped)] {
            if types.is_empty() {
                continue;
            }
            let named: Vec<&str> = types.iter().take(NAMED).map(String::as_str).collect();
            let more = types.len().saturating_sub(NAMED);
            let more = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more")
            };
            message.push_str(&format!("; {what}: {}{more}", named.join(", ")));
        }
    }
    message
}
