//! The arguments of `verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::{jobs, memory};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The inputs as they were given to convert (or restore); without any, only OUT is looked at
    ///
    /// They are told by their names, or else by the names of their outputs: so the archive may have
    /// moved.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The folder that was written to
    #[arg(long, value_name = "OUT")]
    pub(crate) against: PathBuf,

    /// Restore every event and compare it with the record it was made from
    #[arg(long, requires = "inputs")]
    pub(crate) deep: bool,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// The event types of your own that convert was given, so that --deep can compare what they
    /// decide; may be given several times
    #[arg(long, value_name = "FILE", requires = "deep")]
    pub(crate) mappings: Vec<PathBuf>,

    /// How many threads read, one for each 6 MiB of --memory at most [default: all cores]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,

    /// How much memory to take at most, as for convert; with less than convert had, a record may be
    /// too long, and with more, one that was too long for it counts
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = memory)]
    pub(crate) memory: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One finding a line, for people
    Text,
    /// One JSON object, for programs
    Json,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  events2logs verify archive --against converted           both sides
  events2logs verify archive --against converted --deep    and each event with its record
  events2logs verify --against converted                   the originals are elsewhere
  events2logs verify archive --against converted --format json | jq .findings

Reads every input, every output and rejects.ndjson again and holds size, SHA-256 and number of
events against manifest.json; looks for files that are missing, new or swapped; adds the manifest
up. With --deep, each LogEvent is restored and compared as JSON with its record, in order; and where
the tables are those of the run, with what converting the record makes. Of a restore, each event is
compared with what restoring its LogEvent makes.

Nothing in OUT vouches for manifest.json itself: keep its SHA-256, which is printed, elsewhere.

Exit codes: 0 all is as it should be; 1 findings; 2 wrong usage, or something cannot be read. What
the codes of findings mean is in docs/verify.md.";
