//! The rules of `check`, as `explain` and docs/rules.md tell them.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Result;
use events2logs_mapping::check::{RULES, Rule, Severity};

use crate::exit::Exit;
use crate::style::{BOLD, DIM, ERROR, WARNING, styled};
use crate::terminal::Terminal;

/// What the hundreds of codes stand for.
const GROUPS: [(&str, &str); 7] = [
    ("E2L0", "Syntax"),
    ("E2L1", "Refused by the server"),
    ("E2L2", "Legacy leftovers"),
    ("E2L3", "Names and values"),
    ("E2L4", "Logic"),
    ("E2L5", "Requests and windows"),
    ("E2L9", "Comments for this tool"),
];

/// `rules`: all of them, as docs/rules.md.
pub(crate) fn run(terminal: &mut Terminal) -> Result<Exit> {
    terminal.data().write_all(document(RULES).as_bytes())?;
    Ok(Exit::Done)
}

/// The page of a rule on a terminal.
pub(crate) fn page(rule: &Rule) -> String {
    let style = match rule.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => DIM,
    };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} {}: {}",
        styled(BOLD, rule.code),
        rule.name,
        styled(style, word(rule.severity))
    );
    let _ = writeln!(text, "  {}", rule.summary);
    for (title, lines) in [
        ("why", rule.reason),
        ("example", rule.example),
        ("instead", rule.instead),
        ("fix", fix(rule)),
    ] {
        let _ = writeln!(text, "\n{}", styled(BOLD, title));
        for line in lines.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = writeln!(text, "\n{}", styled(BOLD, "leave it out"));
    let _ = writeln!(
        text,
        "  a comment on its line: events2logs: ignore {}",
        rule.code
    );
    text
}

/// A rule in a document, below its heading.
pub(crate) fn markdown(rule: &Rule) -> String {
    let mut text = format!("{}\n\n", prose(rule.reason));
    for (title, example) in [("For example:", rule.example), ("Instead:", rule.instead)] {
        // A fence is longer than any within.
        let mut fence = "```".to_owned();
        while example.contains(&fence) {
            fence.push('`');
        }
        let _ = write!(
            text,
            "{title}\n\n{fence}text\n{}\n{fence}\n\n",
            example.trim_end()
        );
    }
    let _ = writeln!(text, "Fix: {}.", fix(rule));
    text
}

/// docs/rules.md.
fn document(rules: &[Rule]) -> String {
    let mut text = "\
# The rules of `events2logs check`

Generated from the code by `cargo run -- rules > docs/rules.md`; a test fails when it is stale.
`events2logs explain E2L203` prints one of them.

| code | name | severity | fix | finds |
|---|---|---|---|---|
"
    .to_owned();
    for rule in rules {
        let fix = match rule.fix {
            Some(true) => "`--fix`",
            Some(false) => "`--unsafe-fixes`",
            None => "",
        };
        let _ = writeln!(
            text,
            "| [{code}](#{anchor}) | {} | {} | {fix} | {} |",
            rule.name,
            word(rule.severity),
            prose(rule.summary).replace('|', "\\|"),
            code = rule.code,
            anchor = anchor(rule),
        );
    }
    for (start, title) in GROUPS {
        let mut group = rules.iter().filter(|rule| rule.code.starts_with(start));
        let Some(first) = group.next() else { continue };
        let _ = writeln!(text, "\n## {title}");
        for rule in std::iter::once(first).chain(group) {
            let _ = writeln!(
                text,
                "\n### {} {}\n\n{}: {}.\n\n{}",
                rule.code,
                rule.name,
                capital(word(rule.severity)),
                prose(rule.summary.trim_end_matches('.')),
                markdown(rule).trim_end(),
            );
        }
    }
    text
}

/// Text that Markdown does not take for tags; code between backquotes stays as it is.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        0 => part.replace('<', "&lt;"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

/// What GitHub makes of the heading of a rule.
fn anchor(rule: &Rule) -> String {
    format!("{} {}", rule.code, rule.name)
        .to_lowercase()
        .replace(' ', "-")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn fix(rule: &Rule) -> &'static str {
    match rule.fix {
        Some(true) => "--fix applies it; it keeps the meaning",
        Some(false) => "--fix --unsafe-fixes applies it; it may change the meaning",
        None => "none, it needs a person",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::examples;

    #[test]
    fn pages() {
        let pages = examples::RULES
            .iter()
            .map(page)
            .collect::<Vec<_>>()
            .join("\n");
        insta::assert_snapshot!(anstream::adapter::strip_str(&pages).to_string());
    }

    #[test]
    fn a_document() {
        insta::assert_snapshot!(document(&examples::RULES));
    }
}
