//! `check`: finds queries in a repository and says what is wrong with them.

pub(crate) mod args;
mod config;
#[cfg(test)]
pub(crate) mod examples;
mod outcome;
mod report;
mod summary;

use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use events2logs_batch::check::{
    Globs, Layer, MAX_BYTES, Selection, Selector, Text, Walk, each_text, walk,
};
use events2logs_mapping::check::{Finding, Options, RULES, check};

use crate::convert::tables;
use crate::exit::Exit;
use crate::snippet;
use crate::terminal::Terminal;
use args::{Check, Format};
use config::{Config, Mistake};
use outcome::{Checked, Checker, Mode, Outcome};
use report::Report;
use summary::Asked;

pub(crate) fn run(verb: &Check, terminal: &mut Terminal) -> Result<Exit> {
    let from = std::env::current_dir().context("the current folder")?;
    let config = match config(verb, &from)? {
        Ok(config) => config,
        Err(wrong) => {
            terminal.report(&format!("{}\n", mistake(&wrong)));
            return Ok(Exit::Error);
        }
    };
    for selector in verb.select.iter().chain(&verb.ignore) {
        if let Err(message) = config::known(selector, RULES) {
            bail!("{message}: `events2logs rules` lists all");
        }
    }
    let mut mappings = config.mappings.clone();
    mappings.extend_from_slice(&verb.mappings);
    let tables = tables(&mappings)?;
    let options = Options {
        tables: &tables,
        now: verb.now.or(config.now),
    };
    let jobs = verb.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        usize::from,
    );
    let how = Walk {
        include: config.include.clone(),
        exclude: config.exclude.clone(),
        hidden: verb.hidden,
        ignored: verb.no_ignore,
        jobs,
    };
    let mut settings = settings_of(config);
    settings.rules.layers.push(Layer {
        select: (!verb.select.is_empty()).then(|| verb.select.clone()),
        ignore: verb.ignore.clone(),
    });
    let find = |text: &str, name: &str| check(text, name, options);
    let checker = Checker {
        find: &find,
        settings: &settings,
        mode: mode(verb),
    };
    if verb.paths.iter().any(|path| path.as_os_str() == "-") {
        if verb.paths.len() > 1 {
            bail!("- stands for stdin and cannot be checked together with other paths");
        }
        return stdin(verb, &checker, &how, terminal);
    }
    if verb.stdin_filename.is_some() {
        bail!("--stdin-filename names stdin, which is not read: add - to read it");
    }
    let walked = walk(&verb.paths, &how);
    let results = each_text(&walked.files, jobs, |path, text| checker.file(path, text))?;
    let outcome = Outcome::new(walked, results);
    print(verb, &outcome, terminal)
}

fn mode(verb: &Check) -> Mode {
    let unsafe_too = verb.unsafe_fixes;
    if verb.fix {
        Mode::Fix { unsafe_too }
    } else if verb.diff {
        Mode::Diff { unsafe_too }
    } else {
        Mode::Report
    }
}

fn config(verb: &Check, from: &Path) -> Result<Result<Config, Mistake>> {
    let path = match &verb.config {
        Some(path) => Some(path.clone()),
        None if verb.no_config => None,
        None => config::nearest(from),
    };
    match path {
        // Its folder, seen from here, is shorter to read in messages.
        Some(path) => config::read(path.strip_prefix(from).unwrap_or(&path), from, RULES),
        None => Ok(Ok(Config::default())),
    }
}

/// Shows what is wrong in a file of settings.
fn mistake(mistake: &Mistake) -> String {
    snippet::error(&snippet::Finding {
        origin: &mistake.path.display().to_string(),
        source: &mistake.text,
        span: mistake.span.clone(),
        message: mistake.message.clone(),
        help: None,
    })
}

/// Which findings are asked for.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    rules: Selection,
    per_path_ignores: Vec<(Globs, Vec<Selector>)>,
}

