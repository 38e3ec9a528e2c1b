//! `rewrite`.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _};

use anyhow::{Context as _, Result, bail};
use events2logs_mapping::Tables;
use events2logs_mapping::query::{
    Note, Options, Part, Precision, QueryError, Request, Rewrite, Strategy, rewrite,
};
use serde::Serialize;

use crate::args::{self, Required, RewriteFormat};
use crate::convert::tables;
use crate::exit::Exit;
use crate::snippet;
use crate::style::{BOLD, DIM, ERROR, GOOD, WARNING, styled, visible};
use crate::terminal::Terminal;

pub(crate) fn run(verb: &args::Rewrite, terminal: &mut Terminal) -> Result<Exit> {
    let tables = tables(&verb.mappings)?;
    let mut runner = Runner {
        verb,
        tables,
        terminal,
        exit: Exit::Done,
    };
    let from_stdin = verb.queries.is_empty() || verb.queries.iter().all(|query| query == "-");
    if !from_stdin {
        for query in &verb.queries {
            runner.one(query, None)?;
        }
        return Ok(runner.exit);
    }
    if io::stdin().is_terminal() && verb.queries.is_empty() {
        bail!("no query: give one as an argument, or one a line on stdin");
    }
    for (at, line) in io::stdin().lock().lines().enumerate() {
        let line = line.context("stdin")?;
        if !line.trim().is_empty() {
            runner.one(&line, Some(at.saturating_add(1)))?;
        }
    }
    Ok(runner.exit)
}

struct Runner<'r> {
    verb: &'r args::Rewrite,
    tables: Tables,
    terminal: &'r mut Terminal,
    exit: Exit,
}

/// A query that cannot be read, as `--format json` prints it.
#[derive(Serialize)]
struct Unreadable<'q> {
    input: &'q str,
    precision: Precision,
    requests: [Request; 0],
    parts: [Part; 0],
    notes: [String; 0],
    errors: Vec<ErrorEntry>,
}

#[derive(Serialize)]
struct ErrorEntry {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Bytes within `filter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

impl Runner<'_> {
    /// Rewrites one query, `line` of stdin.
    fn one(&mut self, query: &str, line: Option<usize>) -> Result<()> {
        let options = Options {
            strategy: match self.verb.strategy {
                args::Strategy::Native => Strategy::Native,
                args::Strategy::Exact => Strategy::Exact,
            },
            now: self.verb.now,
        };
        match rewrite(query, &self.tables, options) {
            Ok(rewritten) => {
                let imprecise = self.verb.require == Some(Required::Exact)
                    && rewritten.precision != Precision::Exact;
                if rewritten.precision == Precision::Unsupported || imprecise {
                    self.at_least(Exit::Findings);
                }
                self.print(&rewritten, line)
            }
            Err(error) => {
                self.at_least(Exit::Error);
                self.refuse(query, &error, line)
            }
        }
    }

    fn at_least(&mut self, exit: Exit) {
        if self.exit != Exit::Error {
            self.exit = exit;
        }
    }

    fn print(&mut self, rewritten: &Rewrite, line: Option<usize>) -> Result<()> {
        if self.verb.format == RewriteFormat::Json {
            self.terminal.print_json(rewritten)?;
            return Ok(());
        }
        for request in rewritten.requests.iter().filter(|it| !it.query.is_empty()) {
            self.terminal.print(&format!("{}\n", request.query))?;
        }
        if rewritten.precision == Precision::Unsupported {
            // Nothing is printed for it on stdout, so that --quiet must not hide why.
            self.terminal.report(&words(rewritten, line));
        } else {
            self.terminal.say(&words(rewritten, line));
        }
        Ok(())
    }

    fn refuse(&mut self, query: &str, error: &QueryError, line: Option<usize>) -> Result<()> {
        if self.verb.format == RewriteFormat::Json {
            let unreadable = Unreadable {
                input: query,
                precision: Precision::Unsupported,
                requests: [],
                parts: [],
                notes: [],
                errors: entries(error),
            };
            self.terminal.print_json(&unreadable)?;
            return Ok(());
        }
        let origin = line.map_or_else(|| "query".to_owned(), |line| format!("stdin:{line}"));
        self.terminal
            .report(&snippet::query_error(&origin, query, error));
        Ok(())
    }
}

fn entries(error: &QueryError) -> Vec<ErrorEntry> {
    match error {
        QueryError::Filter { errors, .. } => errors
            .errors()
            .iter()
            .map(|error| ErrorEntry {
                message: error.message(),
                help: error.help().map(Into::into),
                start: Some(error.span.start),
                end: Some(error.span.end),
            })
            .collect(),
        other => vec![ErrorEntry {
            message: other.to_string(),
            help: None,
            start: None,
            end: None,
        }],
    }
}

/// What there is to say of a rewrite beside the query itself.
fn words(rewritten: &Rewrite, line: Option<usize>) -> String {
    let mut text = String::new();
    let place = line.map_or(String::new(), |line| format!("stdin:{line}: "));
    let precision = coloured(rewritten.precision);
    let meaning = match rewritten.precision {
        Precision::Exact => "finds the same events",
        Precision::Wider => "finds the same events and more",
        Precision::Narrower => "finds some of these events only",
        Precision::Different => "finds some of these events only, and others",
        Precision::Unsupported => "has no rewrite",
    };
    // Whatever it means, there is no answer to it.
    let refused = rewritten
        .notes
        .iter()
        .any(|note| matches!(note, Note::TooOld { .. }));
    let refused = if refused {
        ", but the server refuses it: since is more than 180 days ago"
    } else {
        ""
    };
    let _ = writeln!(text, "{place}{precision}: {meaning}{refused}");
    for part in &rewritten.parts {
        let to = if part.to.is_empty() {
            "(nothing)"
        } else {
            &part.to
        };
        let _ = writeln!(text, "  {}", visible(&part.from));
        let _ = writeln!(text, "    → {}  {}", visible(to), coloured(part.precision));
        if let Some(reason) = &part.reason {
            let _ = writeln!(text, "      {}", styled(DIM, &visible(reason)));
        }
        for (sign, types) in [('+', &part.adds), ('-', &part.drops)] {
            for legacy_event_type in types {
                let _ = writeln!(text, "      {sign} {}", visible(legacy_event_type));
            }
        }
    }
    if let Some(exact) = &rewritten.exact {
        let _ = writeln!(
            text,
            "  {}",
            styled(BOLD, "exact form, by legacyEventType:")
        );
        for request in exact {
            let _ = writeln!(text, "    {}", visible(&request.query));
        }
    }
    for note in &rewritten.notes {
        let note = visible(&note.to_string());
        let _ = writeln!(text, "  {} {note}", styled(BOLD, "note:"));
    }
    text
}

fn coloured(precision: Precision) -> String {
    let style = match precision {
        Precision::Exact => GOOD,
        Precision::Wider | Precision::Narrower | Precision::Different => WARNING,
        Precision::Unsupported => ERROR,
    };
    styled(style, precision.as_str())
}
