//! Annotations of GitHub Actions: workflow commands, one a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use events2logs_batch::check::Places;
use events2logs_mapping::check::Severity;

use super::Report;
use crate::style::visible;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for file in report.files {
        let places = Places::new(&file.text);
        for finding in &file.findings {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let start = places.place(finding.span.start);
            let end = places.place(finding.span.end);
            let mut place = format!("file={},line={}", property(&file.name), start.line);
            if start.line == end.line {
                // Columns are taken within one line only.
                let _ = write!(place, ",col={},endColumn={}", start.column, end.column);
            } else {
                let _ = write!(place, ",endLine={}", end.line);
            }
            let title = format!("{} {}", finding.rule.code, finding.rule.name);
            let mut message = finding.message.clone();
            if let Some(help) = &finding.help {
                let _ = write!(message, "\nhelp: {help}");
            }
            writeln!(
                out,
                "::{command} {place},title={}::{}",
                property(&title),
                data(&message)
            )?;
        }
    }
    for (name, problem) in report.problems {
        writeln!(out, "::error file={}::{}", property(name), data(problem))?;
    }
    Ok(())
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(visible).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma.
fn property(text: &str) -> String {
    let text = visible(text).replace('%', "%25");
    text.replace(':', "%3A").replace(',', "%2C")
}
