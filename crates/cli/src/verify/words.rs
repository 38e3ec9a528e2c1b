//! What a finding says in words.

use events2logs_batch::FileDigest;
use events2logs_batch::verify::{Content, Finding, Part, Sum, What};
use events2logs_mapping::Difference;

use crate::style::{counted, thousands};

/// A finding in words.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// What does not hold.
    pub(crate) message: String,
    /// What there is.
    pub(crate) found: Option<String>,
    /// What there should be.
    pub(crate) expected: Option<String>,
    /// What to do.
    pub(crate) help: &'static str,
}

/// How long values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Cut where they are long, for people.
    Short,
    /// As they are, for programs.
    Full,
}

const AGAIN: &str = "take it from a copy, or write OUT again";
const EDITED: &str = "the manifest was edited or damaged: take it from a copy, or write OUT again";
const INTO_ANOTHER: &str = "write it again into another folder, and compare";

/// Puts `finding` into words.
pub(crate) fn words(finding: &Finding, length: Length) -> Words {
    match &finding.what {
        What::ManifestMissing
        | What::ManifestUnreadable { .. }
        | What::ManifestCutOff
        | What::ManifestForeign { .. }
        | What::ManifestVersion { .. }
        | What::Sum { .. }
        | What::OutputPath { .. }
        | What::Unfinished => of_the_manifest(&finding.what),
        What::RejectsOf { .. }
        | What::RejectsBy { .. }
        | What::RejectUnreadable { .. }
        | What::RejectDiffers { .. }
        | What::RejectUnfounded { .. } => of_rejects(&finding.what),
        What::EventLost { .. }
        | What::EventAdded
        | What::EventMoved { .. }
        | What::EventDiffers { .. }
        | What::EventAltered { .. }
        | What::EventNotCompared { .. }
        | What::Converted { .. }
        | What::More { .. } => of_an_event(&finding.what, length),
        What::Missing { .. }
        | What::Changed { .. }
        | What::Counted { .. }
        | What::Unreadable { .. }
        | What::Unlisted { .. }
        | What::Unconverted { .. }
        | What::NoOutput { .. }
        | What::Unexpected { .. } => of_a_file(&finding.what, length),
    }
}

fn new(message: impl Into<String>, help: &'static str) -> Words {
    Words {
        message: message.into(),
        help,
        ..Words::default()
    }
}

impl Words {
    fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }
}

fn of_the_manifest(what: &What) -> Words {
    match what {
        What::ManifestMissing => new(
            "there is no manifest",
            "is this the folder that was written to, and has the run ended?",
        ),
        What::ManifestUnreadable { problem } => {
            new("is no manifest that can be read", AGAIN).found(problem)
        }
        What::ManifestCutOff => new("ends before its end", AGAIN).found("a part of a manifest"),
        What::ManifestForeign { tool } => new(
            "is the manifest of another program",
            "is this the folder that was written to?",
        )
        .found(tool)
        .expected("events2logs"),
        What::ManifestVersion { found } => new(
            "has a form that this version of events2logs does not know",
            "verify it with the version that wrote it, which it names under tool",
        )
        .found(format!("schema_version {found}"))
        .expected(format!(
            "schema_version {}",
            events2logs_batch::SCHEMA_VERSION
        )),
        What::Sum {
            of,
            expected,
            found,
        } => {
            let message = match of {
                Sum::Events { input } => format!(
                    "the numbers of {input} do not add up: events, and converted + passed_through \
                     + rejected"
                ),
                Sum::Total { name } => {
                    format!("totals.{name} is not the sum over the inputs")
                }
                Sum::Reasons => "totals.rejected is not the sum of rejects_by_reason".to_owned(),
            };
            new(message, EDITED)
                .found(thousands(*found))
                .expected(thousands(*expected))
        }
        What::OutputPath { input } => new(
            format!("the output of {input} is outside the folder, or that of another input"),
            EDITED,
        ),
        _ => new(
            "a run has not finished here, or is under way",
            "run it again to its end, then verify",
        ),
    }
}

