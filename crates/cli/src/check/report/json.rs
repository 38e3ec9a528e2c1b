//! For programs: a JSON array, or one object a line. Keys are only ever added.

use std::io::{self, Write};
use std::ops::Range;

use events2logs_batch::check::Places;
use events2logs_mapping::check::{Finding, Severity};
use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Entry<'f> {
    code: &'f str,
    severity: Severity,
    file: &'f str,
    #[serde(flatten)]
    region: Region,
    message: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixEntry<'f>>,
}

/// From 1, columns in code points; the end is the place of the first character after it.
#[derive(Serialize)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct FixEntry<'f> {
    safe: bool,
    edits: Vec<EditEntry<'f>>,
}

#[derive(Serialize)]
struct EditEntry<'f> {
    #[serde(flatten)]
    region: Region,
    text: &'f str,
}

pub(super) fn array(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut first = true;
    out.write_all(b"[")?;
    each(report, |entry| {
        out.write_all(if first { b"\n  " } else { b",\n  " })?;
        first = false;
        serde_json::to_writer(&mut *out, &entry).map_err(io::Error::from)
    })?;
    out.write_all(if first { b"]\n" } else { b"\n]\n" })
}

pub(super) fn lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    each(report, |entry| {
        serde_json::to_writer(&mut *out, &entry).map_err(io::Error::from)?;
        out.write_all(b"\n")
    })
}

fn each(report: &Report<'_>, mut write: impl FnMut(Entry<'_>) -> io::Result<()>) -> io::Result<()> {
    for file in report.files {
        let places = Places::new(&file.text);
        for finding in &file.findings {
            write(entry(&file.name, &places, finding))?;
        }
    }
    Ok(())
}

fn entry<'f>(file: &'f str, places: &Places<'_>, finding: &'f Finding) -> Entry<'f> {
    Entry {
        code: finding.rule.code,
        severity: finding.severity,
        file,
        region: region(places, &finding.span),
        message: &finding.message,
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| FixEntry {
            safe: fix.safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| EditEntry {
                    region: region(places, &edit.span),
                    text: &edit.text,
                })
                .collect(),
        }),
    }
}

fn region(places: &Places<'_>, span: &Range<usize>) -> Region {
    let (start, end) = (places.place(span.start), places.place(span.end));
    Region {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
