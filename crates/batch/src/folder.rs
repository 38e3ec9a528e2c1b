//! The output folder.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, IntoInnerError, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashSet;
use serde::{Serialize, Serializer};

use crate::earlier::{MARK, Mark, Name};
use crate::find::Inputs;
use crate::identity::identity;
use crate::journal::{JOURNAL, Journal, PARTS};
use crate::lock::lock;
use crate::manifest::{FileDigest, Terms};
use crate::output::{OutputError, OutputFile, make_way, sync_folder};
use crate::serial::lock as lock_of;
use crate::state::{State, identities, is_there, refuse_replacing};
use crate::work::{Leaver, Work, remove_if_there};

/// The name of the manifest in an output folder.
pub const MANIFEST: &str = "manifest.json";

/// The name of the rejects file in an output folder.
pub const REJECTS: &str = "rejects.ndjson";

/// Holds unfinished files, the mark of an unfinished run, and the lock.
pub(crate) const WORK: &str = ".events2logs";

/// The file in the work folder that a run has locked while it is under way.
pub(crate) const LOCK: &str = "lock";

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
    /// A file that no manifest lists stands where an output goes.
    #[error("{} is in the way: no earlier run wrote it", path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// It holds outputs that this run would leave behind.
    #[error(
        "{} holds {outputs} {} of an earlier run over other inputs or in another format",
        path.display(),
        if *outputs == 1 { "output" } else { "outputs" }
    )]
    OtherInputs {
        /// The folder.
        path: PathBuf,
        /// How many outputs have none of this run's inputs.
        outputs: usize,
    },
    /// Another process has it.
    #[error("another run is writing to {}", path.display())]
    Busy {
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

impl FolderError {
    /// Whether the folder can be written to by force.
    #[must_use]
    pub fn yields_to_force(&self) -> bool {
        matches!(
            self,
            Self::NotOurs { .. } | Self::InTheWay { .. } | Self::OtherInputs { .. }
        )
    }
}

/// A folder that outputs are written to, by this process alone.
///
/// Dropped before [`to_folder`](crate::to_folder) has finished, it takes unfinished files with
/// it. Only where outputs are in place already, in a folder that was empty or ours, a mark stays
/// that lets the run be started again.
#[derive(Debug)]
pub struct OutputFolder(Arc<Work>);

impl OutputFolder {
    /// Opens `path` for the outputs of `inputs`, creating it if need be.
    ///
    /// Refused, unless `force` is set, are a folder with anything in it that no run of this
    /// program wrote, one with files of others where outputs go, and one with outputs of an
    /// earlier run that this one would not replace (by force those go). Nothing in the folder is
    /// touched before all of this is known.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn open(path: &Path, inputs: &Inputs, force: bool) -> Result<Self, FolderError> {
        let path = path.to_path_buf();
        let created = match fs::metadata(&path) {
            Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder { path }),
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(OutputError::at(&path)(error).into()),
        };
        refuse_replacing(inputs, &path)?;
        State::of(&path)?.check(&path, inputs, force)?;
        let mut work = Work::new(path.clone(), created, lock(&path)?);
        // Again: another run may have come and gone since.
        let state = State::of(&path)?;
        work.own = state.own;
        work.listed.clone_from(&state.listed);
        state.check(&path, inputs, force)?;
        mark(&work, inputs)?;
        // What is read now must not go for having been written before.
        if !work.listed.is_empty() {
            let read = identities(inputs);
            let is_read = |name: &PathBuf| {
                let found = identity(&path.join(name));
                found.is_none_or(|it| read.contains(&it))
            };
            work.listed.retain(|name| !is_read(name));
        }
        Ok(Self(Arc::new(work)))
    }

    /// What clears up for a process that is to exit while [`to_folder`](crate::to_folder) has the
    /// folder and does not come back, for it waits for an input.
    #[must_use]
    pub fn leaver(&self) -> Leaver {
        Leaver(Arc::downgrade(&self.0))
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.folder
    }

    /// A path for an unfinished file.
    pub(crate) fn temporary(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Starts the output at `relative`; `number` tells it from others that are being written.
    pub(crate) fn create(&self, relative: &Path, number: usize) -> Result<OutputFile, OutputError> {
        let path = self.path().join(relative);
        make_way(&path)?;
        OutputFile::create(path, self.temporary(&format!("output-{number}")))
    }

    /// Puts a complete output in its place, where this run has not put another.
    pub(crate) fn place(&self, output: OutputFile) -> Result<FileDigest, OutputError> {
        output.finish(|temporary, path| {
            let mut written = lock_of(&self.0.written);
            let taken = identity(path).is_some_and(|found| written.contains(&found));
            if taken {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "it is the output of another input of this run",
                ));
            }
            self.outdate_manifest(&written)?;
            fs::rename(temporary, path)?;
            written.extend(identity(path));
            Ok(())
        })
    }

    /// Counts the output at `path`, which an earlier run has put there, to those of this run.
    pub(crate) fn keep(&self, path: &Path) -> Result<(), OutputError> {
        let mut written = lock_of(&self.0.written);
        self.outdate_manifest(&written)
            .map_err(OutputError::at(self.path()))?;
        written.extend(identity(path));
        Ok(())
    }

    /// Starts the rejects file.
    pub(crate) fn rejects(&self) -> Result<OutputFile, OutputError> {
        OutputFile::create(self.path().join(REJECTS), self.temporary(REJECTS))
    }

    /// What earlier runs wrote, relative to the folder.
    pub(crate) fn listed(&self) -> &[PathBuf] {
        &self.0.listed
    }

    /// Opens the journal of a run over so many inputs.
    pub(crate) fn journal(&self, terms: &Terms, inputs: usize) -> Result<Journal, OutputError> {
        Journal::open(&self.0.path(), terms, inputs)
    }

    /// Takes away outputs of earlier runs that are of inputs that are no more, or no longer good,
    /// and makes the names in `folders` durable: the manifest must not outlast what it lists.
    pub(crate) fn clear(
        &self,
        stale: impl IntoIterator<Item = PathBuf>,
        folders: &BTreeSet<PathBuf>,
    ) -> Result<(), OutputError> {
        remove_if_there(&self.path().join(MANIFEST)).map_err(OutputError::at(self.path()))?;
        for stale in stale {
            let path = self.path().join(stale);
            remove_if_there(&path).map_err(OutputError::at(&path))?;
        }
        for folder in folders {
            sync_folder(&self.path().join(folder))?;
        }
        Ok(())
    }

    /// Puts the rejects in their place, writes the manifest, and takes the mark of an unfinished
    /// run away.
    pub(crate) fn finish<M: Serialize>(
        self,
        rejects: OutputFile,
        manifest: impl FnOnce(FileDigest) -> M,
    ) -> Result<(), OutputError> {
        let manifest = manifest(rejects.finish(|from, to| fs::rename(from, to))?);
        let path = self.path().join(MANIFEST);
        let file = OutputFile::create(path.clone(), self.temporary(MANIFEST))?;
        write_json(file, &path, |file| {
            serde_json::to_writer_pretty(&mut *file, &manifest)?;
            file.write_all(b"\n").map_err(serde_json::Error::io)
        })?;
        sync_folder(self.path())?;
        self.0.finish()
    }

    /// Takes away the manifest of an earlier run before the first output of this one stands: it
    /// would no longer tell the truth.
    fn outdate_manifest(&self, written: &HashSet<u128>) -> io::Result<()> {
        if written.is_empty() {
            remove_if_there(&self.path().join(MANIFEST))?;
        }
        Ok(())
    }
}

