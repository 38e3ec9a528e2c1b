//! A file as it was when it was opened: one that changes while it is read is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::InputError;

/// A file as it was when it was opened.
#[derive(Debug)]
pub(crate) struct Watched {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Watched {
    /// `None` for what is no regular file.
    pub(super) fn file(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(Self {
            path: path.to_path_buf(),
            bytes: found.len(),
            modified: found.modified().ok(),
        })
    }

    /// Whether the file, of which `read` bytes were read, is not what it was. One that is gone
    /// was read all the same.
    pub(crate) fn change(&self, read: u64) -> Option<InputError> {
        let now = Self::file(&self.path)?;
        // The files in which a system tells of itself have no size, and another time at each look.
        let has_size = self.bytes > 0;
        let changed = now.bytes != self.bytes
            || has_size && (now.modified != self.modified || read != now.bytes);
        changed.then_some(InputError::Changed {
            before: self.bytes,
            after: now.bytes,
            read,
        })
    }
}
