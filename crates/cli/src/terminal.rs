//! Standard output and standard error.

use std::io::{self, StderrLock, Stdout, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::Color;
use crate::style::{DIM, ERROR, WARNING, counted, styled, thousands, visible};

/// Standard output and standard error, with or without colours.
#[derive(Clone, Copy)]
pub(crate) struct Terminal {
    color: ColorChoice,
    quiet: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        let color = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { color, quiet }
    }

    /// Where data goes, as it is.
    pub(crate) fn data(&self) -> Stdout {
        io::stdout()
    }

    /// Where data goes that is laid out for people.
    pub(crate) fn styled_data(&self) -> AutoStream<StdoutLock<'static>> {
        AutoStream::new(io::stdout().lock(), self.color)
    }

    /// Prints data laid out for people. Whoever reads it may have seen enough: the exit code is
    /// what it was, all the same.
    pub(crate) fn print(&self, text: &str) -> io::Result<()> {
        match self.styled_data().write_all(text.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Prints a value as one line of JSON, in the manner of [`Self::print`].
    pub(crate) fn print_json(&self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut line = serde_json::to_string(value).map_err(io::Error::from)?;
        line.push('\n');
        match self.data().write_all(line.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    fn words(&self) -> AutoStream<StderrLock<'static>> {
        AutoStream::new(io::stderr().lock(), self.color)
    }

    /// Prints an error and its causes.
    pub(crate) fn error(&mut self, error: &anyhow::Error) {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        self.line(&format!(
            "{} {}",
            styled(ERROR, "error:"),
            visible(&causes.join(": "))
        ));
    }

    /// Prints what was wrong with an input.
    pub(crate) fn problem(&mut self, unreadable: bool, input: &str, problem: &str) {
        let word = if unreadable {
            styled(ERROR, "error:")
        } else {
            styled(WARNING, "warning:")
        };
        self.line(&format!("{word} {}: {}", visible(input), visible(problem)));
    }

    /// Says how far a run came that was interrupted, and how to go on.
    pub(crate) fn interrupted(&self, done: u64, inputs: u64, folder: &std::path::Path) {
        let done = thousands(done);
        self.line(&format!(
            "{} {done} of {} done and kept in {}",
            styled(WARNING, "interrupted:"),
            counted(inputs, "input is", "inputs are"),
            visible(&folder.display().to_string()),
        ));
        self.help("the same command again does the rest");
    }

    /// Says what became of a run to stdout, beside a file of rejects, that was interrupted.
    pub(crate) fn interrupted_on_stdout(&self) {
        self.line(&format!(
            "{} stdout does not have all events; the rejects are not kept",
            styled(WARNING, "interrupted:"),
        ));
    }

    /// Prints what wants a look.
    pub(crate) fn warning(&mut self, text: &str) {
        self.line(&format!("{} {text}", styled(WARNING, "warning:")));
    }

    /// Prints a line of help below an error.
    pub(crate) fn help(&self, help: &str) {
        self.line(&format!("{} {help}", styled(DIM, "help:")));
    }

    /// Prints text about an error.
    pub(crate) fn report(&self, text: &str) {
        // Nobody is left to tell if stderr is closed.
        let _ = self.words().write_all(text.as_bytes());
    }

    /// Whether only errors and warnings are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints text that `--quiet` leaves out.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.quiet {
            self.report(text);
        }
    }

    fn line(&self, text: &str) {
        self.report(&format!("{text}\n"));
    }
}
