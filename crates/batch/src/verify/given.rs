//! Which of the inputs given is which of the manifest.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use data_encoding::BASE64;
use hashbrown::{HashMap, HashSet};

use super::account::{self, Outputs};
use crate::find::{Found, Input, Inputs};
use crate::manifest::{InputEntry, Manifest};
use crate::names::{base64_of, path_of_bytes};
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

    /// Its name, as a manifest has it.
    fn name(&self) -> (String, Option<Box<str>>) {
        let path = self.path();
        (path.display().to_string(), base64_of(path.as_os_str()))
    }

    fn has_name_of(&self, entry: &InputEntry) -> bool {
        let (text, base64) = self.name();
        (text.as_str(), base64.as_deref()) == name(entry)
    }
}

impl<'a> From<&'a Found> for Matched<'a> {
    fn from(found: &'a Found) -> Self {
        match found {
            Found::Input(input) => Matched::Input(input),
            Found::Problem(path, error) => Matched::Problem(path, error),
        }
    }
}

/// The name of an input: as text, and what is no text in base64 as well.
type Name<'a> = (&'a str, Option<&'a str>);

/// Tells by name, and else by the output that an input would have, or where it has none by the path
/// within what was given: so an archive may have moved, or be given by another name for its folder.
pub(super) fn given<'a>(
    inputs: &'a Inputs,
    manifest: &Manifest,
    outputs: &Outputs<'_>,
) -> Given<'a> {
    let mut matched: Vec<Option<Matched<'a>>> = manifest.inputs.iter().map(|_| None).collect();
    // As long as they are the same, in the same order, there is nothing to look for.
    let mut all = inputs.found.iter().map(Matched::from).peekable();
    let mut same = 0_usize;
    for (entry, place) in manifest.inputs.iter().zip(&mut matched) {
        match all.next_if(|one| one.has_name_of(entry)) {
            Some(one) => *place = Some(one),
            None => break,
        }
        same = same.saturating_add(1);
    }
    // An input given twice is there twice; the first one of a name has the output, mostly.
    let mut by_name: HashMap<u128, Vec<usize>> = HashMap::new();
    for (at, entry) in manifest.inputs.iter().enumerate().skip(same).rev() {
        let name = fingerprint(name(entry));
        by_name.entry(name).or_default().push(at);
    }
    let mut left = Vec::new();
    for one in all {
        let (text, base64) = one.name();
        let name = fingerprint((&text, base64.as_deref()));
        let at = by_name.get_mut(&name).and_then(Vec::pop);
        match at.and_then(|at| matched.get_mut(at)) {
            Some(place) => *place = Some(one),
            None => left.push(one),
        }
    }
    drop(by_name);
    let mut by_output: HashMap<PathBuf, usize> = HashMap::new();
    for (at, matched) in matched.iter().enumerate() {
        if let (None, Some(name)) = (matched, outputs.get(at)) {
            by_output.insert(name, at);
        }
    }
    let mut without = Within::new(outputs, &matched);
    let roots = Roots::of(inputs.inputs().map(|it| (it.path(), it.output.as_path())));
    let mut unlisted = Vec::new();
    for one in left {
        let at = match one {
            Matched::Input(input) => by_output.remove(&input.output),
            Matched::Problem(..) => None,
        };
        let at = at.or_else(|| without.take(&one.path(), &roots));
        match at.and_then(|at| matched.get_mut(at)) {
            Some(place) => *place = Some(one),
            None => unlisted.push(one),
        }
    }
    Given { matched, unlisted }
}

/// The inputs of the manifest that have no output to be told by, by their paths within what was
/// given to the run.
struct Within {
    /// None where several are called so: then nobody knows which is which.
    by_path: HashMap<PathBuf, Option<usize>>,
    taken: HashSet<usize>,
}

impl Within {
    fn new(outputs: &Outputs<'_>, matched: &[Option<Matched<'_>>]) -> Self {
        let mut within = Self {
            by_path: HashMap::new(),
            taken: HashSet::new(),
        };
        let entries = || outputs.all().zip(matched).enumerate();
        let without = |(at, ((entry, _), matched)): (usize, ((&InputEntry, _), &Option<_>))| {
            (entry.output.is_none() && matched.is_none()).then(|| (at, path(entry)))
        };
        let without: Vec<(usize, PathBuf)> = entries().filter_map(without).collect();
        if without.is_empty() {
            return within;
        }
        let with = entries().filter_map(|(_, ((entry, output), _))| Some((path(entry), output?)));
        let roots = Roots::of(with);
        for (at, path) in without {
            for name in roots.within(&path) {
                let same = within.by_path.entry(name).or_insert(Some(at));
                if *same != Some(at) {
                    *same = None;
                }
            }
        }
        within
    }

    /// The one that `path` is, if it is one.
    fn take(&mut self, path: &Path, roots: &Roots) -> Option<usize> {
        if self.by_path.is_empty() {
            return None;
        }
        let at = roots
            .within(path)
            .into_iter()
            .find_map(|name| self.by_path.get(&name).copied().flatten())?;
        self.taken.insert(at).then_some(at)
    }
}

/// The folders that inputs were given by, as far as their outputs tell.
struct Roots(HashSet<PathBuf>);

impl Roots {
    /// An output is called as its input within its root, but for the end of its name.
    fn of(inputs: impl Iterator<Item = (PathBuf, impl AsRef<Path>)>) -> Self {
        let root = |(path, output): (PathBuf, _)| {
            let output: &Path = AsRef::as_ref(&output);
            let parts = parts(&path);
            let kept = parts.len().saturating_sub(output.components().count());
            parts.into_iter().take(kept).collect()
        };
        Self(inputs.map(root).collect())
    }

    /// What `path` may be called within its root, the longest name first: where no root is known,
    /// each end of it.
    fn within(&self, path: &Path) -> Vec<PathBuf> {
        /// A manifest is outside data: its paths may have more parts than there is memory for.
        const DEEPEST: usize = 64;
        let parts = parts(path);
        let from = parts.len().saturating_sub(DEEPEST);
        (0..parts.len())
            .filter(|cut| {
                let root = || parts.iter().take(*cut).collect::<PathBuf>();
                if self.0.is_empty() {
                    *cut >= from
                } else {
                    *cut <= DEEPEST && self.0.contains(&root())
                }
            })
            .map(|cut| parts.iter().skip(cut).collect())
            .collect()
    }
}

/// The parts of `path`, but for those that lead nowhere.
fn parts(path: &Path) -> Vec<&OsStr> {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .map(Component::as_os_str)
        .collect()
}

/// The path of an input.
fn path(entry: &InputEntry) -> PathBuf {
    let bytes = |text: &str| BASE64.decode(text.as_bytes()).ok();
    let odd = entry.input_base64.as_deref().and_then(bytes);
    odd.and_then(path_of_bytes)
        .unwrap_or_else(|| PathBuf::from(&entry.input))
}

/// Tells a name from all others, in few bytes.
fn fingerprint((text, base64): Name<'_>) -> u128 {
    let bytes = [text, base64.unwrap_or_default()].join("\0");
    account::fingerprint(bytes.as_bytes())
}

fn name(entry: &InputEntry) -> Name<'_> {
    (&entry.input, entry.input_base64.as_deref())
}
