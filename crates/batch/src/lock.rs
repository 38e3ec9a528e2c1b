//! One run to a folder.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use same_file::Handle;

use crate::folder::{FolderError, LOCK, WORK};
use crate::output::OutputError;

/// How often a lock is tried whose file goes while it is taken: its owner is just finishing.
const TRIES: usize = 100;

/// Takes the folder for this process. `None` where the file system knows no locks.
pub(crate) fn lock(folder: &Path) -> Result<Option<File>, FolderError> {
    let work = folder.join(WORK);
    let path = work.join(LOCK);
    // A link would lead to a folder of others, a file is theirs.
    if fs::symlink_metadata(&work).is_ok_and(|found| !found.is_dir()) {
        return Err(FolderError::InTheWay { path: work });
    }
    for _ in 0..TRIES {
        fs::create_dir_all(&work).map_err(OutputError::at(&work))?;
        let mut options = File::options();
        let opened = options.create(true).truncate(false).write(true).open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(OutputError::at(&path)(error).into()),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(None);
            }
            Err(TryLockError::Error(error)) => return Err(OutputError::at(&path)(error).into()),
        }
        // The run that had it may have removed it in between.
        let ours = file.try_clone().and_then(Handle::from_file);
        if let (Ok(ours), Ok(there)) = (ours, Handle::from_path(&path))
            && ours == there
        {
            return Ok(Some(file));
        }
    }
    Err(FolderError::Busy {
        path: folder.to_path_buf(),
    })
}
