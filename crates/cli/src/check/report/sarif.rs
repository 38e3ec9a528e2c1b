//! SARIF 2.1.0, as code scanning reads it.

use std::io::{self, Write};
use std::ops::Range;

use events2logs_batch::check::Places;
use events2logs_mapping::check::{Finding, Fix, Rule, Severity};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Report;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut results = Vec::new();
    for file in report.files {
        let places = Places::new(&file.text);
        let uri = uri(&file.name);
        for finding in &file.findings {
            results.push(result(report.rules, &uri, &places, finding));
        }
    }
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|(name, problem)| {
            json!({
                "level": "error",
                "message": {"text": problem},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(name)}}}],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "events2logs",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": problems.is_empty(),
                "toolExecutionNotifications": problems,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn rule(rule: &Rule) -> Value {
    let (reason, example, instead) = (rule.reason, rule.example, rule.instead);
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": reason},
        "help": {
            "text": format!("{reason}\n\nFor example:\n{example}\n\nInstead:\n{instead}"),
            "markdown": crate::rules::markdown(rule),
        },
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": ["okta", "system-log"]},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(rules: &[Rule], uri: &str, places: &Places<'_>, finding: &Finding) -> Value {
    let code = finding.rule.code;
    let text = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": code,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": region(places, &finding.span),
        }}],
    });
    if let Some(entries) = result.as_object_mut() {
        if let Some(at) = rules.iter().position(|rule| rule.code == code) {
            entries.insert("ruleIndex".to_owned(), json!(at));
        }
        if let Some(fix) = &finding.fix {
            entries.insert("fixes".to_owned(), json!([change(uri, places, fix)]));
        }
    }
    result
}

fn change(uri: &str, places: &Places<'_>, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            json!({
                "deletedRegion": region(places, &edit.span),
                "insertedContent": {"text": edit.text},
            })
        })
        .collect();
    let says = match fix.safe {
        true => "keeps the meaning",
        false => "may change the meaning",
    };
    json!({
        "description": {"text": says},
        "artifactChanges": [{
            "artifactLocation": {"uri": uri},
            "replacements": replacements,
        }],
    })
}

fn region(places: &Places<'_>, span: &Range<usize>) -> Value {
    let (start, end) = (places.place(span.start), places.place(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI: relative as it is, absolute with the scheme of files.
fn uri(path: &str) -> String {
    const OTHERS: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    let encoded = utf8_percent_encode(path, OTHERS);
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else {
        encoded.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_as_uris() {
        assert_eq!(uri("src/a b:é.py"), "src/a%20b%3A%C3%A9.py");
        assert_eq!(uri("/tmp/x"), "file:///tmp/x");
    }
}
