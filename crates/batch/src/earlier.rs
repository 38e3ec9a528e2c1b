//! What an earlier run left in a folder.

use std::fs::{File, Metadata};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::folder::{MANIFEST, TOOL, WORK};
use crate::manifest::{RunTotals, Tool};
use crate::names::{base64_of, relative, slashed};

/// The file in the work folder that tells what an unfinished run may have written.
pub(crate) const MARK: &str = "mark.json";

/// What a run may write, said before it writes any of it: so a run that was cut off can be
/// started again, and nothing else in the folder is taken for its work.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Mark<N = Vec<Name>> {
    /// Whether the folder was empty, or of an earlier run, when the run started.
    pub(crate) own: bool,
    /// Its outputs, and those of the run before.
    pub(crate) outputs: N,
}

/// A path relative to the folder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Name {
    pub(crate) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_base64: Option<Box<str>>,
}

impl Name {
    /// Where it is in the folder; `None` for a path that would lead out of it.
    pub(crate) fn relative(&self) -> Option<PathBuf> {
        relative(&self.path, self.path_base64.as_deref())
    }
}

impl From<&Path> for Name {
    fn from(path: &Path) -> Self {
        Self {
            path: slashed(path),
            path_base64: base64_of(path.as_os_str()),
        }
    }
}

/// What an earlier run left in a folder.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// Of a run that ended.
    pub(crate) manifest: Option<Account>,
    /// Of a run that was cut off, or is under way.
    pub(crate) mark: Option<Mark>,
}

/// What the manifest of an earlier run tells, as far as it matters here.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    tool: Tool,
    pub(crate) action: String,
    pub(crate) totals: RunTotals,
    pub(crate) inputs: Vec<Written>,
}

/// What an earlier run wrote for one input, as far as it matters here: there may be a million.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    pub(crate) output: Option<Name>,
}

impl Earlier {
    pub(crate) fn of(folder: &Path) -> Self {
        let manifest: Option<Account> = read(&folder.join(MANIFEST));
        Self {
            manifest: manifest.filter(|manifest| manifest.tool.name == TOOL),
            mark: read(&folder.join(WORK).join(MARK)),
        }
    }

    /// Whether a run in `folder` was cut off, or is under way.
    pub(crate) fn is_marked(folder: &Path) -> bool {
        read::<Mark<IgnoredAny>>(&folder.join(WORK).join(MARK)).is_some()
    }

    /// Whether what is in the folder was written by a run that has not ended.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.own)
    }

    /// The outputs that it lists, relative to the folder.
    pub(crate) fn listed(&self) -> impl Iterator<Item = PathBuf> {
        let manifest = self.manifest.iter().flat_map(|manifest| &manifest.inputs);
        let finished = manifest.filter_map(|input| input.output.as_ref());
        let mark = self.mark.iter().flat_map(|mark| &mark.outputs);
        finished.chain(mark).filter_map(Name::relative)
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    // A FIFO of that name is none of ours, and would not even open.
    path.metadata().ok().filter(Metadata::is_file)?;
    let file = File::open(path).ok()?;
    serde_json::from_reader(BufReader::new(file)).ok()
}
