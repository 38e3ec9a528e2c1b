//! Pairs of queries in a table that do not find the same events.

use events2logs_filter::decide::{Decider, Effort};
use hashbrown::HashMap;

use crate::check::rules::legacy::PAIR;
use crate::check::scan::pairs::{Pair, pairs};
use crate::check::{Finding, Options, Severity};
use crate::compare::{self, Comparison, LegacyTypes, Verdict, compare_by};

/// How many legacy types a message names.
const NAMED: usize = 3;

/// All pairs of a table together, some thousands of them as people write them.
const TABLE: Effort = Effort { steps: 100_000_000 };
/// A question about one pair.
const PAIR_EFFORT: Effort = Effort { steps: 5_000_000 };

/// The pairs of a table whose queries differ. One that cannot be read or decided is none: its
/// own mistakes are told by other rules.
pub(in crate::check) fn unequal(text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    unequal_within(TABLE, text, name, options)
}

fn unequal_within(effort: Effort, text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    let pairs = pairs(text, name);
    if pairs.is_empty() {
        return Vec::new();
    }
    let mut decider = Decider::new(options.tables.known().schema(), effort);
    // The same pair again has the same answer.
    let mut known: HashMap<(&str, &str), Option<(Severity, String)>> = HashMap::new();
    let mut findings = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let key = (pair.legacy.as_str(), pair.new.as_str());
        if !known.contains_key(&key) {
            let answer = answer(pair, options, &mut decider);
            if decider.left().steps == 0 {
                findings.push(not_compared(pair, pairs.len().saturating_sub(at)));
                break;
            }
            known.insert(key, answer);
        }
        if let Some(Some((severity, message))) = known.get(&key) {
            findings.push(Finding {
                rule: &PAIR,
                severity: *severity,
                span: pair.new_span.clone(),
                message: message.clone(),
                help: Some(
                    "`events2logs compare` with the two shows an event that tells them apart"
                        .to_owned(),
                ),
                fix: None,
            });
        }
    }
    findings
}

/// Says that a table is too long to be compared beside everything else.
fn not_compared(first: &Pair, rest: usize) -> Finding {
    Finding {
        rule: &PAIR,
        severity: Severity::Info,
        span: first.new_span.clone(),
        message: format!("not compared: this pair and those after it, {rest} in all"),
        help: Some("`events2logs compare --pairs` takes the time that they need".to_owned()),
        fix: None,
    }
}

/// How bad it is that the two queries of a pair differ, and how they do.
fn answer<'t>(
    pair: &Pair,
    options: Options<'t>,
    decider: &mut Decider<'t>,
) -> Option<(Severity, String)> {
    // A table holds queries; the windows they are sent with stand elsewhere.
    let how = compare::Options {
        now: None,
        effort: PAIR_EFFORT,
    };
    let comparison = compare_by(decider, &pair.legacy, &pair.new, options.tables, how).ok()?;
    let severity = match comparison.verdict {
        Verdict::Equivalent | Verdict::Undecided => return None,
        Verdict::Wider => Severity::Warning,
        Verdict::Narrower | Verdict::Different => Severity::Error,
    };
    Some((severity, message(&comparison)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tables;

    #[test]
    fn a_long_table_says_where_it_stops() {
        let tables = Tables::shipped().unwrap();
        let options = Options {
            tables: &tables,
            now: None,
        };
        let mut table = String::from("legacy,new\n");
        for number in 0..50 {
            let row = format!("target.id eq \"\"{number}\"\"");
            table.push_str(&format!("\"{row}\",\"{row} and actor.id pr\"\n"));
        }
        let all = unequal(&table, "t.csv", options);
        assert_eq!(all.len(), 50);
        let some = Effort { steps: 500_000 };
        let mut stopped = unequal_within(some, &table, "t.csv", options);
        let last = stopped.pop().unwrap();
        assert!(!stopped.is_empty() && stopped.len() < 50);
        // What was compared has its answer; the rest is said to have none.
        assert_eq!(stopped, all[..stopped.len()]);
        assert_eq!(last.severity, Severity::Info);
        let rest = 50_usize.saturating_sub(stopped.len());
        assert_eq!(
            last.message,
            format!("not compared: this pair and those after it, {rest} in all")
        );
    }
}
