//! Find, read, split and convert archives of Okta events in parallel, and account for every
//! event.
//!
//! The stages, each a file with one type in and one out: paths → [`Input`]s (`find`) → decoded
//! bytes (`source`) → blocks of whole records (`split`) → converted bytes, rejects and counts
//! (`process`) → files, whole or not at all (`output`), and the [`Manifest`] that tells what
//! became of each event. [`to_folder`] and [`to_writer`] tie them together: numbered blocks are
//! converted on a thread pool and written in order, so that the output does not depend on the
//! number of threads.
//!
//! [`verify`] reads both sides again and holds them against the manifest.
//!
//! [`check`] is the same for repositories of text: walk, read, call, fix, write.

mod ahead;
mod archive;
mod block;
mod buffer;
pub mod check;
mod checksum;
mod compress;
mod crew;
mod csv;
mod each;
mod earlier;
mod events;
mod find;
mod folder;
mod foreign;
mod formats;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod hashed;
mod identity;
mod journal;
mod lane;
mod layout;
mod lock;
mod manifest;
mod names;
mod output;
mod permits;
mod pointer;
mod process;
mod progress;
mod record;
mod reject;
mod run;
mod scanner;
mod seams;
mod serial;
mod sink;
mod source;
mod split;
mod state;
mod structure;
mod tally;
mod to_folder;
mod values;
pub mod verify;
mod weight;
mod work;
mod workers;

pub use archive::{Archive, Member};
pub use checksum::{Checksum, NoChecksum};
pub use find::{Found, Input, Inputs, Note, Place, Search, find};
pub use folder::{FolderError, MANIFEST, OutputFolder, REJECTS};
pub use formats::{Compression, Format, Formats, Task};
pub use manifest::{
    FileDigest, FormatsEntry, InputEntry, Manifest, Mappings, Options, OutputEntry, RunTotals,
    SCHEMA_VERSION, Terms, Tool, Totals,
};
pub use output::OutputError;
pub use pointer::{Pointer, PointerError};
pub use process::Action;
pub use progress::{Progress, Seen};
pub use run::{LEAST_MEMORY, Problem, RejectedInput, Report, Resources, RunError, to_writer};
pub use source::{InputError, Limits};
pub use tally::{RejectCount, Tally};
pub use to_folder::to_folder;
pub use weight::OVER_MEMORY;
pub use work::Leaver;
