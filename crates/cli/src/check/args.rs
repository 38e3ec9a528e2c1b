//! What is typed after `check`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use events2logs_batch::check::Selector;

use crate::args::time;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files and folders, or - for stdin; folders are walked as ripgrep does it, without what
    /// .gitignore leaves out and without hidden and binary files
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// Apply the fixes that keep the meaning, and print what is left
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix or --diff: the fixes too that may change the meaning
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Print what --fix would change, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    pub(crate) diff: bool,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// These rules only: codes, or starts of codes such as E2L1 for all of the server's refusals
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) select: Vec<Selector>,

    /// Not these rules: codes, or starts of codes. The longer of two that fit a rule counts
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<Selector>,

    /// End with exit code 0 whatever is found
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// End with exit code 1 for warnings too, not for errors only
    #[arg(long)]
    pub(crate) deny_warnings: bool,

    /// Settings, instead of the nearest events2logs.toml in this folder or one above it
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read no events2logs.toml
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// What stdin is called in findings, and which settings for paths count for it
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// Today, such as 2026-11-23T00:00:00Z: finds dates that lie further back than the System Log
    /// goes
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<jiff::Timestamp>,

    /// Your own event types, a CSV file with at least the columns legacy_event_type,event_type, over
    /// the shipped ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mappings: Vec<PathBuf>,

    /// Walk hidden files and folders, too
    #[arg(long)]
    pub(crate) hidden: bool,

    /// Walk what .gitignore and .ignore leave out, too
    #[arg(long)]
    pub(crate) no_ignore: bool,

    /// How many threads check [default: all cores]
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The source line with the place marked under it, for people
    Text,
    /// A JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// JUnit XML, for test reports
    Junit,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  events2logs check                             this folder
  events2logs check --fix src detections        apply what keeps the meaning
  events2logs check --diff --unsafe-fixes | less
  events2logs check --select E2L1,E2L203 --format sarif > findings.sarif
  events2logs check - --stdin-filename rule.yml --fix < rule.yml

A comment `events2logs: ignore E2L203` leaves that rule out for its line, or, alone on a line, for
the next one; without a code it is for all rules, and `events2logs: ignore-file` is for the file.

Settings in events2logs.toml, all of them optional; paths are patterns as in .gitignore:
  include = [\"*.py\", \"*.tf\"]                    of folders, only these
  exclude = [\"vendor/\"]                         none of these, not even if named
  select = [\"E2L1\", \"E2L2\"]
  ignore = [\"E2L503\"]
  mappings = [\"our-types.csv\"]                  paths from the folder of events2logs.toml
  now = 2026-11-23T00:00:00Z
  [per-path-ignores]
  \"tests/\" = [\"E2L2\"]

With --fix and -, the fixed text goes to stdout and the findings to stderr.

A comment that leaves nothing out is told, too (E2L901).

Exit codes: errors end with 1, warnings with 0 unless --deny-warnings makes it 1, infos never count;
with --diff it is 1 where something would change, whatever is found; 2 is wrong usage or settings,
or a file that cannot be read or written (the others are checked all the same).";
