//! `manifest.json`: what became of each event of each input.

use std::collections::BTreeMap;
use std::path::PathBuf;

use events2logs_mapping::tables::Overlay;
use events2logs_mapping::{ConvertOptions, UnknownTypes};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::checksum::Checksum;
use crate::folder::TOOL;
use crate::formats::{Compression, Format, Formats, Task};
use crate::names::relative;
use crate::process::Action;
use crate::source::Limits;
use crate::tally::Tally;

/// The version of the form of `manifest.json` that this program writes and verifies, which
/// `docs/manifest.schema.json` describes.
pub const SCHEMA_VERSION: u32 = 1;

/// What became of each event of each input. Holds nothing that differs between two runs over
/// the same input, such as times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest<I = Vec<InputEntry>> {
    /// The version of its form; 0 where it names none. [`SCHEMA_VERSION`] is this program's.
    #[serde(default)]
    pub schema_version: u32,
    /// What was done, with what.
    #[serde(flatten)]
    pub terms: Terms,
    /// The sums over all inputs.
    pub totals: RunTotals,
    /// Rejected records by the code of their reason.
    #[serde(default)]
    pub rejects_by_reason: BTreeMap<String, u64>,
    /// The rejects file.
    pub rejects: FileDigest,
    /// Each input, in the order of the arguments and by path.
    pub inputs: I,
}

/// What a run does, with what: two runs under the same terms do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What does it.
    pub tool: Tool,
    /// `convert` or `restore`.
    pub action: String,
    /// SHA-256 over the tables that decide the conversion; none for a restore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables_sha256: Option<String>,
    /// How events are converted; none for a restore.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
    /// How inputs are read and outputs written, where that is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formats: Option<FormatsEntry>,
    /// The user's own rows, in the order they are laid over the shipped ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<Mappings>,
}

impl From<Task<'_>> for Terms {
    fn from(task: Task<'_>) -> Self {
        let formats = FormatsEntry::of(task.formats);
        let tool = Tool {
            name: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        match task.action {
            Action::Restore => Self {
                tool,
                action: "restore".to_owned(),
                tables_sha256: None,
                options: None,
                formats,
                mappings: Vec::new(),
            },
            Action::Convert { tables, options } => Self {
                tool,
                action: "convert".to_owned(),
                tables_sha256: Some(tables.sha256().to_owned()),
                options: Some(Options::from(options)),
                formats,
                mappings: tables.overlays().iter().map(Mappings::from).collect(),
            },
        }
    }
}

/// How inputs were read and outputs written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatsEntry {
    /// `ndjson`, `json` or `csv`.
    pub to: String,
    /// `none`, `gzip` or `zstd`.
    pub compress: String,
    /// Where in each record the event was; what the record said besides is not in the output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwrap: Option<String>,
    /// How many bytes a compressed input might hold for each one stored, where that was not the
    /// default: whether an input was taken for a decompression bomb depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ratio: Option<u64>,
}

impl FormatsEntry {
    /// The formats; what no version of this program has written counts as default.
    pub(crate) fn formats(&self) -> Formats {
        let to = [Format::Ndjson, Format::Json, Format::Csv];
        let compress = [Compression::None, Compression::Gzip, Compression::Zstd];
        Formats {
            to: to
                .into_iter()
                .find(|it| it.name() == self.to)
                .unwrap_or_default(),
            compress: compress
                .into_iter()
                .find(|it| it.name() == self.compress)
                .unwrap_or_default(),
            unwrap: self.unwrap.as_ref().and_then(|it| it.parse().ok()),
            limits: Limits {
                ratio: self.max_ratio.unwrap_or(Limits::USUAL.ratio),
                ..Limits::USUAL
            },
        }
    }

