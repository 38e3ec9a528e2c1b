//! `completions` and `man`: made from the arguments themselves.

use std::io::Write as _;

use anyhow::{Result, bail};
use clap::CommandFactory as _;

use crate::args::{Arguments, Completions, Man};
use crate::exit::Exit;
use crate::terminal::Terminal;

/// `completions`.
pub(crate) fn completions(verb: &Completions, terminal: &mut Terminal) -> Result<Exit> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    // First into memory: the generator takes no closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(verb.shell, &mut command, name, &mut script);
    terminal.data().write_all(&script)?;
    Ok(Exit::Done)
}

/// `man`.
pub(crate) fn man(verb: &Man, terminal: &mut Terminal) -> Result<Exit> {
    let mut command = Arguments::command();
    command.build();
    let command = match &verb.verb {
        None => command,
        Some(name) => match command.find_subcommand(name) {
            Some(found) => found.clone(),
            None => bail!("there is no verb {name}"),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    terminal.data().write_all(&page)?;
    Ok(Exit::Done)
}
