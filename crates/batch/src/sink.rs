//! Where the results of one input go.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use crate::output::{OutputError, OutputFile};
use crate::process::Processed;
use crate::run::RunError;

/// Where the results of one input go, in their order.
pub(crate) enum Sink<'r> {
    /// To a file of its own, rejects to another.
    File {
        output: OutputFile,
        rejects: RejectsFile,
    },
    /// Behind those of other inputs.
    Writer {
        out: &'r mut (dyn Write + Send),
        rejects: &'r mut (dyn Write + Send),
        /// Bytes written to `out`.
        bytes: u64,
    },
}

/// The rejects of one input, in a file as soon as there are any.
pub(crate) struct RejectsFile {
    path: PathBuf,
    file: Option<File>,
}

impl RejectsFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = || OutputError::at(&self.path);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(&self.path).map_err(at())?),
        };
        file.write_all(bytes).map_err(at())
    }

    /// The file, if there are any rejects.
    pub(crate) fn path(self) -> Option<PathBuf> {
        self.file.map(|_| self.path)
    }
}

impl Sink<'_> {
    /// Whether the checksum of what is written is wanted.
    pub(crate) fn wants_checksum(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// Bytes written behind those of other inputs.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::File { .. } => 0,
            Self::Writer { bytes, .. } => *bytes,
        }
    }

    /// Writes what a block was converted to.
    pub(crate) fn write(&mut self, processed: &Processed<'_>) -> Result<(), RunError> {
        match self {
            Self::File { output, rejects } => {
                output.append_only(&processed.out)?;
                Ok(rejects.append(&processed.rejects)?)
            }
            Self::Writer {
                out,
                rejects,
                bytes,
            } => {
                *bytes = bytes.saturating_add(processed.out.len() as u64);
                out.write_all(&processed.out).map_err(RunError::Write)?;
                rejects
                    .write_all(&processed.rejects)
                    .map_err(RunError::Rejects)
            }
        }
    }
}
