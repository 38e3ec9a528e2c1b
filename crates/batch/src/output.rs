//! An output file: whole or not there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::manifest::FileDigest;

/// Why an output cannot be written. The run ends with it, unless only its name is at fault.
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

    /// Whether another name would do: too long, or taken by a folder, or a file stands where it
    /// needs a folder. Then other outputs can be written all the same.
    pub(crate) fn is_of_the_name(&self) -> bool {
        use io::ErrorKind as Kind;
        matches!(
            self.problem.kind(),
            Kind::InvalidFilename
                | Kind::InvalidInput
                | Kind::NotADirectory
                | Kind::IsADirectory
                | Kind::DirectoryNotEmpty
                | Kind::AlreadyExists
        )
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

    /// Appends `bytes`, which are summed up elsewhere, for [`Self::with_sum`].
    pub(crate) fn append_only(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file
            .write_all(bytes)
            .map_err(OutputError::at(&self.path))?;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// The same file, whose bytes were summed up in `hash`.
    pub(crate) fn with_sum(self, hash: Sha256) -> Self {
        Self { hash, ..self }
    }

    /// Makes the file durable, then visible under its name by `rename`, which is given the
    /// temporary name and the other.
    pub(crate) fn finish(
        self,
        rename: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> Result<FileDigest, OutputError> {
        self.file
            .sync_all()
            .and_then(|()| rename(&self.temporary, &self.path))
            .map_err(OutputError::at(&self.path))?;
        Ok(FileDigest::of(self.bytes, self.hash))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Starts the path of an output: makes its folders, and tells whether a file can be there.
pub(crate) fn make_way(path: &Path) -> Result<(), OutputError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(OutputError::at(parent))?;
    }
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
    .map_err(OutputError::at(path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), OutputError> {
    // Elsewhere folders cannot be opened as files, and renaming is durable by itself.
    if cfg!(unix) {
        let synced = File::open(path).and_then(|folder| folder.sync_all());
        return synced.map_err(OutputError::at(path));
    }
    Ok(())
}
