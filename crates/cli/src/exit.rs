//! Exit codes.

use std::process::ExitCode;

/// How a run ended, as scripts see it, the worse the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done, nothing to say.
    Done,
    /// 1: done, and there are findings: some events were rejected, or nothing was found.
    Findings,
    /// 2: wrong usage, unreadable input, no space.
    Error,
    /// 130: stopped by Ctrl-C, or by a request to end.
    Interrupted,
}

impl Exit {
    /// What shells give for a program that Ctrl-C has stopped.
    pub(crate) const INTERRUPTED: i32 = 130;
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::Error => 2,
            Exit::Interrupted => 130,
        })
    }
}