/// Says what a run may write, before it writes any of it.
fn mark(work: &Work, inputs: &Inputs) -> Result<(), OutputError> {
    // What a run that was cut off left unfinished is of no use.
    work.clear(&[LOCK, MARK, JOURNAL, PARTS])?;
    // Files of others that go by force are not taken for ours before they are.
    let outputs = inputs
        .inputs()
        .map(|input| &input.output)
        .filter(|output| !is_there(&work.folder.join(output)))
        .chain(&work.listed);
    let mark = Mark {
        own: work.own,
        outputs: Names(RefCell::new(outputs.map(|path| Name::from(path.as_path())))),
    };
    let path = work.path().join(MARK);
    let file = OutputFile::create(path.clone(), work.path().join("mark.new"))?;
    write_json(file, &path, |file| serde_json::to_writer(file, &mark))?;
    sync_folder(&work.path())
}

/// Writes a file that will be at `path`, a stretch at a time.
fn write_json(
    file: OutputFile,
    path: &Path,
    write: impl FnOnce(&mut BufWriter<OutputFile>) -> serde_json::Result<()>,
) -> Result<(), OutputError> {
    let mut file = BufWriter::with_capacity(1 << 16, file);
    let file = write(&mut file)
        .map_err(io::Error::from)
        .and_then(|()| file.into_inner().map_err(IntoInnerError::into_error))
        .map_err(OutputError::at(path))?;
    file.finish(|from, to| fs::rename(from, to))?;
    Ok(())
}

/// Names that are written as they come, rather than kept.
struct Names<I>(RefCell<I>);

impl<I: Iterator<Item = Name>> Serialize for Names<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&mut *self.0.borrow_mut())
    }
}
