//! An output file: whole or not there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::manifest::FileDigest;

/// Why an output cannot be written. The run ends with it.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {problem}", path.display())]
pub struct OutputError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the operating system says.
    pub problem: io::Error,
}

impl OutputError {
    /// Names `path` in an error.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |problem| Self { path, problem }
    }
}

/// A file under a temporary name until it is complete.
#[derive(Debug)]
pub(crate) struct OutputFile {
    temporary: PathBuf,
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl OutputFile {
    /// Starts a file that will be at `path`, and is at `temporary` till then.
    pub(crate) fn create(path: PathBuf, temporary: PathBuf) -> Result<Self, OutputError> {
        let file = File::create(&temporary).map_err(OutputError::at(&temporary))?;
        Ok(Self {
            temporary,
            path,
            file,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Appends `bytes`.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.write_only(bytes)?;
        self.hash.update(bytes);
        Ok(())
    }

    /// Appends `bytes`, which are summed up elsewhere, for [`Self::finish_with`].
    pub(crate) fn write_only(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file
            .write_all(bytes)
            .map_err(OutputError::at(&self.path))?;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// The same as [`Self::finish`] for a file whose bytes were summed up in `hash`.
    pub(crate) fn finish_with(self, hash: Sha256) -> Result<FileDigest, OutputError> {
        Self { hash, ..self }.finish()
    }

    /// Makes the file durable, then visible under its name.
    pub(crate) fn finish(self) -> Result<FileDigest, OutputError> {
        let at = || OutputError::at(&self.path);
        self.file.sync_all().map_err(at())?;
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent).map_err(OutputError::at(parent))?;
        }
        fs::rename(&self.temporary, &self.path).map_err(at())?;
        Ok(FileDigest {
            bytes: self.bytes,
            sha256: HEXLOWER.encode(&self.hash.finalize()),
        })
    }
}
