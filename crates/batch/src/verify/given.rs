//! Which of the inputs given is which of the manifest.

use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use crate::find::{Found, Input, Inputs};
use crate::formats::Formats;
use crate::manifest::{InputEntry, Manifest};
use crate::names::{base64_of, output_path};
use crate::source::InputError;

/// The inputs given, by what the manifest knows of them.
pub(super) struct Given<'a> {
    /// For each input of the manifest, in its order, the one given.
    pub(super) matched: Vec<Option<Matched<'a>>>,
    /// What the manifest does not know.
    pub(super) unlisted: Vec<Matched<'a>>,
}

/// One that was given.
#[derive(Clone, Copy)]
pub(super) enum Matched<'a> {
    /// It can be opened.
    Input(&'a Input),
    /// It cannot be read or named.
    Problem(&'a Path, &'a InputError),
}

impl Matched<'_> {
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Input(input) => input.path(),
            Self::Problem(path, _) => path.to_path_buf(),
        }
    }

    fn key(&self) -> (String, Option<String>) {
        let path = self.path();
        (path.display().to_string(), base64_of(path.as_os_str()))
    }
}

/// Tells by name, and else by the output that an input would have: so an archive may have moved,
/// or be given by another name for its folder.
pub(super) fn given<'a>(
    inputs: &'a Inputs,
    manifest: &Manifest,
    outputs: &[Option<PathBuf>],
) -> Given<'a> {
    let mut matched: Vec<Option<Matched<'a>>> = manifest.inputs.iter().map(|_| None).collect();
    // An input given twice is there twice; the first one of a name has the output, mostly.
    let mut by_name: HashMap<(String, Option<String>), Vec<usize>> = HashMap::new();
    for (at, entry) in manifest.inputs.iter().enumerate().rev() {
        by_name.entry(key(entry)).or_default().push(at);
    }
    let mut left = Vec::new();
    for found in &inputs.found {
        let one = match found {
            Found::Input(input) => Matched::Input(input),
            Found::Problem(path, error) => Matched::Problem(path, error),
        };
        let at = by_name.get_mut(&one.key()).and_then(Vec::pop);
        match at.and_then(|at| matched.get_mut(at)) {
            Some(place) => *place = Some(one),
            None => left.push(one),
        }
    }
    let mut by_output: HashMap<PathBuf, usize> = HashMap::new();
    for (at, output) in outputs.iter().enumerate() {
        let free = matched.get(at).is_some_and(Option::is_none);
        if let (true, Some(name)) = (free, output.as_deref().and_then(usual)) {
            by_output.insert(name, at);
        }
    }
    let mut unlisted = Vec::new();
    for one in left {
        let at = match one {
            Matched::Input(input) => by_output.remove(&input.output),
            Matched::Problem(..) => None,
        };
        match at.and_then(|at| matched.get_mut(at)) {
            Some(place) => *place = Some(one),
            None => unlisted.push(one),
        }
    }
    Given { matched, unlisted }
}

/// The name that an output would have in the default format, whatever it has.
fn usual(output: &Path) -> Option<PathBuf> {
    output_path(output, Formats::default().extension())
}

fn key(entry: &InputEntry) -> (String, Option<String>) {
    (entry.input.clone(), entry.input_base64.clone())
}