fn of_a_file(what: &What, length: Length) -> Words {
    match what {
        What::Missing {
            part,
            expected,
            not_given,
        } => {
            let (message, help) = match part {
                Part::Input if *not_given => (
                    "an input is there, but not under the INPUTs given",
                    "name it too, or the folder it is in",
                ),
                Part::Input => (
                    "an input is missing",
                    "bring it back, or give its new place",
                ),
                Part::Output | Part::Rejects => ("is missing", AGAIN),
            };
            let words = new(message, help);
            match expected {
                Some(expected) => words.found("nothing").expected(digest(expected, length)),
                None => words,
            }
        }
        What::Changed {
            part,
            expected,
            found,
            holds,
        } => {
            let (message, help) = match (part, holds) {
                (_, Some(other)) => (
                    format!("holds what {other} should hold"),
                    "put each file in its place",
                ),
                (Part::Input, None) => (
                    "is not what was read".to_owned(),
                    "take it from a copy; if it was to change, write OUT again",
                ),
                (Part::Output | Part::Rejects, None) => {
                    ("is not what was written".to_owned(), AGAIN)
                }
            };
            new(message, help)
                .found(content(found, *part, length))
                .expected(content(expected, *part, length))
        }
        What::Counted {
            part,
            expected,
            found,
        } => {
            let words = new(
                "is what it was, and the manifest counts other events in it",
                EDITED,
            );
            words
                .found(events(*found, *part))
                .expected(events(*expected, *part))
        }
        What::Unreadable { part, problem } => {
            let help = match part {
                Part::Input => "make it readable, or give its new place",
                Part::Output | Part::Rejects => AGAIN,
            };
            new("cannot be verified", help).found(problem)
        }
        What::Unlisted { holds: None } => new(
            "is not in the manifest: nothing of it was converted",
            "convert it too",
        ),
        What::Unlisted { holds: Some(other) } => new(
            format!("is not in the manifest, and holds what {other} should hold"),
            "give it its old name, or write OUT again",
        ),
        What::Unconverted { in_part, problem } => {
            let message = if *in_part {
                "was not read to its end, and is converted only in part"
            } else {
                "nothing of it was converted, as the manifest says"
            };
            let help = "mend it or leave it out, and write OUT again";
            let problem = problem.as_deref();
            new(message, help).found(problem.unwrap_or("the manifest does not say why"))
        }
        What::NoOutput { events } => new("has no output in the manifest", EDITED)
            .found("nothing")
            .expected(format!(
                "an output with {}",
                counted(*events, "event", "events")
            )),
        What::Unexpected { holds: Some(other) } => new(
            format!("is not in the manifest, and holds what {other} should hold"),
            "give it its old name",
        ),
        _ => new(
            "is not in the manifest: no run wrote it here",
            "take it away, so that nobody reads it as an output",
        ),
    }
}

fn of_rejects(what: &What) -> Words {
    match what {
        What::RejectsOf {
            input,
            expected,
            found,
        } => new(format!("holds other rejected records of {input}"), AGAIN)
            .found(events(*found, Part::Rejects))
            .expected(events(*expected, Part::Rejects)),
        What::RejectsBy {
            code,
            expected,
            found,
        } => new(format!("holds other records rejected for {code}"), AGAIN)
            .found(events(*found, Part::Rejects))
            .expected(events(*expected, Part::Rejects)),
        What::RejectDiffers { input, line } => new(
            format!("this record is not what stands at {input}:{line}"),
            INTO_ANOTHER,
        ),
        What::RejectUnfounded {
            input,
            line,
            code,
            found,
        } => {
            let found = match found {
                Some(code) => format!("rejected for {code}"),
                None => "a record that can be converted".to_owned(),
            };
            new(
                format!("the record of {input}:{line} need not be rejected for this"),
                INTO_ANOTHER,
            )
            .found(found)
            .expected(format!("rejected for {code}"))
        }
        What::RejectUnreadable { problem } => {
            new("this line is no rejected record", AGAIN).found(problem)
        }
        _ => Words::default(),
    }
}

