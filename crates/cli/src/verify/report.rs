//! What verify prints.

use std::fmt::Write as _;

use events2logs_batch::verify::{Decided, Finding, Verified};
use events2logs_batch::{Checksum, Note};
use serde::Serialize;

use super::words::{Length, Words, words};
use crate::style::{BOLD, DIM, ERROR, GOOD, WARNING, counted, styled, visible};

/// Inputs with problems that are named one by one.
const NAMED: usize = 5;

/// The findings, one a line.
pub(crate) fn findings(verified: &Verified) -> String {
    let mut text = String::new();
    for finding in &verified.findings {
        let Words {
            message,
            found,
            expected,
            help,
        } = words(finding, Length::Short);
        let mut said = message;
        match (found, expected) {
            (Some(found), Some(expected)) => {
                let _ = write!(said, ": found {found}; expected {expected}");
            }
            (Some(found), None) => {
                let _ = write!(said, ": {found}");
            }
            (None, Some(expected)) => {
                let _ = write!(said, ": expected {expected}");
            }
            (None, None) => {}
        }
        let _ = writeln!(
            text,
            "{} {}: {} {}",
            styled(ERROR, &format!("{}:", finding.what.code())),
            styled(BOLD, &visible(&place(finding))),
            visible(&said),
            styled(DIM, &format!("({help})")),
        );
    }
    text
}

fn place(finding: &Finding) -> String {
    match finding.line {
        Some(line) => format!("{}:{line}", finding.file),
        None => finding.file.clone(),
    }
}

/// What was looked at, and what there is to know besides.
pub(crate) fn summary(verified: &Verified) -> String {
    let mut text = String::new();
    let outputs = counted(verified.outputs, "output", "outputs");
    let events = counted(verified.events, "event", "events");
    let sides = match verified.inputs {
        Some(inputs) => format!("{}, {outputs}", counted(inputs, "input", "inputs")),
        None => outputs,
    };
    let verdict = match verified.findings.len() {
        0 if is_compared_in_part(verified) => styled(
            WARNING,
            "all is as the manifest says, but what the tables decide was not compared",
        ),
        0 => styled(GOOD, "all is as the manifest says"),
        number => styled(ERROR, &counted(number as u64, "finding", "findings")),
    };
    let _ = writeln!(text, "{sides}, {events}: {verdict}");
    if let Some(compared) = verified.compared {
        let _ = writeln!(
            text,
            "{} restored and found equal to {}",
            counted(compared, "event", "events"),
            if compared == 1 {
                "its record"
            } else {
                "their records"
            },
        );
    }
    for note in notes(verified, NAMED)
        .into_iter()
        .chain(of_the_run(verified))
    {
        let _ = writeln!(text, "{} {}", styled(DIM, "note:"), visible(&note));
    }
    text
}

/// Whether events were compared, but not with what the tables make of them.
fn is_compared_in_part(verified: &Verified) -> bool {
    let decided = verified.decided;
    matches!(
        decided,
        Some(Decided::ByOtherTables | Decided::ByOtherVersion)
    )
}

/// What there is to know besides, with so many inputs named one by one.
fn notes(verified: &Verified, named: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if verified.inputs.is_none() && verified.manifest.is_some() {
        notes.push("inputs were not looked at: name them to verify them too".to_owned());
    }
    let decided = "what the tables decide (event type, outcome, severity …) was not compared";
    match verified.decided {
        Some(Decided::ByOtherTables) => notes.push(format!(
            "{decided}: the run had other tables; add its --mappings, which the manifest names"
        )),
        Some(Decided::ByOtherVersion) => notes.push(format!(
            "{decided}: another version of events2logs made the run"
        )),
        Some(Decided::Compared | Decided::ByNoTables) | None => {}
    }
    let problems = &verified.problems;
    for (input, problem) in problems.iter().take(named) {
        notes.push(format!(
            "when it was read, something was wrong with {input}: {problem}"
        ));
    }
    let more = problems.len().saturating_sub(named);
    if more > 0 {
        notes.push(format!(
            "and with {more} more, under problem in the manifest"
        ));
    }
    if verified.hidden > 0 {
        let hidden = counted(
            verified.hidden,
            "hidden file or folder",
            "hidden files and folders",
        );
        notes.push(format!("{hidden} in the output folder left out"));
    }
    notes
}

/// What made the run, and what vouches for it: in JSON under keys of their own.
fn of_the_run(verified: &Verified) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(manifest) = &verified.manifest {
        let version = verified.version.as_deref().unwrap_or_default();
        let tables = match verified.tables_sha256.as_deref().map(|it| it.get(..12)) {
            Some(Some(tables)) => format!(" with the tables {tables}…"),
            _ => String::new(),
        };
        notes.push(format!("written by events2logs {version}{tables}"));
        notes.push(format!(
            "SHA-256 of manifest.json, to keep elsewhere: {}",
            manifest.sha256
        ));
    }
    notes
}

/// The contract of `--format json`; keys are only ever added.
#[derive(Debug, Serialize)]
pub(crate) struct Json<'v> {
    ok: bool,
    /// None where inputs were not looked at.
    inputs: Option<u64>,
    outputs: u64,
    events: u64,
    /// None without `--deep`.
    compared: Option<u64>,
    /// Whether what the tables decide was compared too.
    #[serde(skip_serializing_if = "Option::is_none")]
    tables: Option<&'static str>,
    tool_version: Option<&'v str>,
    tables_sha256: Option<&'v str>,
    manifest_sha256: Option<Checksum>,
    findings: Vec<JsonFinding<'v>>,
    /// What is no finding, and is to be known all the same.
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct JsonFinding<'v> {
    code: &'static str,
    file: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    expected: Option<String>,
    found: Option<String>,
    message: String,
    help: &'static str,
}

/// All of it, for programs, with the notes of the search for inputs.
pub(crate) fn json<'v>(verified: &'v Verified, search: &[Note]) -> Json<'v> {
    let findings = verified.findings.iter().map(|finding| {
        let Words {
            message,
            found,
            expected,
            help,
        } = words(finding, Length::Full);
        JsonFinding {
            code: finding.what.code(),
            file: &finding.file,
            line: finding.line,
            expected,
            found,
            message,
            help,
        }
    });
    Json {
        ok: verified.findings.is_empty(),
        inputs: verified.inputs,
        outputs: verified.outputs,
        events: verified.events,
        compared: verified.compared,
        tables: verified.decided.map(|decided| match decided {
            Decided::Compared => "compared",
            Decided::ByNoTables => "none",
            Decided::ByOtherTables => "other",
            Decided::ByOtherVersion => "other-version",
        }),
        tool_version: verified.version.as_deref(),
        tables_sha256: verified.tables_sha256.as_deref(),
        manifest_sha256: verified.manifest.as_ref().map(|it| it.sha256),
        findings: findings.collect(),
        notes: search
            .iter()
            .map(ToString::to_string)
            .chain(notes(verified, usize::MAX))
            .collect(),
    }
}
