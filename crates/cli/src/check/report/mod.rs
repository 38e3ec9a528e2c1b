//! Findings, printed.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use std::io::{self, Write};
use std::time::Duration;

use events2logs_mapping::check::{Rule, Severity};
use similar::{Algorithm, TextDiff};

use super::args::Format;
use super::outcome::Checked;

/// What is printed, in any format.
pub(crate) struct Report<'r> {
    pub(crate) files: &'r [Checked],
    /// What could not be checked, with the reason.
    pub(crate) problems: &'r [(String, String)],
    /// All there are.
    pub(crate) rules: &'r [Rule],
    /// Warnings fail, too.
    pub(crate) deny_warnings: bool,
}

impl Report<'_> {
    pub(crate) fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, out),
            Format::Json => json::array(self, out),
            Format::Jsonl => json::lines(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
            Format::Junit => junit::write(self, out),
        }
    }
}

/// Whether findings so bad make the exit code 1.
pub(crate) fn fails(severity: Severity, deny_warnings: bool) -> bool {
    match severity {
        Severity::Error => true,
        Severity::Warning => deny_warnings,
        Severity::Info => false,
    }
}

/// Prints what fixes change, as `git diff` does.
pub(crate) fn diff(files: &[Checked], out: &mut dyn Write) -> io::Result<()> {
    /// A diff that takes longer is cut short: it is then still right, but longer than it must be.
    const PATIENCE: Duration = Duration::from_secs(5);
    for file in files {
        let Some(change) = &file.change else { continue };
        let (old, new) = (change.old.whole(), change.new.whole());
        let diff = TextDiff::configure()
            .algorithm(Algorithm::Myers)
            .timeout(PATIENCE)
            .diff_lines(old, new);
        let relative = !file.name.starts_with('/') && file.name != "-";
        let name = |side| {
            if relative {
                format!("{side}/{}", file.name)
            } else {
                file.name.clone()
            }
        };
        let mut unified = diff.unified_diff();
        unified.header(&name("a"), &name("b"));
        write!(out, "{unified}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::examples;
    use crate::check::outcome::Change;
    use events2logs_batch::check::Text;

    fn printed(format: Format, files: &[Checked]) -> String {
        let problems = [(
            "gone <&>.txt".to_owned(),
            "cannot be read: \"x\"".to_owned(),
        )];
        let report = Report {
            files,
            problems: if files.is_empty() { &[] } else { &problems },
            rules: &examples::RULES,
            deny_warnings: false,
        };
        let mut out = Vec::new();
        report.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format() {
        let files = examples::files();
        for (name, format) in [
            ("text", Format::Text),
            ("json", Format::Json),
            ("jsonl", Format::Jsonl),
            ("sarif", Format::Sarif),
            ("github", Format::Github),
            ("junit", Format::Junit),
        ] {
            let plain = printed(format, &files);
            let plain = anstream::adapter::strip_str(&plain).to_string();
            // What would stand in the way of the next version's snapshot.
            let plain = plain.replace(env!("CARGO_PKG_VERSION"), "VERSION");
            insta::assert_snapshot!(name, plain);
            let none = printed(format, &[]).replace(env!("CARGO_PKG_VERSION"), "VERSION");
            insta::assert_snapshot!(format!("{name}_of_nothing"), none);
        }
    }

    #[test]
    fn json_and_jsonl_say_the_same() {
        let files = examples::files();
        let array: Vec<serde_json::Value> =
            serde_json::from_str(&printed(Format::Json, &files)).unwrap();
        let lines: Vec<serde_json::Value> = printed(Format::Jsonl, &files)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(array, lines);
    }

    #[test]
    fn what_fails() {
        use Severity::{Error, Info, Warning};
        let fail = |deny| [Info, Warning, Error].map(|severity| fails(severity, deny));
        assert_eq!(fail(false), [false, false, true]);
        assert_eq!(fail(true), [false, true, true]);
    }

    #[test]
    fn diffs() {
        let text = |text: &str| Text::new(text.as_bytes().to_vec()).unwrap();
        let file = |name: &str, old: &str, new: &str| Checked {
            name: name.to_owned(),
            change: Some(Change {
                old: text(old),
                new: text(new),
            }),
            ..Checked::default()
        };
        let mut out = Vec::new();
        let files = [
            file(
                "a/b.txt",
                "\u{feff}1\n2\n3\n4\n5\n6",
                "\u{feff}1\n2\n3\n4\nfive\n6",
            ),
            file("/tmp/c", "x\r\n", "y\r\n"),
            Checked::default(),
            file("-", "x", "y\n"),
        ];
        diff(&files, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
