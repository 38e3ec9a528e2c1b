//! For people: the source line with the place marked under it.

use std::io::{self, Write};

use annotate_snippets::Level;
use events2logs_batch::check::Places;
use events2logs_mapping::check::{Finding, Severity};

use super::Report;
use crate::snippet;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for file in report.files {
        let places = Places::new(&file.text);
        for finding in &file.findings {
            let shown = one(&file.name, &places, finding);
            writeln!(out, "{shown}\n")?;
        }
    }
    Ok(())
}

fn one(name: &str, places: &Places<'_>, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    // The lines of the span alone: a file may be long.
    let first = places.line(finding.span.start);
    let last = places.line(finding.span.end.saturating_sub(1)).max(first);
    let start = places.start(first);
    let source = places.lines(first, last);
    let shown = snippet::Finding {
        origin: name,
        source,
        span: finding.span.start.saturating_sub(start)..finding.span.end.saturating_sub(start),
        message: finding.message.clone(),
        help: finding.help.clone(),
    };
    let fix = finding.fix.as_ref().map(|fix| match fix.safe {
        true => "--fix puts it right and keeps the meaning",
        false => "--fix --unsafe-fixes changes it, and may change the meaning",
    });
    snippet::render(&shown, level, Some(finding.rule.code), first, fix)
}
