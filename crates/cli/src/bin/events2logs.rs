//! The binary: hands the arguments over and turns the result into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    events2logs_cli::run(std::env::args_os()).into()
}
