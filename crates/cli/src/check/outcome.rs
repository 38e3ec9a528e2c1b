//! What became of the files.

use std::path::Path;

use events2logs_batch::check::{Skipped, Text, Unchecked, Walked, fix, replace};
use events2logs_mapping::check::Finding;

use super::Settings;

/// What is done with findings that have a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Tell.
    Report,
    /// Apply it.
    Fix { unsafe_too: bool },
    /// Tell what would change.
    Diff { unsafe_too: bool },
}

/// Checks one text after the other.
pub(crate) struct Checker<'c> {
    pub(crate) find: &'c (dyn Fn(&str, &str) -> Vec<Finding> + Sync),
    pub(crate) settings: &'c Settings,
    pub(crate) mode: Mode,
}

/// A file of which there is something to say, or that was just looked at.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Its path, with slashes.
    pub(crate) name: String,
    /// What the findings are in; empty without any.
    pub(crate) text: String,
    pub(crate) findings: Vec<Finding>,
    /// How many were fixed, or would be.
    pub(crate) fixed: usize,
    /// What fixes changed, or would.
    pub(crate) change: Option<Change>,
    /// Fixes that undo each other were met.
    pub(crate) endless: bool,
    /// Why the fixes could not be written.
    pub(crate) problem: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) old: Text,
    pub(crate) new: Text,
}

impl Checker<'_> {
    /// Checks a file, and rewrites it where fixes are to be applied.
    pub(crate) fn file(&self, path: &Path, text: Text) -> Checked {
        let checked = self.text(path, &text);
        let (Mode::Fix { .. }, Some(change)) = (self.mode, &checked.change) else {
            return checked;
        };
        match replace(path, &change.old, &change.new) {
            Ok(()) => checked,
            Err(error) => {
                let as_it_was = Checker {
                    mode: Mode::Report,
                    ..*self
                };
                Checked {
                    problem: Some(error.to_string()),
                    ..as_it_was.text(path, &text)
                }
            }
        }
    }

    /// Checks a text.
    pub(crate) fn text(&self, path: &Path, text: &Text) -> Checked {
        let name = slashes(path);
        let find = |text: &str| {
            let mut findings = (self.find)(text, &name);
            self.settings.keep(path, &mut findings);
            findings
        };
        let unsafe_too = match self.mode {
            Mode::Report => {
                let findings = find(text.as_str());
                return Checked {
                    text: source(&findings, text.as_str()),
                    findings,
                    name,
                    ..Checked::default()
                };
            }
            Mode::Fix { unsafe_too } | Mode::Diff { unsafe_too } => unsafe_too,
        };
        let fixed = fix(text.as_str(), unsafe_too, find);
        let changed = fixed.text != text.as_str();
        let Some(new) = text.with(&fixed.text) else {
            // The file cannot hold what a fix writes: it stays as it is.
            let findings = find(text.as_str());
            return Checked {
                text: source(&findings, text.as_str()),
                findings,
                name,
                problem: Some("cannot be fixed: its encoding is not Unicode".to_owned()),
                ..Checked::default()
            };
        };
        Checked {
            text: source(&fixed.left, &fixed.text),
            findings: fixed.left,
            fixed: if changed { fixed.fixed } else { 0 },
            change: changed.then(|| Change {
                old: text.clone(),
                new,
            }),
            endless: !fixed.ended,
            problem: None,
            name,
        }
    }
}

/// Texts without findings are not kept: there may be gigabytes of them.
fn source(findings: &[Finding], text: &str) -> String {
    if findings.is_empty() {
        String::new()
    } else {
        text.to_owned()
    }
}

