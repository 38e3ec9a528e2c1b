//! The output folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::Manifest;
use crate::output::{OutputError, OutputFile};

/// The name of the manifest in an output folder.
pub const MANIFEST: &str = "manifest.json";

/// The name of the rejects file in an output folder.
pub const REJECTS: &str = "rejects.ndjson";

/// Holds unfinished files, and tells a folder of ours that a run was cut off in.
const WORK: &str = ".events2logs";

/// The name of this program in a manifest.
pub(crate) const TOOL: &str = "events2logs";

/// Why a folder cannot be written to.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There are files in it that this program did not write.
    #[error("{} is not empty and holds no {MANIFEST} of {TOOL}", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// It is a file.
    #[error("{} is a file: expected a folder", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// An output would replace an input.
    #[error("the output of {input} would replace an input, {}", path.display())]
    ReplacesInput {
        /// The input's name.
        input: String,
        /// The path of its output.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// A folder that outputs are written to.
#[derive(Debug)]
pub struct OutputFolder {
    path: PathBuf,
}

impl OutputFolder {
    /// Opens `path`, creating it if need be. A folder with anything in it that no run of this
    /// program wrote is refused, unless `force` is set.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn open(path: &Path, force: bool) -> Result<Self, FolderError> {
        let path = path.to_path_buf();
        match fs::metadata(&path) {
            Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder { path }),
            Ok(_) => {
                if !force && !is_empty(&path)? && !is_ours(&path) {
                    return Err(FolderError::NotOurs { path });
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OutputError::at(&path)(error).into()),
        }
        let folder = Self { path };
        // What a run that was cut off left unfinished is of no use.
        let work = folder.work();
        if work.exists() {
            fs::remove_dir_all(&work).map_err(OutputError::at(&work))?;
        }
        fs::create_dir_all(&work).map_err(OutputError::at(&work))?;
        Ok(folder)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn work(&self) -> PathBuf {
        self.path.join(WORK)
    }

    /// A path for an unfinished file.
    pub(crate) fn temporary(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    /// Starts the output at `relative`; `number` tells it from others that are being written.
    pub(crate) fn create(&self, relative: &Path, number: usize) -> Result<OutputFile, OutputError> {
        OutputFile::create(
            self.path.join(relative),
            self.temporary(&format!("output-{number}")),
        )
    }

    /// Writes the manifest, and takes the mark of an unfinished run away.
    pub(crate) fn finish(&self, manifest: &Manifest) -> Result<(), OutputError> {
        let path = self.path.join(MANIFEST);
        let mut text = serde_json::to_vec_pretty(manifest)
            .map_err(io::Error::from)
            .map_err(OutputError::at(&path))?;
        text.push(b'\n');
        let mut file = OutputFile::create(path, self.temporary(MANIFEST))?;
        file.write(&text)?;
        file.finish()?;
        let work = self.work();
        fs::remove_dir_all(&work).map_err(OutputError::at(&work))
    }
}

fn is_empty(path: &Path) -> Result<bool, OutputError> {
    let mut entries = fs::read_dir(path).map_err(OutputError::at(path))?;
    Ok(entries.next().is_none())
}

/// Whether a run of this program wrote the folder at `path`.
pub(crate) fn is_ours(path: &Path) -> bool {
    let manifest = fs::read(path.join(MANIFEST))
        .ok()
        .and_then(|text| serde_json::from_slice::<Manifest>(&text).ok());
    manifest.is_some_and(|manifest| manifest.tool.name == TOOL) || path.join(WORK).is_dir()
}
