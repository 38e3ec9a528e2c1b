//! What is typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use events2logs_batch::{Compression, Format, Formats, LEAST_MEMORY, Limits, Pointer, Resources};

use crate::check::args::{Check, EXAMPLES as CHECK_EXAMPLES};
use crate::verify::args::{EXAMPLES as VERIFY_EXAMPLES, Verify};

/// Carries Okta Events API archives and queries over to the System Log API, with nothing lost.
#[derive(Debug, Parser)]
#[command(name = "events2logs", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Print no summary and no notes; errors are printed all the same
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// When to use colours; `auto` is on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Legacy events become System Log LogEvents
    #[command(after_help = CONVERT_EXAMPLES)]
    Convert(Convert),
    /// Prove that an output folder accounts for every event of its inputs
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
    /// LogEvents become the legacy events they were made from
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore(Restore),
    /// Legacy queries become System Log queries, with the precision of each part
    #[command(after_help = REWRITE_EXAMPLES)]
    Rewrite(Rewrite),
    /// Find queries in a repository, say what is wrong with them, and fix it
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Prove that two queries find the same events, or show an event that tells them apart
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Compare),
    /// Look an event type up, by its legacy or its System Log name
    #[command(after_help = TYPES_EXAMPLES)]
    Types(Types),
    /// Tell what is known of an event type, an attribute, or a rule of check
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Print a script that completes commands in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
    /// Print a manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man(Man),
    /// Print docs/rules.md
    #[command(hide = true)]
    Rules,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    #[command(flatten)]
    pub(crate) archive: Archive,

    /// What to do with an event whose type has no System Log event type in the tables
    #[arg(long, value_name = "WHAT", default_value = "keep")]
    pub(crate) unknown_types: UnknownTypes,

    /// Leave out what would be null
    #[arg(long)]
    pub(crate) omit_nulls: bool,

    /// Your own event types, a CSV file with at least the columns legacy_event_type,event_type, over
    /// the shipped ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mappings: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) archive: Archive,
}

/// The most threads that may be asked for.
const MOST_JOBS: usize = 256;

pub(crate) fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().ok();
    jobs.filter(|jobs| (1..=MOST_JOBS).contains(jobs))
        .ok_or_else(|| format!("expected a number from 1 to {MOST_JOBS}"))
}

pub(crate) fn memory(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|it: char| !it.is_ascii_digit());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let shift = match unit.to_ascii_uppercase().as_str() {
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        _ => return Err("expected a number and a unit, as in 512M or 2G".to_owned()),
    };
    let memory = digits
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift));
    memory
        .filter(|memory| *memory >= LEAST_MEMORY)
        .ok_or_else(|| format!("expected at least {}M", LEAST_MEMORY >> 20))
}

/// What a run may take, with as many threads as there are cores unless it says otherwise.
pub(crate) fn resources(jobs: Option<usize>, memory: usize) -> Resources {
    let all_cores = || std::thread::available_parallelism().map_or(1, usize::from);
    Resources {
        jobs: jobs.unwrap_or_else(|| all_cores().min(MOST_JOBS)),
        memory,
    }
}

/// What convert and restore have in common.
#[derive(Debug, Args)]
pub(crate) struct Archive {
    /// Files, folders (walked in sorted order, hidden files left out), or - for stdin
    ///
    /// JSON arrays, NDJSON, objects one after the other, or CSV under names such as
    /// action.objectType; plain, gzip or zstd; zip and tar archives, read as folders. All are told by
    /// content; docs/formats.md tells more. Without any, stdin is read, unless it is a terminal.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The folder to write to, one file per input; - for stdout, which is the default for stdin
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,

    /// Where rejected records go when writing to stdout, instead of to stderr
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// What outputs are written as
    #[arg(long, value_name = "FORMAT", default_value = "ndjson")]
    pub(crate) to: To,

    /// What outputs are compressed with; their names end in .gz or .zst then. The rejects stay plain
    #[arg(long, value_name = "HOW", default_value = "none")]
    pub(crate) compress: Compress,

    /// Where in each record the event is, where another system wrapped it: a JSON pointer to the
    /// event, or to a string that holds it, such as /result/_raw or /_source
    ///
    /// What the wrapper says besides is left out, and restore cannot bring it back. A record without
    /// it is rejected, whole.
    #[arg(long, value_name = "POINTER")]
    pub(crate) unwrap: Option<Pointer>,

    /// How many bytes a compressed input of more than 1 GiB may hold for each one stored, lest it is
    /// a decompression bomb; 0 for any number
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    pub(crate) max_ratio: u64,

