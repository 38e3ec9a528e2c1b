//! The codes of findings.

use super::finding::{Part, What};

/// All codes, with what each means; `docs/verify.md` lists them.
pub const CODES: &[(&str, &str)] = &[
    ("manifest-missing", "OUT holds no manifest.json"),
    (
        "manifest-unreadable",
        "manifest.json cannot be read, or is no manifest",
    ),
    ("manifest-cut-off", "manifest.json ends before its end"),
    ("manifest-foreign", "manifest.json is of another program"),
    (
        "manifest-version",
        "manifest.json has a form that this version of events2logs does not know",
    ),
    (
        "manifest-sums",
        "numbers in manifest.json do not add up: it was edited",
    ),
    (
        "manifest-path",
        "manifest.json names an output outside OUT, one output twice, or none where there must be one: it \
         was edited",
    ),
    (
        "run-unfinished",
        "a run into OUT has not finished, or is under way",
    ),
    (
        "input-missing",
        "an input is not there, or not under the INPUTs given",
    ),
    ("input-changed", "an input is not what was read"),
    (
        "input-events",
        "an input is what was read, and holds more or fewer records than the manifest says",
    ),
    ("input-unreadable", "an input cannot be read"),
    (
        "input-unlisted",
        "an input is not in the manifest: nothing of it was converted",
    ),
    (
        "input-unconverted",
        "an input was not converted, or not to its end",
    ),
    ("output-missing", "an output is not there"),
    ("output-changed", "an output is not what was written"),
    (
        "output-events",
        "an output is what was written, and holds more or fewer events than the manifest says",
    ),
    ("output-unreadable", "an output cannot be read"),
    (
        "file-unexpected",
        "OUT holds a file that the manifest does not list",
    ),
    ("rejects-missing", "rejects.ndjson is not there"),
    ("rejects-changed", "rejects.ndjson is not what was written"),
    (
        "rejects-events",
        "rejects.ndjson holds more or fewer records than the manifest says, of an input or a reason",
    ),
    (
        "rejects-unreadable",
        "rejects.ndjson, or a line of it, cannot be read",
    ),
    (
        "event-lost",
        "--deep: a record of the input is neither in the output nor rejected",
    ),
    (
        "event-added",
        "--deep: an event in the output is of no record of the input",
    ),
    (
        "event-moved",
        "--deep: an event in the output is not where its record stands in the input",
    ),
    (
        "event-differs",
        "--deep: an event does not restore to the record of the input",
    ),
    (
        "event-not-compared",
        "--deep: an event or a rejected record takes more memory to be held against its record than \
         --memory allows",
    ),
    (
        "event-altered",
        "--deep: an event restores to the record of the input, and says something that converting \
         it does not",
    ),
    (
        "events-converted",
        "--deep: more or fewer events were converted than the manifest says",
    ),
    (
        "reject-differs",
        "--deep: a rejected record is not what stands in the input at that place",
    ),
    (
        "reject-unfounded",
        "--deep: a rejected record converts, or is rejected for another reason",
    ),
    (
        "more",
        "--deep: how many findings of one file are not named one by one",
    ),
];

impl What {
    /// The code of this kind of finding: stable, for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ManifestMissing => "manifest-missing",
            Self::ManifestUnreadable { .. } => "manifest-unreadable",
            Self::ManifestCutOff => "manifest-cut-off",
            Self::ManifestForeign { .. } => "manifest-foreign",
            Self::ManifestVersion { .. } => "manifest-version",
            Self::Sum { .. } => "manifest-sums",
            Self::OutputPath { .. } => "manifest-path",
            Self::Unfinished => "run-unfinished",
            Self::Missing { part, .. } => {
                part.code(["input-missing", "output-missing", "rejects-missing"])
            }
            Self::Changed { part, .. } => {
                part.code(["input-changed", "output-changed", "rejects-changed"])
            }
            Self::Counted { part, .. } => {
                part.code(["input-events", "output-events", "rejects-events"])
            }
            Self::Unreadable { part, .. } => part.code([
                "input-unreadable",
                "output-unreadable",
                "rejects-unreadable",
            ]),
            Self::Unlisted { .. } => "input-unlisted",
            Self::Unconverted { .. } => "input-unconverted",
            Self::NoOutput { .. } => "manifest-path",
            Self::Unexpected { .. } => "file-unexpected",
            Self::RejectsOf { .. } | Self::RejectsBy { .. } => "rejects-events",
            Self::RejectUnreadable { .. } => "rejects-unreadable",
            Self::EventLost { .. } => "event-lost",
            Self::EventAdded => "event-added",
            Self::EventMoved { .. } => "event-moved",
            Self::EventDiffers { .. } => "event-differs",
            Self::EventNotCompared { .. } => "event-not-compared",
            Self::EventAltered { .. } => "event-altered",
            Self::Converted { .. } => "events-converted",
            Self::RejectDiffers { .. } => "reject-differs",
            Self::RejectUnfounded { .. } => "reject-unfounded",
            Self::More { .. } => "more",
        }
    }

    /// Whether a part of what was to be verified could not even be looked at.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(
            self,
            Self::ManifestMissing
                | Self::ManifestUnreadable { .. }
                | Self::ManifestCutOff
                | Self::ManifestForeign { .. }
                | Self::ManifestVersion { .. }
                | Self::Unreadable { .. }
        )
    }
}

impl Part {
    /// Of the codes for an input, an output and the rejects, the one for this.
    fn code(self, [input, output, rejects]: [&'static str; 3]) -> &'static str {
        match self {
            Self::Input => input,
            Self::Output => output,
            Self::Rejects => rejects,
        }
    }
}