fn slashes(path: &Path) -> String {
    let name = path.display().to_string();
    if std::path::MAIN_SEPARATOR == '/' {
        name
    } else {
        name.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// What became of all of them.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Those of which there is something to say, sorted by path.
    pub(crate) files: Vec<Checked>,
    /// How many were checked.
    pub(crate) checked: u64,
    /// Those passed over, but for binary files.
    pub(crate) skipped: Vec<(String, Skipped)>,
    /// How many binary files were passed over.
    pub(crate) binary: u64,
    /// What could not be read, checked or written.
    pub(crate) problems: Vec<(String, String)>,
}

impl Outcome {
    pub(crate) fn new(walked: Walked, results: Vec<Result<Checked, Unchecked>>) -> Self {
        let mut outcome = Self::default();
        for (path, error) in &walked.problems {
            outcome.problems.push((slashes(path), error.to_string()));
        }
        for (path, result) in walked.files.iter().zip(results) {
            match result {
                Ok(checked) => outcome.add(checked),
                Err(Unchecked::Skipped(Skipped::Binary)) => {
                    outcome.binary = outcome.binary.saturating_add(1);
                }
                Err(Unchecked::Skipped(skipped)) => outcome.skipped.push((slashes(path), skipped)),
                Err(Unchecked::Failed(error)) => {
                    outcome.problems.push((slashes(path), error.to_string()));
                }
            }
        }
        outcome
    }

    pub(crate) fn of_one(checked: Checked) -> Self {
        let mut outcome = Self::default();
        outcome.add(checked);
        outcome
    }

    fn add(&mut self, mut checked: Checked) {
        self.checked = self.checked.saturating_add(1);
        if let Some(problem) = checked.problem.take() {
            self.problems.push((checked.name.clone(), problem));
        }
        if !checked.findings.is_empty() || checked.change.is_some() || checked.endless {
            self.files.push(checked);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use events2logs_batch::check::{Walk, each_text, walk};

    use super::*;
    use crate::check::examples;

    fn checked(root: &Path, mode: Mode) -> Outcome {
        let find = |text: &str, _: &str| examples::find(text);
        let checker = Checker {
            find: &find,
            settings: &Settings::default(),
            mode,
        };
        let how = Walk {
            include: None,
            exclude: None,
            hidden: false,
            ignored: false,
            jobs: 2,
        };
        let walked = walk(&[PathBuf::from(root)], &how);
        let results = each_text(&walked.files, 2, |path, text| checker.file(path, text));
        Outcome::new(walked, results.unwrap())
    }

    #[test]
    fn fixes_are_written_and_what_is_left_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
        let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
        write("a", "\u{feff}LEGACY\r\nUNSAFE\r\n");
        write("b", "clean");
        write("c", "clean, too");
        write("d", "BROKEN");

        let told = checked(folder.path(), Mode::Report);
        assert_eq!((told.checked, told.files.len()), (4, 2));
        assert_eq!(read("a"), "\u{feff}LEGACY\r\nUNSAFE\r\n");

        let shown = checked(folder.path(), Mode::Diff { unsafe_too: true });
        assert_eq!(shown.files.iter().map(|it| it.fixed).sum::<usize>(), 2);
        assert_eq!(read("a"), "\u{feff}LEGACY\r\nUNSAFE\r\n");

        let safe = checked(folder.path(), Mode::Fix { unsafe_too: false });
        assert_eq!(read("a"), "\u{feff}legacy\r\nUNSAFE\r\n");
        assert_eq!(safe.files.iter().map(|it| it.fixed).sum::<usize>(), 1);
        assert_eq!(
            safe.files.iter().map(|it| it.findings.len()).sum::<usize>(),
            2
        );

        let all = checked(folder.path(), Mode::Fix { unsafe_too: true });
        assert_eq!(read("a"), "\u{feff}legacy\r\nsafe\r\n");
        assert_eq!(all.files.len(), 2);
        assert_eq!(
            (read("b"), read("c")),
            ("clean".to_owned(), "clean, too".to_owned())
        );

        let again = checked(folder.path(), Mode::Fix { unsafe_too: true });
        assert_eq!(again.files.iter().map(|it| it.fixed).sum::<usize>(), 0);
        assert_eq!(again.files.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_written_is_told_as_it_is() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "LEGACY").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
        let outcome = checked(folder.path(), Mode::Fix { unsafe_too: false });
        assert_eq!(outcome.problems.len(), 1);
        assert_eq!(outcome.files[0].findings.len(), 1);
        assert_eq!(outcome.files[0].fixed, 0);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "LEGACY");
    }
}
