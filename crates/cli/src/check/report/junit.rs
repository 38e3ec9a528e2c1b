//! JUnit XML: a test suite for each file, a test case for each finding.

use std::io::{self, Write};

use events2logs_batch::check::Places;
use events2logs_mapping::check::{Finding, Severity};

use super::{Report, fails};
use crate::style::visible;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = || report.files.iter().flat_map(|file| &file.findings);
    let errors = report.problems.len();
    let found = all().count();
    let empty = found == 0 && errors == 0;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="events2logs check" tests="{}" failures="{}" errors="{errors}">"#,
        found.saturating_add(errors).max(usize::from(empty)),
        failures(report, all()),
    )?;
    if empty {
        // Readers of test reports take one without tests for a mistake.
        writeln!(
            out,
            r#"  <testsuite name="events2logs check" tests="1" failures="0" errors="0">"#
        )?;
        writeln!(
            out,
            r#"    <testcase name="no findings" classname="events2logs check"/>"#
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    for file in report.files {
        if file.findings.is_empty() {
            continue;
        }
        let name = attribute(&file.name);
        writeln!(
            out,
            r#"  <testsuite name="{name}" tests="{}" failures="{}" errors="0">"#,
            file.findings.len(),
            failures(report, file.findings.iter()),
        )?;
        let places = Places::new(&file.text);
        for finding in &file.findings {
            one(report, &name, &places, finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    for (name, problem) in report.problems {
        let (name, problem) = (attribute(name), attribute(problem));
        writeln!(
            out,
            r#"  <testsuite name="{name}" tests="1" failures="0" errors="1">"#
        )?;
        writeln!(
            out,
            r#"    <testcase name="could be checked" classname="{name}"><error message="{problem}" type="unreadable"/></testcase>"#
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn failures<'f>(report: &Report<'_>, findings: impl Iterator<Item = &'f Finding>) -> usize {
    findings
        .filter(|finding| fails(finding.severity, report.deny_warnings))
        .count()
}

fn one(
    report: &Report<'_>,
    file: &str,
    places: &Places<'_>,
    finding: &Finding,
    out: &mut dyn Write,
) -> io::Result<()> {
    let place = places.place(finding.span.start);
    let (line, column) = (place.line, place.column);
    let rule = finding.rule;
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    writeln!(
        out,
        r#"    <testcase name="{} {} at {line}:{column}" classname="{file}" file="{file}" line="{line}">"#,
        attribute(rule.code),
        attribute(rule.name),
    )?;
    let help = finding.help.as_ref();
    let help = help.map_or_else(String::new, |help| format!("\nhelp: {}", content(help)));
    let says = format!(
        "{file}:{line}:{column}: {}{help}",
        content(&finding.message)
    );
    if fails(finding.severity, report.deny_warnings) {
        writeln!(
            out,
            r#"      <failure message="{}" type="{severity}">{says}</failure>"#,
            attribute(&finding.message),
        )?;
    } else {
        // It did not fail, and still has something to say.
        writeln!(out, "      <system-out>{severity}: {says}</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}

/// Text between tags. What XML cannot hold is shown as an escape.
fn content(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escape(&visible(line))).collect();
    lines.join("\n")
}

/// The value of an attribute, which is one line.
fn attribute(text: &str) -> String {
    escape(&visible(text))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // XML 1.0 has no place for these two.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
