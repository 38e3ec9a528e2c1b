//! `restore`.

use anyhow::Result;
use events2logs_batch::Action;

use crate::args::Restore;
use crate::convert::archive;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(verb: &Restore, terminal: &mut Terminal) -> Result<Exit> {
    archive(Action::Restore, &verb.archive, terminal)
}