    /// `None` for the default ones.
    pub(crate) fn of(formats: &Formats) -> Option<Self> {
        let entry = Self {
            to: formats.to.name().to_owned(),
            compress: formats.compress.name().to_owned(),
            unwrap: formats.unwrap.as_ref().map(ToString::to_string),
            max_ratio: Some(formats.limits.ratio).filter(|ratio| *ratio != Limits::USUAL.ratio),
        };
        let is_default = formats.to == Format::default()
            && formats.compress == Compression::default()
            && entry.unwrap.is_none()
            && entry.max_ratio.is_none();
        (!is_default).then_some(entry)
    }
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How events were converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// What became of types that the tables do not know: `keep` or `reject`.
    pub unknown_types: String,
    /// Whether what would be null was left out.
    pub omit_nulls: bool,
}

/// A table of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mappings {
    /// The name of its file, as it was given.
    pub name: String,
    /// In hexadecimal.
    pub sha256: String,
}

/// The sums over all inputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunTotals {
    /// Of events.
    #[serde(flatten)]
    pub counts: Totals,
    /// Inputs with something wrong with them as a whole.
    #[serde(default)]
    pub inputs_with_problems: u64,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileDigest {
    /// Its size.
    pub bytes: u64,
    /// Of its bytes.
    pub sha256: Checksum,
}

impl FileDigest {
    /// Of so many bytes that were put into `hash`.
    pub(crate) fn of(bytes: u64, hash: Sha256) -> Self {
        Self {
            bytes,
            sha256: hash.into(),
        }
    }
}

/// One input, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RawEntry")]
pub struct InputEntry {
    /// Its path as it was given, or found under one that was given.
    pub input: String,
    /// The bytes of that path in base64, where it is no Unicode text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_base64: Option<Box<str>>,
    /// None for an input that could not be opened, or not be read to its end.
    #[serde(flatten)]
    pub digest: Option<FileDigest>,
    /// The counts.
    #[serde(flatten)]
    pub totals: Totals,
    /// None for an input that could not be opened, or whose output has no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<OutputEntry>,
    /// What was wrong with it as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<str>>,
}

/// An [`InputEntry`] as it is read: serde takes a flattened digest that is none for a missing one.
#[derive(Deserialize)]
struct RawEntry {
    input: String,
    #[serde(default)]
    input_base64: Option<Box<str>>,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    sha256: Option<Checksum>,
    #[serde(flatten)]
    totals: Totals,
    #[serde(default)]
    output: Option<OutputEntry>,
    #[serde(default)]
    problem: Option<Box<str>>,
}

impl From<RawEntry> for InputEntry {
    fn from(raw: RawEntry) -> Self {
        let digest = raw.bytes.zip(raw.sha256);
        Self {
            input: raw.input,
            input_base64: raw.input_base64,
            digest: digest.map(|(bytes, sha256)| FileDigest { bytes, sha256 }),
            totals: raw.totals,
            output: raw.output,
            problem: raw.problem,
        }
    }
}

/// The output of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputEntry {
    /// Relative to the output folder, with `/` between its parts.
    pub path: String,
    /// The bytes of that path in base64, where it is no Unicode text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_base64: Option<Box<str>>,
    /// Its size and checksum.
    #[serde(flatten)]
    pub digest: FileDigest,
}

impl OutputEntry {
    /// Where it is in the output folder; `None` for a path that would lead out of it.
    pub(crate) fn relative(&self) -> Option<PathBuf> {
        relative(&self.path, self.path_base64.as_deref())
    }
}

impl From<ConvertOptions> for Options {
    fn from(options: ConvertOptions) -> Self {
        let unknown_types = match options.unknown_types {
            UnknownTypes::Keep => "keep",
            UnknownTypes::Reject => "reject",
        };
        Self {
            unknown_types: unknown_types.to_owned(),
            omit_nulls: options.omit_nulls,
        }
    }
}

impl From<&Overlay> for Mappings {
    fn from(overlay: &Overlay) -> Self {
        Self {
            name: overlay.name.clone(),
            sha256: overlay.sha256.clone(),
        }
    }
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
