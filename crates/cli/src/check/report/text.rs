//! For people: the source line with the place marked under it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::Level;
use events2logs_batch::check::Places;
use events2logs_mapping::check::{Finding, Severity};

use super::Report;
use crate::snippet::{self, Look};

/// Longer lines are not shown whole; nor searched for where to cut them, which takes time.
const LONG: usize = 2_000;
/// How much is shown at least before and after the place in one.
const NEAR: usize = 200;

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
    let (mut source, mut span) = (
        Cow::Borrowed(places.lines(first, last)),
        finding.span.start.saturating_sub(start)..finding.span.end.saturating_sub(start),
    );
    let mut place = None;
    if source.len() > LONG {
        let start = places.place(finding.span.start);
        place = Some((start.line, start.column));
        (source, span) = cut(&source, span);
    }
    let shown = snippet::Finding {
        origin: name,
        source: &source,
        span,
        message: finding.message.clone(),
        help: finding.help.clone(),
    };
    let fix = finding.fix.as_ref().map(|fix| match fix.safe {
        true => "--fix puts it right and keeps the meaning",
        false => "--fix --unsafe-fixes changes it, and may change the meaning",
    });
    let look = Look {
        level,
        code: Some(finding.rule.code),
        first,
        place,
        note: fix,
    };
    snippet::render(&shown, &look)
}

/// What is near a span of a long text, and the span in it.
fn cut(source: &str, span: Range<usize>) -> (Cow<'static, str>, Range<usize>) {
    const MORE: &str = "…";
    let end = span.end.min(span.start.saturating_add(LONG));
    let from = source.floor_char_boundary(span.start.saturating_sub(NEAR));
    let to = source.ceil_char_boundary(end.saturating_add(NEAR));
    let near = source.get(from..to).unwrap_or_default();
    let before = if from > 0 { MORE } else { "" };
    let after = if to < source.len() { MORE } else { "" };
    let moved = |at: usize| at.saturating_sub(from).saturating_add(before.len());
    let end = source.floor_char_boundary(end);
    let text = [before, near, after].concat();
    (text.into(), moved(span.start)..moved(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::examples::{RULES, finding};

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = format!("first\n{}", "{\"k\":\"é\"},".repeat(100_000));
        let places = Places::new(&text);
        let shown: Vec<String> = [
            6..12,
            600_006..600_016,
            600_006..900_005,
            1_100_000..1_100_006,
        ]
        .into_iter()
        .map(|span| {
            one(
                "f.json",
                &places,
                &finding(&RULES[0], span, "m", None, None),
            )
        })
        .map(|shown| anstream::adapter::strip_str(&shown).to_string())
        .collect();
        insta::assert_snapshot!(shown.join("\n\n"));
    }
}
