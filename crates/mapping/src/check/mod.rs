//! Finds legacy leftovers and System Log queries in any text, and says what is wrong with them.
//!
//! The stages: `scan` finds requests, filters and names of legacy event types, and keeps where
//! each character of them stands; `lint` checks them against [`RULES`]; `suppress` leaves out what
//! a comment asks not to have. A text without any of a
//! few words is done after one search.

mod finding;
mod lint;
mod rules;
pub(crate) mod scan;
mod suppress;

pub use finding::{Edit, Finding, Fix, Rule, Severity};
pub use rules::{RULES, rule};
pub use scan::pairs::{Pair, pairs};

use jiff::Timestamp;

use crate::tables::Tables;

/// What decides findings beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Options<'t> {
    /// The tables to go by.
    pub tables: &'t Tables,
    /// The time that `since` may lie at most 180 days before.
    pub now: Option<Timestamp>,
}

/// Checks a text. `name` is the file's name, by which formats such as CSV are told. The findings
/// are sorted by place, then code; fixes of one finding do not overlap. Those that a comment
/// `events2logs: ignore` asks not to have are left out.
///
/// # Examples
/// ```
/// use events2logs_mapping::Tables;
/// use events2logs_mapping::check::{Options, check};
///
/// let tables = Tables::shipped()?;
/// let options = Options { tables: &tables, now: None };
/// let findings = check("q = 'eventType eq \u{201c}user.session.start\u{201d}'", "q.py", options);
/// assert_eq!(findings[0].rule.code, "E2L003");
/// assert!(findings[0].fix.as_ref().is_some_and(|fix| fix.safe));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    let mut findings = found(text, name, options);
    let source = suppress::Source {
        text,
        name,
        now: options.now.is_some(),
    };
    suppress::suppress(source, &mut findings);
    findings
}

/// What there is to find, whether or not a comment asks to leave it out.
fn found(text: &str, name: &str, options: Options<'_>) -> Vec<Finding> {
    let mut unequal = lint::pairs::unequal(text, name, options);
    let found = scan::scan(text, name, options.tables);
    if found.is_empty() {
        return unequal;
    }
    let mut sink = lint::Sink::new(lint::Context {
        tables: options.tables,
        now: options.now,
    });
    for found in &found {
        sink.check(found);
    }
    let mut findings = sink.finish();
    // A table's legacy column holds legacy queries on purpose.
    let kept_aside = scan::pairs::legacy_cells(text, name);
    if !kept_aside.is_empty() {
        findings.retain(|finding| {
            let after = kept_aside.partition_point(|cell| cell.start <= finding.span.start);
            after
                .checked_sub(1)
                .and_then(|at| kept_aside.get(at))
                .is_none_or(|cell| finding.span.end > cell.end)
        });
    }
    if !unequal.is_empty() {
        findings.append(&mut unequal);
        findings.sort_by(|a, b| {
            let key = |it: &Finding| (it.span.start, it.span.end, it.rule.code);
            key(a).cmp(&key(b))
        });
    }
    findings
}