impl Settings {
    fn takes(&self, path: &Path, code: &str) -> bool {
        let hidden = |(globs, codes): &(Globs, Vec<Selector>)| {
            codes.iter().any(|selector| selector.covers(code)) && globs.fit(path, false)
        };
        self.rules.takes(code) && !self.per_path_ignores.iter().any(hidden)
    }

    fn keep(&self, path: &Path, findings: &mut Vec<Finding>) {
        findings.retain(|finding| self.takes(path, finding.rule.code));
    }
}

fn settings_of(config: Config) -> Settings {
    Settings {
        rules: Selection {
            layers: vec![config.rules],
        },
        per_path_ignores: config.per_path_ignores,
    }
}

/// Checks what stdin holds.
fn stdin(verb: &Check, checker: &Checker<'_>, how: &Walk, terminal: &mut Terminal) -> Result<Exit> {
    let mut bytes = Vec::new();
    let mut limited = io::stdin().lock().take(MAX_BYTES.saturating_add(1));
    limited.read_to_end(&mut bytes).context("stdin")?;
    let text = match Text::new(bytes) {
        Ok(text) => text,
        Err(skipped) => bail!("stdin cannot be checked: it is {skipped}"),
    };
    let name = verb.stdin_filename.clone();
    let name = name.unwrap_or_else(|| PathBuf::from("-"));
    let excluded = how.exclude.as_ref().is_some_and(|it| it.fit(&name, false));
    let checked = if excluded {
        Checked::default()
    } else {
        checker.text(&name, &text)
    };
    if verb.fix {
        let mut out = terminal.data();
        let fixed = checked.change.as_ref().map_or(&text, |change| &change.new);
        out.write_all(&fixed.to_bytes())?;
        out.flush()?;
    }
    print(verb, &Outcome::of_one(checked), terminal)
}

/// Prints what was found, and decides how the run ends.
fn print(verb: &Check, outcome: &Outcome, terminal: &mut Terminal) -> Result<Exit> {
    let report = Report {
        files: &outcome.files,
        problems: &outcome.problems,
        rules: RULES,
        deny_warnings: verb.deny_warnings,
    };
    let fixed_to_stdout = verb.fix && verb.paths.iter().any(|path| path.as_os_str() == "-");
    if verb.diff {
        let mut out = BufWriter::new(terminal.data());
        report::diff(&outcome.files, &mut out)?;
        out.flush()?;
    } else if fixed_to_stdout {
        let mut out = Vec::new();
        report.write(verb.format, &mut out)?;
        terminal.report(&String::from_utf8_lossy(&out));
    } else if verb.format == Format::Text {
        let mut out = BufWriter::new(terminal.styled_data());
        report.write(verb.format, &mut out)?;
        out.flush()?;
    } else {
        let mut out = BufWriter::new(terminal.data());
        report.write(verb.format, &mut out)?;
        out.flush()?;
    }
    for (name, problem) in &outcome.problems {
        terminal.problem(true, name, problem);
    }
    let asked = Asked {
        mode: mode(verb),
        unsafe_fixes: verb.unsafe_fixes,
        // Nothing to say of it where the exit code is 0 in any case.
        deny_warnings: verb.deny_warnings || verb.exit_zero,
    };
    terminal.say(&summary::text(outcome, asked));
    Ok(exit(verb, outcome))
}

fn exit(verb: &Check, outcome: &Outcome) -> Exit {
    let mut files = outcome.files.iter();
    let fails = if verb.diff {
        files.any(|file| file.change.is_some())
    } else {
        let mut findings = files.flat_map(|file| &file.findings);
        findings.any(|finding| report::fails(finding.severity, verb.deny_warnings))
    };
    if !outcome.problems.is_empty() {
        Exit::Error
    } else if fails && !verb.exit_zero {
        Exit::Findings
    } else {
        Exit::Done
    }
}
