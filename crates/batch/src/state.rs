//! What stands in a folder before a run, and whether the run may write there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hashbrown::HashSet;

use crate::earlier::Earlier;
use crate::find::Inputs;
use crate::folder::{FolderError, MANIFEST, REJECTS, WORK};
use crate::identity::identity;
use crate::output::OutputError;

/// What stands in a folder before a run.
pub(crate) struct State {
    /// Whether it is empty, or of an earlier run.
    pub(crate) own: bool,
    /// Outputs of earlier runs that are there.
    pub(crate) listed: Vec<PathBuf>,
}

impl State {
    pub(crate) fn of(path: &Path) -> Result<Self, OutputError> {
        let earlier = Earlier::of(path);
        let mut listed: Vec<PathBuf> = earlier.listed().collect();
        listed.sort();
        listed.dedup();
        listed.retain(|name| is_there(&path.join(name)));
        let own = earlier.manifest.is_some() || earlier.is_unfinished() || is_empty(path)?;
        Ok(Self { own, listed })
    }

    /// Refuses to write the outputs of `inputs` there, unless by force.
    pub(crate) fn check(
        &self,
        path: &Path,
        inputs: &Inputs,
        force: bool,
    ) -> Result<(), FolderError> {
        if force {
            return Ok(());
        }
        let path = path.to_path_buf();
        if !self.own {
            return Err(FolderError::NotOurs { path });
        }
        let planned: HashSet<&Path> = inputs.inputs().map(|it| it.output.as_path()).collect();
        let listed: HashSet<&Path> = self.listed.iter().map(PathBuf::as_path).collect();
        let others = listed
            .iter()
            .filter(|name| !planned.contains(*name))
            .count();
        if others > 0 {
            return Err(FolderError::OtherInputs {
                path,
                outputs: others,
            });
        }
        let in_the_way = inputs
            .inputs()
            .map(|input| &input.output)
            .find(|output| !listed.contains(output.as_path()) && is_there(&path.join(output)));
        match in_the_way {
            Some(output) => Err(FolderError::InTheWay {
                path: path.join(output),
            }),
            None => Ok(()),
        }
    }
}

/// Whether there is a file; what is no file is told when the output is written.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| !found.is_dir())
}

fn is_empty(path: &Path) -> Result<bool, OutputError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(OutputError::at(path)(error)),
    };
    for entry in entries {
        if entry.map_err(OutputError::at(path))?.file_name() != WORK {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An output, manifest or rejects must never replace an input.
pub(crate) fn refuse_replacing(inputs: &Inputs, folder: &Path) -> Result<(), FolderError> {
    let read = identities(inputs);
    let replaced = |path: &Path| identity(path).is_some_and(|it| read.contains(&it));
    for input in inputs.inputs() {
        let path = folder.join(&input.output);
        if replaced(&path) {
            let input = input.name();
            return Err(FolderError::ReplacesInput { input, path });
        }
    }
    for own in [MANIFEST, REJECTS] {
        let path = folder.join(own);
        if replaced(&path) {
            let input = format!("events2logs itself ({own})");
            return Err(FolderError::ReplacesInput { input, path });
        }
    }
    Ok(())
}

/// The files that are read.
pub(crate) fn identities(inputs: &Inputs) -> HashSet<u128> {
    let files = inputs.inputs().filter_map(|input| input.place.file());
    files.filter_map(identity).collect()
}
