//! `manifest.json`: what became of each event of each input.

use serde::{Deserialize, Serialize};

use crate::tally::Tally;

/// What became of each event of each input. Holds nothing that differs between two runs over
/// the same input, such as times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What wrote it.
    pub tool: Tool,
    /// `convert` or `restore`.
    pub action: String,
    /// SHA-256 over the tables that decided the conversion; none for a restore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables_sha256: Option<String>,
    /// The sums over all inputs.
    pub totals: Totals,
    /// The rejects file.
    pub rejects: FileDigest,
    /// Each input, in the order of the arguments and by path.
    pub inputs: Vec<InputEntry>,
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Events in = converted + passed through + rejected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Records in.
    pub events: u64,
    /// Records that were converted (or restored).
    pub converted: u64,
    /// Records that stand as they were.
    pub passed_through: u64,
    /// Records that were rejected.
    pub rejected: u64,
}

/// Size and checksum of a file as it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Its size.
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// One input, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEntry {
    /// Its path as it was given, or found under one that was given.
    pub input: String,
    /// None for an input that could not be opened.
    #[serde(flatten)]
    pub digest: Option<FileDigest>,
    /// The counts.
    #[serde(flatten)]
    pub totals: Totals,
    /// Its output, relative to the output folder; none for an input that could not be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputEntry>,
    /// What was wrong with it as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The output of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputEntry {
    /// Relative to the output folder, with `/` between its parts.
    pub path: String,
    /// Its size and checksum.
    #[serde(flatten)]
    pub digest: FileDigest,
}

impl From<&Tally> for Totals {
    fn from(tally: &Tally) -> Self {
        Self {
            events: tally.events,
            converted: tally.converted,
            passed_through: tally.passed_through,
            rejected: tally.rejected,
        }
    }
}
