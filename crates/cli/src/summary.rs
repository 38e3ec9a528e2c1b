//! What became of an archive, for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use events2logs_batch::{Action, InputError, Limits, MANIFEST, REJECTS, Report, Tally};
use events2logs_mapping::Tables;
use events2logs_mapping::tables::{EventType, OutcomeResult};

use crate::style::{BOLD, DIM, ERROR, WARNING, counted, size, styled, thousands, visible};

/// How many of the most frequent types are shown, and of the unknown ones.
const TYPES_SHOWN: usize = 10;

/// The summary of a run that wrote to `folder`.
pub(crate) fn with_folder(action: Action<'_>, report: &Report, folder: &Path) -> String {
    let mut text = String::new();
    let tally = &report.tally;
    let _ = writeln!(
        text,
        "{} from {}, {} in, {} out",
        styled(BOLD, &counted(tally.events, "event", "events")),
        counted(report.inputs as u64, "input", "inputs"),
        size(report.bytes_in),
        size(report.bytes_out),
    );
    let unread = report.problems.iter();
    let unread = unread.filter(|it| it.error.is_unreadable()).count();
    if unread > 0 {
        let _ = writeln!(
            text,
            "{} not read, or not to the end: named above",
            styled(ERROR, &counted(unread as u64, "input", "inputs")),
        );
    }
    if report.kept > 0 {
        let _ = writeln!(
            text,
            "{} had been done by the run before: both sides are what they were",
            counted(report.kept, "input", "inputs"),
        );
    }
    for (what, events) in results(action, tally) {
        let row = format!("{:>12}  {what}", thousands(events));
        let share = share(events, tally.events);
        line(&format!("{row:<30}{}", styled(DIM, &share)), &mut text);
    }
    if let Action::Convert { tables, .. } = action {
        let types = sorted(tables, tally);
        if !types.is_empty() {
            frequent(&types, tally, &mut text);
            without_a_successor(&types, &mut text);
        }
        own_rows(tables, tally, &mut text);
    }
    rejects(report, &mut text);
    let name = |file: &str| visible(&folder.join(file).display().to_string());
    heading("Where", &mut text);
    let events = match action {
        Action::Convert { .. } => "LogEvents",
        Action::Restore => "events",
    };
    for (what, place) in [
        (events, visible(&folder.display().to_string())),
        ("rejects", name(REJECTS)),
        ("manifest", name(MANIFEST)),
    ] {
        line(&format!("{what:<10} {place}"), &mut text);
    }
    text
}

/// The summary of a run that wrote to stdout: a line, and what wants a look.
pub(crate) fn in_a_line(action: Action<'_>, report: &Report) -> String {
    let tally = &report.tally;
    let results = results(action, tally).map(|(what, events)| {
        let events = thousands(events);
        format!("{events} {what}")
    });
    let mut text = format!(
        "{}: {}\n",
        styled(BOLD, &counted(tally.events, "event", "events")),
        results.join(", ")
    );
    if let Action::Convert { tables, .. } = action {
        without_a_successor(&sorted(tables, tally), &mut text);
    }
    rejects(report, &mut text);
    text
}

/// What may help where an input was not read to its end.
pub(crate) fn help(error: &InputError) -> Option<&'static str> {
    match error {
        InputError::Ratio { .. } => {
            Some("if it is real, read it with --max-ratio 0, or a larger number")
        }
        InputError::TooLong { .. } => {
            Some("--memory allows more: the longest record may have two fifths of it")
        }
        InputError::Window { most, .. } if *most < 1 << Limits::USUAL.window => Some(
            "--memory allows larger windows, up to 128 MiB with 512M; within a zstd archive a sixteenth of that",
        ),
        _ => None,
    }
}

fn results(action: Action<'_>, tally: &Tally) -> [(&'static str, u64); 3] {
    let done = match action {
        Action::Convert { .. } => "converted",
        Action::Restore => "restored",
    };
    [
        (done, tally.converted),
        ("passed through", tally.passed_through),
        ("rejected", tally.rejected),
    ]
}

/// A legacy type, its converted events, and what the tables know of it.
type Counted<'t> = (&'t str, u64, Option<&'t EventType>);

/// The types, the most frequent first.
fn sorted<'t>(tables: &'t Tables, tally: &'t Tally) -> Vec<Counted<'t>> {
    let row = |name: &str| tables.event_types.get(name);
    let mut types: Vec<_> = tally
        .types
        .iter()
        .map(|(name, events)| (name.as_str(), *events, row(name)))
        .collect();
    types.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    types
}

/// How many of the user's own rows some event needed: a row for a type that never comes is
/// misspelt, mostly.
fn own_rows(tables: &Tables, tally: &Tally, text: &mut String) {
    let own = tables.overlays().iter();
    let own: BTreeSet<&str> = own
        .flat_map(|overlay| overlay.legacy_event_types.iter().map(String::as_str))
        .collect();
    if own.is_empty() {
        return;
    }
    let unused: Vec<&&str> = own
        .iter()
        .filter(|name| !tally.types.contains_key(**name))
        .collect();
    let used = own.len().saturating_sub(unused.len());
    heading("Own rows", text);
    line(&format!("{:>12}  used", thousands(used as u64)), text);
    if !unused.is_empty() {
        let unused = unused.len();
        line(&format!("{:>12}  not used", thousands(unused as u64)), text);
    }
    for name in unused.iter().take(TYPES_SHOWN) {
        line(&format!("{:>12}  {}", "", visible(name)), text);
    }
    let more = unused.len().saturating_sub(TYPES_SHOWN);
    if more > 0 {
        line(&format!("{:>12}  and {more} more", "…"), text);
    }
}

