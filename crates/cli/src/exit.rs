//! Exit codes.

use std::process::ExitCode;

/// How a run ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing to say.
    Done,
    /// 1: done, and there are findings: some events were rejected, or nothing was found.
    Findings,
    /// 2: wrong usage, unreadable input, no space.
    Error,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::Error => 2,
        })
    }
}