    /// How many threads convert, one for each 6 MiB of --memory at most [default: all cores]
    #[arg(long, short, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,

    /// How much memory to take at most, whatever the input: 512M, 2G; at least 64M
    ///
    /// The longest record that can be read has two fifths of it, of little less: 18 MiB of 64M. Names
    /// and checksums of inputs come on top: up to half a kilobyte for each.
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = memory)]
    pub(crate) memory: usize,

    /// Write to a folder that is not empty and not of events2logs, or replace an earlier run over
    /// other inputs
    #[arg(long)]
    pub(crate) force: bool,

    /// How to print what became of the events
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) summary: SummaryFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SummaryFormat {
    /// For people, on stderr; --quiet leaves it out
    Text,
    /// One JSON object: on stdout, or as the last line of stderr where the events go to stdout
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// One event a line
    Ndjson,
    /// One array
    Json,
    /// A row for each event, under names such as actor.displayName; docs/formats.md has them all
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compress {
    /// Nothing
    None,
    /// gzip, as level 6 does
    Gzip,
    /// zstd, as level 3 does
    Zstd,
}

impl Archive {
    /// How inputs are read and outputs written.
    pub(crate) fn formats(&self) -> Formats {
        Formats {
            to: match self.to {
                To::Ndjson => Format::Ndjson,
                To::Json => Format::Json,
                To::Csv => Format::Csv,
            },
            compress: match self.compress {
                Compress::None => Compression::None,
                Compress::Gzip => Compression::Gzip,
                Compress::Zstd => Compression::Zstd,
            },
            unwrap: self.unwrap.clone(),
            limits: Limits {
                ratio: self.max_ratio,
                ..Limits::default()
            }
            .within(self.memory),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnknownTypes {
    /// Convert it; its type stands unchanged under eventType
    Keep,
    /// Reject it
    Reject,
}

#[derive(Debug, Args)]
pub(crate) struct Rewrite {
    /// A legacy filter, query string, URL or curl command; without any, stdin is read, one query a
    /// line
    #[arg(value_name = "QUERY")]
    pub(crate) queries: Vec<String>,

    /// What the rewritten filter speaks of
    #[arg(long, value_name = "STRATEGY", default_value = "native")]
    pub(crate) strategy: Strategy,

    /// End with exit code 1 unless every rewrite is at least this precise
    #[arg(long, value_name = "PRECISION")]
    pub(crate) require: Option<Required>,

    /// The time to count the old defaults back from, such as 2026-11-23T00:00:00Z: since is added
    /// where the old API looked further back (or less far) than the 7 days of /logs
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<jiff::Timestamp>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RewriteFormat,

    /// Your own event types, a CSV file with at least the columns legacy_event_type,event_type, over
    /// the shipped ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mappings: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Strategy {
    /// eventType and outcome: also finds events whose type the Events API never had
    Native,
    /// legacyEventType: finds just what the legacy query found
    Exact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Required {
    /// Finds the same events
    Exact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RewriteFormat {
    /// The rewritten query alone on stdout, the rest on stderr
    Text,
    /// All of it, one JSON object a line
    Json,
}

/// Reads a time.
pub(crate) fn time(text: &str) -> Result<jiff::Timestamp, String> {
    events2logs_mapping::query::read_time(text)
        .ok_or_else(|| "expected a date and time such as 2026-11-23T00:00:00Z".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// A legacy filter, query string, URL or curl command; or a System Log one
    #[arg(required_unless_present = "pairs")]
    pub(crate) legacy: Option<String>,

    /// A System Log filter, query string, URL or curl command; without it, the first query alone is
    /// asked whether it can match at all, and whether it can fail to
    pub(crate) new: Option<String>,

    /// Compare the pairs of a CSV file with the columns name,legacy,rewritten,expect; expect is a
    /// verdict, and equivalent where it is empty. May be given several times
    #[arg(long, value_name = "FILE", conflicts_with_all = ["legacy", "new"])]
    pub(crate) pairs: Vec<PathBuf>,

    /// The time to count the default windows of both APIs back from; without it they do not count
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<jiff::Timestamp>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: CompareFormat,

    /// Your own event types, a CSV file with at least the columns legacy_event_type,event_type, over
    /// the shipped ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mappings: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    /// For people
    Text,
    /// One JSON object for each pair, one a line
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A rule of check, an event type, legacy or System Log, or an attribute of either
    #[arg(value_name = "CODE|TYPE|ATTRIBUTE")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// A verb, such as check; without it the page is about all of events2logs
    pub(crate) verb: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Types {
    /// A part of a type's name, either one; or a whole name with * for any part. All without it
    pub(crate) pattern: Option<String>,

    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TypesFormat,

    /// Your own event types, a CSV file with at least the columns legacy_event_type,event_type, over
    /// the shipped ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) mappings: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TypesFormat {
    /// One type a line, for people
    Text,
    /// A JSON array, for programs
    Json,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done, nothing to say
  1  done, with findings: some events were rejected, an input was empty, no type was found, a
     query would be refused
  2  wrong usage, unreadable input, or no space
  130  stopped by Ctrl-C";

const CONVERT_EXAMPLES: &str = "\
Examples:
  events2logs convert archive -o converted      a folder, one output per input
  zcat events.gz | events2logs convert - | jq   NDJSON in, NDJSON out
  events2logs convert old.json -o out --unknown-types reject
  events2logs convert archive -o out --mappings our-types.csv
  events2logs convert logs.tar.gz -o out        zip and tar archives are read as folders
  events2logs convert archive -o out --to json --compress zstd
  events2logs convert archive -o - --to csv > events.csv
  events2logs convert splunk.json -o out --unwrap /result/_raw

Your own event types, one a line (other columns: outcome_result, outcome_reason, severity, note):
  legacy_event_type,event_type,outcome_result,severity
  app.acme.export,acme.exported,SUCCESS,INFO

Beside the outputs stand manifest.json (what became of each event) and rejects.ndjson (what could
not be converted, whole, with source, line, byte and reason). For every input: events in =
converted + passed through + rejected.

Exit codes: 0 done; 1 done, and some events were rejected or an input was empty; 2 wrong usage, an
input that cannot be read to its end (the others are converted), or no space.";

const RESTORE_EXAMPLES: &str = "\
Examples:
  events2logs restore converted -o legacy       the archive as it was, as NDJSON
  events2logs restore - < events.ndjson         stdin to stdout
  events2logs restore converted-as-csv -o legacy --compress gzip

What convert wrote in whatever format is read back. A LogEvent that was not made by convert stands
as it was, and what --unwrap took an event out of does not come back. Exit codes are those of convert.";

const REWRITE_EXAMPLES: &str = "\
Examples:
  events2logs rewrite 'action.objectType eq \"core.user_auth.login_failed\"'
  events2logs rewrite 'https://example.okta.com/api/v1/events?startDate=2017-10-01&limit=500'
  events2logs rewrite --strategy exact --require exact < queries.txt
  events2logs rewrite --format json --now 2026-11-23T00:00:00Z 'published gt \"2026-10-01\"'

The rewritten query stands alone on stdout; its precision, part by part, and what changes without
being written go to stderr. Precision: exact, the same events; wider, these and more; narrower, some
of these; different, both; unsupported, there is no rewrite.

Exit codes: 0 done; 1 a part without a rewrite, or less precise than --require; 2 a query that cannot
be read.";

const COMPARE_EXAMPLES: &str = "\
Examples:
  events2logs compare 'action.objectType eq \"core.user_auth.login_failed\"' \\
      'eventType eq \"user.session.start\" and outcome.result eq \"FAILURE\"'
  events2logs compare --pairs detections.csv
  events2logs compare 'not (outcome.result eq \"SUCCESS\" and outcome.result eq \"FAILURE\")'

The verdict is that of the new query: equivalent, proved for every event that the Events API had;
wider, narrower or different, with the legacy types concerned and an event for each direction;
undecided, with the reason. For one query alone it is never, always or varies, with the smallest part
that makes it so.

Exit codes: 0 equivalent, varies, or all pairs as expected; 1 not; 2 a query or file that cannot be
read.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  events2logs explain core.user_auth.login_failed
  events2logs explain user.session.start
  events2logs explain action.requestUri
  events2logs explain target.id
  events2logs explain E2L203

Exit codes: 0 found; 1 nothing is known of it.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  events2logs completions bash > ~/.local/share/bash-completion/completions/events2logs
  events2logs completions fish > ~/.config/fish/completions/events2logs.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  events2logs man > ~/.local/share/man/man1/events2logs.1
  events2logs man check > ~/.local/share/man/man1/events2logs-check.1";

const TYPES_EXAMPLES: &str = "\
Examples:
  events2logs types core.user_auth.login_failed
  events2logs types user.session.start          the legacy types it comes from
  events2logs types 'app.*.api.error.*' --format json

Exit codes: 0 found; 1 no event type matches.";
