//! The command line of events2logs: arguments, verbs, rendering. Data goes to stdout, words to
//! stderr.

mod allocator;
mod args;
mod check;
mod compare;
mod convert;
mod exit;
mod explain;
mod interrupt;
mod pages;
mod rejects;
mod restore;
mod rewrite;
mod rules;
mod snippet;
mod style;
mod summary;
mod summary_json;
mod terminal;
mod types;
mod verify;
mod watch;

use std::ffi::OsString;
use std::io;

use clap::Parser;

use args::{Arguments, Verb};
pub use exit::Exit;
use terminal::Terminal;

/// Runs the command line `arguments`, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    allocator::give_back_long_pieces();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for, all else is a mistake; clap knows where each goes.
            let exit = if error.use_stderr() {
                Exit::Error
            } else {
                Exit::Done
            };
            // There is nobody left to tell if this fails.
            let _ = error.print();
            return exit;
        }
    };
    let mut terminal = Terminal::new(arguments.color, arguments.quiet);
    let result = match &arguments.verb {
        Verb::Convert(verb) => convert::run(verb, &mut terminal),
        Verb::Verify(verb) => verify::run(verb, &mut terminal),
        Verb::Restore(verb) => restore::run(verb, &mut terminal),
        Verb::Rewrite(verb) => rewrite::run(verb, &mut terminal),
        Verb::Check(verb) => check::run(verb, &mut terminal),
        Verb::Compare(verb) => compare::run(verb, &mut terminal),
        Verb::Explain(verb) => explain::run(verb, &mut terminal),
        Verb::Types(verb) => types::run(verb, &mut terminal),
        Verb::Completions(verb) => pages::completions(verb, &mut terminal),
        Verb::Man(verb) => pages::man(verb, &mut terminal),
        Verb::Rules => rules::run(&mut terminal),
    };
    result.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return Exit::Done;
        }
        terminal.error(&error);
        Exit::Error
    })
}

/// Whether whoever reads our output has seen enough. Rejects are another matter: what is not
/// read of them is lost.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    use events2logs_batch::RunError;
    error.chain().any(|cause| {
        let io =
            cause
                .downcast_ref::<io::Error>()
                .or_else(|| match cause.downcast_ref::<RunError>() {
                    Some(RunError::Write(error)) => Some(error),
                    _ => None,
                });
        io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
