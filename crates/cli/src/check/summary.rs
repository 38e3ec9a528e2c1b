//! What a run comes to, in a few lines.

use std::fmt::Write as _;

use events2logs_mapping::check::Severity;

use super::outcome::{Mode, Outcome};
use crate::style::{DIM, ERROR, GOOD, WARNING, counted, styled, thousands, visible};

/// More files than this are not named one by one.
const NAMED: usize = 10;

/// What was asked for, as far as a summary goes by it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) mode: Mode,
    pub(crate) unsafe_fixes: bool,
    pub(crate) deny_warnings: bool,
}

/// What is left to do, and what was done.
pub(crate) fn text(outcome: &Outcome, asked: Asked) -> String {
    let mode = asked.mode;
    let mut text = String::new();
    for (name, skipped) in outcome.skipped.iter().take(NAMED) {
        let word = styled(WARNING, "not checked:");
        let _ = writeln!(text, "{word} {}: {skipped}", visible(name));
    }
    let more = outcome.skipped.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = writeln!(text, "{} and {more} more", styled(WARNING, "not checked:"));
    }
    for file in outcome.files.iter().filter(|file| file.endless) {
        let word = styled(WARNING, "warning:");
        let _ = writeln!(
            text,
            "{word} {}: fixes that undo each other, please report it",
            visible(&file.name)
        );
    }
    fixed(outcome, mode, &mut text);
    if !matches!(mode, Mode::Diff { .. }) {
        found(outcome, asked, &mut text);
    }
    if outcome.checked == 0 && outcome.skipped.is_empty() && outcome.problems.is_empty() {
        let _ = writeln!(
            text,
            "{} no text files to check",
            styled(WARNING, "warning:")
        );
    }
    text
}

fn fixed(outcome: &Outcome, mode: Mode, text: &mut String) {
    let sum = |file: &super::outcome::Checked| file.fixed as u64;
    let fixed: u64 = outcome.files.iter().map(sum).sum();
    let files = outcome.files.iter().filter(|file| file.change.is_some());
    let files = counted(files.count() as u64, "file", "files");
    let findings = counted(fixed, "finding", "findings");
    match mode {
        Mode::Fix { .. } if fixed > 0 => {
            let _ = writeln!(text, "{} {findings} in {files}", styled(GOOD, "fixed"));
        }
        Mode::Diff { .. } => {
            let _ = writeln!(text, "would fix {findings} in {files}");
        }
        Mode::Fix { .. } | Mode::Report => {}
    }
}

fn found(outcome: &Outcome, asked: Asked, text: &mut String) {
    let Asked {
        unsafe_fixes,
        deny_warnings,
        ..
    } = asked;
    let all = || outcome.files.iter().flat_map(|file| &file.findings);
    let total = all().count() as u64;
    let mut files = counted(outcome.checked, "file", "files");
    if outcome.binary > 0 {
        let binary = counted(outcome.binary, "binary file", "binary files");
        let _ = write!(files, " {}", styled(DIM, &format!("({binary} left out)")));
    }
    if total == 0 {
        let _ = writeln!(text, "no findings in {files}");
        return;
    }
    let mut kinds = Vec::new();
    for (severity, style, one, many) in [
        (Severity::Error, ERROR, "error", "errors"),
        (Severity::Warning, WARNING, "warning", "warnings"),
        (Severity::Info, DIM, "info", "infos"),
    ] {
        let count = all().filter(|it| it.severity == severity).count() as u64;
        if count > 0 {
            kinds.push(styled(style, &counted(count, one, many)));
        }
    }
    let with = outcome.files.iter().filter(|it| !it.findings.is_empty());
    let _ = writeln!(
        text,
        "{}: {} in {} of {files}",
        counted(total, "finding", "findings"),
        kinds.join(", "),
        thousands(with.count() as u64),
    );
    if all().any(|it| it.severity == Severity::Warning)
        && !all().any(|it| it.severity == Severity::Error)
        && !deny_warnings
    {
        let _ = writeln!(
            text,
            "warnings alone end with exit code 0; --deny-warnings makes it 1"
        );
    }
    let fixable = |safe: bool| {
        let fixes = all().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.safe == safe).count() as u64
    };
    let (safe, not_safe) = (fixable(true), fixable(false));
    match (safe, not_safe) {
        (0, 0) => {}
        (_, 0) => {
            let _ = writeln!(text, "{safe} can be fixed with --fix");
        }
        (0, _) => {
            let _ = writeln!(
                text,
                "{not_safe} can be fixed with --fix --unsafe-fixes, which may change the meaning"
            );
        }
        _ if unsafe_fixes => {
            let sum = safe.saturating_add(not_safe);
            let _ = writeln!(text, "{sum} can be fixed with --fix --unsafe-fixes");
        }
        _ => {
            let _ = writeln!(
                text,
                "{safe} can be fixed with --fix, {not_safe} more with --unsafe-fixes, which may change the meaning"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::examples;

    #[test]
    fn summaries() {
        use events2logs_batch::check::Skipped;
        let mut outcome = Outcome {
            files: examples::files(),
            checked: 1_234,
            binary: 1,
            ..Outcome::default()
        };
        let clean = Outcome {
            checked: 1,
            ..Outcome::default()
        };
        let asked = |mode, unsafe_fixes| Asked {
            mode,
            unsafe_fixes,
            deny_warnings: false,
        };
        let report = asked(Mode::Report, false);
        let mut said = vec![
            text(&outcome, report),
            text(&outcome, asked(Mode::Report, true)),
            text(&clean, report),
            text(&Outcome::default(), report),
        ];
        let mut warned = Outcome {
            files: examples::files(),
            checked: 2,
            ..Outcome::default()
        };
        for file in &mut warned.files {
            file.findings.retain(|it| it.severity == Severity::Warning);
        }
        said.push(text(&warned, report));
        let deny_warnings = true;
        said.push(text(
            &warned,
            Asked {
                deny_warnings,
                ..report
            },
        ));
        outcome.skipped = (0..12)
            .map(|at| (format!("file-{at}"), Skipped::Utf16))
            .collect();
        if let Some(file) = outcome.files.first_mut() {
            file.fixed = 3;
            file.endless = true;
        }
        said.push(text(&outcome, asked(Mode::Fix { unsafe_too: true }, true)));
        said.push(text(
            &outcome,
            asked(Mode::Diff { unsafe_too: false }, false),
        ));
        let said = said.join("--\n");
        insta::assert_snapshot!(anstream::adapter::strip_str(&said).to_string());
    }
}
