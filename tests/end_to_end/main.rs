//! The binary, from its arguments to its files, streams and exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test states what must hold; a panic is its report"
)]

mod archive;
mod archives;
mod bad_input;
mod check;
mod command;
mod compare;
mod folders;
mod formats;
#[cfg(unix)]
mod hostile;
mod inputs;
#[cfg(unix)]
mod interrupt;
mod layouts;
mod options;
mod queries;
mod repos;
#[cfg(unix)]
mod restart;
mod schema;
mod streams;
mod types;
mod verify;
mod windows;