fn of_an_event(what: &What, length: Length) -> Words {
    match what {
        What::EventLost { after, output } => {
            let message = match after {
                0 => format!("this record is not in {output}, where it should be first"),
                line => {
                    format!("this record is not in {output}, where it should follow line {line}")
                }
            };
            new(message, AGAIN).found("nothing").expected("its event")
        }
        What::EventAdded => new("this event is of no record of the input", INTO_ANOTHER)
            .found("an event")
            .expected("nothing"),
        What::EventMoved { input, line } => new(
            format!("this event is out of order: it is that of {input}:{line}"),
            AGAIN,
        ),
        What::EventDiffers {
            input,
            line,
            difference: difference_,
            holds,
        } => {
            let message = match holds {
                Some(other) => format!(
                    "this event is not that of {input}:{line}, but that of line {other} there"
                ),
                None => format!("this event does not restore to {input}:{line}"),
            };
            match difference_ {
                Some(it) => difference(new(message, INTO_ANOTHER), it, length),
                None => new(message, INTO_ANOTHER).found("no event"),
            }
        }
        What::EventNotCompared {
            input,
            line,
            needed,
            most,
        } => new(
            format!("not compared with {input}:{line}, which takes more memory than there is"),
            "--memory allows more",
        )
        .found(format!("up to {} MiB needed", needed.div_ceil(1 << 20)))
        .expected(format!("at most {} MiB", most >> 20)),
        What::EventAltered {
            input,
            line,
            difference: it,
        } => {
            let message = format!("this event is not what converting {input}:{line} makes");
            difference(new(message, INTO_ANOTHER), it, length)
        }
        What::Converted { expected, found } => new(
            "other events were converted, and other ones passed through, than the manifest counts",
            EDITED,
        )
        .found(format!("{} converted", thousands(*found)))
        .expected(format!("{} converted", thousands(*expected))),
        What::More { count } => new(
            format!(
                "and {} of this file",
                counted(*count, "more finding", "more findings")
            ),
            INTO_ANOTHER,
        ),
        _ => Words::default(),
    }
}

/// Says where two values differ: the left one is expected, the right one found.
fn difference(mut words: Words, difference: &Difference, length: Length) -> Words {
    let place = match difference.pointer.as_str() {
        "" => "at its root",
        pointer => pointer,
    };
    words.message = format!("{}: {place}", words.message);
    let value = |value: &Option<String>| match value {
        Some(text) => cut(text, length),
        None => "nothing".to_owned(),
    };
    let (expected, found) = (value(&difference.left), value(&difference.right));
    words.found(found).expected(expected)
}

/// `text`, cut where it is long.
fn cut(text: &str, length: Length) -> String {
    /// Characters that are shown.
    const SHOWN: usize = 60;
    if length == Length::Full || text.chars().nth(SHOWN).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(SHOWN).collect();
    cut.push('…');
    cut
}

fn content(content: &Content, part: Part, length: Length) -> String {
    let digest = digest(&content.digest, length);
    match content.events {
        Some(number) => format!("{digest}, {}", events(number, part)),
        None => digest,
    }
}

fn digest(digest: &FileDigest, length: Length) -> String {
    let size = counted(digest.bytes, "byte", "bytes");
    match length {
        Length::Short => format!("{size}, SHA-256 {:.12}…", digest.sha256),
        Length::Full => format!("{size}, SHA-256 {}", digest.sha256),
    }
}

fn events(number: u64, part: Part) -> String {
    match part {
        Part::Output => counted(number, "event", "events"),
        Part::Input | Part::Rejects => counted(number, "record", "records"),
    }
}
