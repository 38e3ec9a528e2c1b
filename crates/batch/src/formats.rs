//! How inputs are read and outputs written, whatever becomes of the events.

use crate::pointer::Pointer;
use crate::process::Action;
use crate::source::RatioLimit;

/// How inputs are read and outputs written.
#[derive(Debug, Clone, Default)]
pub struct Formats {
    /// What the events of an output are written as.
    pub to: Format,
    /// What outputs are compressed with.
    pub compress: Compression,
    /// Where in a record the event is; without it, the record is the event.
    pub unwrap: Option<Pointer>,
    /// How much a compressed input may hold.
    pub limit: RatioLimit,
}

/// How it is where nobody says anything.
static DEFAULT: Formats = Formats {
    to: Format::Ndjson,
    compress: Compression::None,
    unwrap: None,
    limit: RatioLimit::USUAL,
};

/// What a run does, and in which formats.
#[derive(Debug, Clone, Copy)]
pub struct Task<'t> {
    /// What to do with each record.
    pub action: Action<'t>,
    /// How inputs are read and outputs written.
    pub formats: &'t Formats,
}

impl<'t> From<Action<'t>> for Task<'t> {
    /// In the default formats.
    fn from(action: Action<'t>) -> Self {
        let formats = &DEFAULT;
        Self { action, formats }
    }
}

/// What the events of an output are written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// One event a line.
    #[default]
    Ndjson,
    /// One array.
    Json,
    /// A header, and a row for each event.
    Csv,
}

/// What outputs are compressed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compression {
    /// Nothing.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl Formats {
    /// What the names of outputs end in.
    #[must_use]
    pub fn extension(&self) -> &'static str {
        match (self.to, self.compress) {
            (Format::Ndjson, Compression::None) => ".ndjson",
            (Format::Ndjson, Compression::Gzip) => ".ndjson.gz",
            (Format::Ndjson, Compression::Zstd) => ".ndjson.zst",
            (Format::Json, Compression::None) => ".json",
            (Format::Json, Compression::Gzip) => ".json.gz",
            (Format::Json, Compression::Zstd) => ".json.zst",
            (Format::Csv, Compression::None) => ".csv",
            (Format::Csv, Compression::Gzip) => ".csv.gz",
            (Format::Csv, Compression::Zstd) => ".csv.zst",
        }
    }
}

impl Format {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

impl Compression {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}