fn frequent(types: &[Counted<'_>], tally: &Tally, text: &mut String) {
    outcomes(types, tally.other_types, text);

    heading(
        &format!(
            "Most frequent of {}",
            counted(types.len() as u64, "type", "types")
        ),
        text,
    );
    let shown: Vec<_> = types.iter().take(TYPES_SHOWN).collect();
    let width = shown.iter().map(|it| visible(it.0).chars().count()).max();
    let width = width.unwrap_or_default();
    for (name, events, row) in shown {
        let after = row.and_then(|row| {
            let event_type = row.event_type.as_deref()?;
            Some(match row.outcome_result {
                Some(result) => format!("{event_type} {}", styled(DIM, result.as_str())),
                None => event_type.to_owned(),
            })
        });
        let after = after.unwrap_or_else(|| styled(WARNING, "unchanged"));
        let name = visible(name);
        line(
            &format!("{:>12}  {name:<width$}  →  {}", thousands(*events), after),
            text,
        );
    }
}

/// Types that stand unchanged.
fn without_a_successor(types: &[Counted<'_>], text: &mut String) {
    let unknown: Vec<_> = types.iter().filter(|it| it.2.is_none()).collect();
    unchanged("Types in no table, unchanged", &unknown, text);
    let without = |it: &&Counted<'_>| it.2.is_some_and(|row| row.event_type.is_none());
    let without: Vec<_> = types.iter().filter(without).collect();
    unchanged(
        "Types without a System Log successor, unchanged",
        &without,
        text,
    );
}

/// Converted events by `outcome.result`.
fn outcomes(types: &[Counted<'_>], others: u64, text: &mut String) {
    let mut results: Vec<(&str, u64)> = Vec::new();
    let rows = types.iter().map(|(_, events, row)| {
        let result = row.and_then(|row| row.outcome_result);
        (result.map_or("none given", OutcomeResult::as_str), *events)
    });
    for (result, events) in rows.chain([("none given", others)]) {
        match results.iter_mut().find(|(name, _)| *name == result) {
            Some((_, sum)) => *sum = sum.saturating_add(events),
            None => results.push((result, events)),
        }
    }
    results.retain(|(_, events)| *events > 0);
    results.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    heading("Outcome", text);
    for (result, events) in results {
        line(&format!("{:>12}  {result}", thousands(events)), text);
    }
}

fn unchanged(title: &str, types: &[&Counted<'_>], text: &mut String) {
    if types.is_empty() {
        return;
    }
    heading(&styled(WARNING, title), text);
    for (name, events, _) in types.iter().take(TYPES_SHOWN) {
        line(
            &format!("{:>12}  {}", thousands(*events), visible(name)),
            text,
        );
    }
    let more = types.len().saturating_sub(TYPES_SHOWN);
    if more > 0 {
        line(&format!("{:>12}  and {more} more", "…"), text);
    }
}

fn rejects(report: &Report, text: &mut String) {
    let tally = &report.tally;
    if tally.rejects.is_empty() {
        return;
    }
    heading(&styled(WARNING, "Rejected"), text);
    let mut reasons: Vec<_> = tally.rejects.iter().collect();
    reasons.sort_by(|a, b| b.1.records.cmp(&a.1.records).then_with(|| a.0.cmp(b.0)));
    for (code, count) in reasons {
        let (place, reason) = &count.first;
        line(&format!("{:>12}  {code}", thousands(count.records)), text);
        let first = format!("{}: {}", visible(place), visible(reason));
        line(&format!("{:>12}  {}", "", styled(DIM, &first)), text);
        let all = report.rejected_inputs.iter();
        for input in all.filter(|input| input.code == **code) {
            let records = thousands(input.records);
            let all = format!("{}: {records} of {records} rejected", visible(&input.input));
            line(&format!("{:>12}  {all}", ""), text);
        }
        if let Some(pointer) = &count.unwrap {
            let hint = format!("try --unwrap {}, where an event is", visible(pointer));
            line(&format!("{:>12}  {hint}", ""), text);
        }
    }
    if report.more_rejected_inputs > 0 {
        let more = report.more_rejected_inputs;
        let more = counted(more, "more input", "more inputs");
        line(
            &format!("{:>12}  and {more} with all records rejected", "…"),
            text,
        );
    }
}

fn heading(title: &str, text: &mut String) {
    let _ = writeln!(text, "\n{}", styled(BOLD, title));
}

fn line(content: &str, text: &mut String) {
    let _ = writeln!(text, "  {content}");
}

fn share(part: u64, whole: u64) -> String {
    let whole = u128::from(whole);
    let tenths = u128::from(part)
        .saturating_mul(1000)
        // Rounded, not cut: 1 of 170 is 0.6 %.
        .saturating_add(whole / 2)
        .checked_div(whole)
        .unwrap_or_default();
    format!("{:>3}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_rounded() {
        for (part, whole, expected) in [
            (1, 170, "  0.6 %"),
            (14, 383, "  3.7 %"),
            (1, 3, " 33.3 %"),
            (2, 3, " 66.7 %"),
            (0, 0, "  0.0 %"),
            (u64::MAX, u64::MAX, "100.0 %"),
        ] {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }
}
