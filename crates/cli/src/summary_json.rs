//! What became of an archive, for programs.

use std::collections::BTreeMap;
use std::path::Path;

use events2logs_batch::{Action, MANIFEST, REJECTS, Report};
use events2logs_mapping::tables::OutcomeResult;
use serde::Serialize;

use crate::summary::help;

/// What `--summary json` prints; keys are only ever added.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'r> {
    action: &'static str,
    /// Inputs that were read, wholly or in part.
    inputs: usize,
    /// Those of them that an earlier run had done.
    kept: u64,
    bytes_in: u64,
    bytes_out: u64,
    events: u64,
    converted: u64,
    passed_through: u64,
    rejected: u64,
    /// Rejected records by the code of their reason.
    rejects_by_reason: BTreeMap<&'r str, u64>,
    /// Where in rejected records, by that code, an event is: what --unwrap takes.
    unwrap_by_reason: BTreeMap<&'r str, &'r str>,
    /// Inputs of which all records were rejected for one reason: the first ones.
    rejected_inputs: Vec<RejectedInput<'r>>,
    /// How many more of these there are.
    more_rejected_inputs: u64,
    /// Converted events by legacy type, the most frequent first; none of a restore.
    #[serde(skip_serializing_if = "Option::is_none")]
    types: Option<Vec<Type<'r>>>,
    /// Converted events whose type was not counted by name.
    #[serde(skip_serializing_if = "is_zero")]
    other_types: u64,
    /// What was wrong with inputs as a whole.
    problems: Vec<Problem<'r>>,
    /// Where all is; none for stdout.
    #[serde(flatten)]
    places: Option<Places>,
}

#[derive(Debug, Serialize)]
struct Type<'r> {
    legacy_event_type: &'r str,
    events: u64,
    /// None where the type stands unchanged.
    event_type: Option<&'r str>,
    outcome_result: Option<&'static str>,
    /// Whether the tables have a row for it.
    known: bool,
}

#[derive(Debug, Serialize)]
struct Problem<'r> {
    input: &'r str,
    problem: String,
    /// Whether there is something that was not read.
    unreadable: bool,
    /// What may help, if anything is known to.
    help: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct RejectedInput<'r> {
    input: &'r str,
    records: u64,
    /// The code of the reason.
    code: &'r str,
}

#[derive(Debug, Serialize)]
struct Places {
    output: String,
    manifest: String,
    rejects: String,
}

impl<'r> Summary<'r> {
    pub(crate) fn new(action: Action<'r>, report: &'r Report, folder: Option<&Path>) -> Self {
        let tally = &report.tally;
        let reasons = || tally.rejects.iter();
        let name = |path: &Path| path.display().to_string();
        Self {
            action: match action {
                Action::Convert { .. } => "convert",
                Action::Restore => "restore",
            },
            inputs: report.inputs,
            kept: report.kept,
            bytes_in: report.bytes_in,
            bytes_out: report.bytes_out,
            events: tally.events,
            converted: tally.converted,
            passed_through: tally.passed_through,
            rejected: tally.rejected,
            rejects_by_reason: reasons()
                .map(|(code, it)| (code.as_ref(), it.records))
                .collect(),
            unwrap_by_reason: reasons()
                .filter_map(|(code, it)| Some((code.as_ref(), it.unwrap.as_deref()?)))
                .collect(),
            rejected_inputs: report
                .rejected_inputs
                .iter()
                .map(|it| RejectedInput {
                    input: &it.input,
                    records: it.records,
                    code: &it.code,
                })
                .collect(),
            more_rejected_inputs: report.more_rejected_inputs,
            types: types(action, report),
            other_types: tally.other_types,
            problems: report
                .problems
                .iter()
                .map(|problem| Problem {
                    input: &problem.input,
                    problem: problem.error.to_string(),
                    unreadable: problem.error.is_unreadable(),
                    help: help(&problem.error),
                })
                .collect(),
            places: folder.map(|folder| Places {
                output: name(folder),
                manifest: name(&folder.join(MANIFEST)),
                rejects: name(&folder.join(REJECTS)),
            }),
        }
    }
}

fn types<'r>(action: Action<'r>, report: &'r Report) -> Option<Vec<Type<'r>>> {
    let Action::Convert { tables, .. } = action else {
        return None;
    };
    let counted = report.tally.types.iter();
    let mut types: Vec<Type<'r>> = counted
        .map(|(name, events)| {
            let row = tables.event_types.get(name);
            Type {
                legacy_event_type: name,
                events: *events,
                event_type: row.and_then(|row| row.event_type.as_deref()),
                outcome_result: row
                    .and_then(|row| row.outcome_result)
                    .map(OutcomeResult::as_str),
                known: row.is_some(),
            }
        })
        .collect();
    types.sort_by(|a, b| {
        let by_name = || a.legacy_event_type.cmp(b.legacy_event_type);
        b.events.cmp(&a.events).then_with(by_name)
    });
    Some(types)
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
