//! An output folder while a run has it: what the run has written there, its work folder, and what
//! it leaves behind if it ends before it is finished.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use hashbrown::HashSet;

use crate::earlier::MARK;
use crate::folder::{LOCK, MANIFEST, REJECTS, WORK};
use crate::journal::{JOURNAL, PARTS};
use crate::output::OutputError;
use crate::serial::lock;
use crate::state::is_there;

/// An output folder while a run has it. Dropped before the run has finished, it clears up.
#[derive(Debug)]
pub(crate) struct Work {
    /// The output folder.
    pub(crate) folder: PathBuf,
    /// Whether it was empty, or of an earlier run.
    pub(crate) own: bool,
    /// Whether it was made by this run.
    pub(crate) created: bool,
    /// What earlier runs wrote.
    pub(crate) listed: Vec<PathBuf>,
    /// What this run has written.
    pub(crate) written: Mutex<HashSet<u128>>,
    finished: AtomicBool,
    /// Locked while the run is under way.
    _lock: Option<File>,
}

impl Work {
    pub(crate) fn new(folder: PathBuf, created: bool, lock: Option<File>) -> Self {
        Self {
            folder,
            own: false,
            created,
            listed: Vec::new(),
            written: Mutex::new(HashSet::new()),
            finished: AtomicBool::new(false),
            _lock: lock,
        }
    }

    /// The work folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(WORK)
    }

    /// Takes the work folder away: all is done.
    pub(crate) fn finish(&self) -> Result<(), OutputError> {
        self.finished.store(true, Ordering::Release);
        self.remove()
    }

    /// Removes what runs write into the work folder, all but `keep`. What else is there is not
    /// ours.
    pub(crate) fn clear(&self, keep: &[&str]) -> Result<(), OutputError> {
        let work = self.path();
        let at = || OutputError::at(&work);
        for entry in fs::read_dir(&work).map_err(at())? {
            let name = entry.map_err(at())?.file_name();
            let kept = keep.iter().any(|keep| name == *keep);
            if !kept && is_of_a_run(&name.to_string_lossy()) {
                let path = work.join(&name);
                remove_if_there(&path).map_err(OutputError::at(&path))?;
            }
        }
        Ok(())
    }

    /// Removes the work folder, unless there is something in it that is not ours.
    fn remove(&self) -> Result<(), OutputError> {
        self.clear(&[])?;
        let work = self.path();
        match fs::remove_dir(&work) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                Err(OutputError::at(&work)(error))
            }
            _ => Ok(()),
        }
    }

    /// Takes away what is unfinished. Only what lets the run go on stays, if there is anything to
    /// go on from.
    fn leave(&self, written: &HashSet<u128>) {
        if self.finished.load(Ordering::Acquire) {
            return;
        }
        let holds_outputs = !written.is_empty() || !self.listed.is_empty();
        let told_by_manifest = is_there(&self.folder.join(MANIFEST));
        // A run that has failed says why; what cannot be cleared up now, the next one clears.
        if self.own && holds_outputs && !told_by_manifest {
            let _ = self.clear(&[MARK, JOURNAL, PARTS]);
            return;
        }
        let _ = self.remove();
        if self.created {
            let _ = fs::remove_dir(&self.folder);
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.leave(&lock(&self.written));
    }
}

/// Clears up an output folder for a process that is about to exit while threads still write
/// there; see [`OutputFolder::leaver`](crate::OutputFolder::leaver).
#[derive(Debug)]
pub struct Leaver(pub(crate) Weak<Work>);

impl Leaver {
    /// Does what dropping the folder would do. From now on no output gets its name: exit.
    pub fn leave(self) {
        if let Some(work) = self.0.upgrade() {
            let written = lock(&work.written);
            work.leave(&written);
            // Whoever would put an output in its place, or drop the folder, waits till the process
            // is no more.
            std::mem::forget(written);
            std::mem::forget(Arc::clone(&work));
        }
    }
}

/// Whether a run calls a file in the work folder so.
fn is_of_a_run(name: &str) -> bool {
    let numbered = |start: &str| {
        let number = name.strip_prefix(start);
        number.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    [LOCK, MARK, "mark.new", JOURNAL, PARTS, MANIFEST, REJECTS].contains(&name)
        || numbered("output-")
        || numbered("rejects-")
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
