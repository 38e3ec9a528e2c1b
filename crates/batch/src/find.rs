//! Which inputs there are, and what their outputs are called.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashSet;
use walkdir::{DirEntry, WalkDir};

use crate::archive::{Archive, Listing, Member, Parked};
use crate::earlier::{Account, Earlier};
use crate::folder::{MANIFEST, REJECTS, WORK};
use crate::formats::Formats;
use crate::names::{common_folder, only_names, output_path, refuse_shared};
use crate::source::{InputError, Limits};

/// Where an input is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A file in an archive.
    Member(Box<Member>),
    /// Standard input.
    Stdin,
}

impl Place {
    /// The file on disk that is read.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Member(member) => Some(member.archive()),
            Self::Stdin => None,
        }
    }

    /// Whether what is there can be read more than once.
    pub(crate) fn is_file(&self) -> bool {
        let path = self.file();
        path.is_some_and(|path| path.metadata().is_ok_and(|found| found.is_file()))
    }

    /// What is there, as it is stored; in an archive with windows of up to `1 << window` bytes.
    pub(crate) fn open(&self, window: u32) -> Result<Opened, InputError> {
        let plain = |content| Opened {
            content,
            has_window: false,
        };
        Ok(match self {
            Self::Stdin => plain(Box::new(io::stdin())),
            Self::File(path) => plain(Box::new(File::open(path).map_err(InputError::Io)?)),
            Self::Member(member) => member.open(window)?,
        })
    }
}

/// What is at a [`Place`].
pub(crate) struct Opened {
    pub(crate) content: Box<dyn Read + Send>,
    /// Whether it is read through a zstd window.
    pub(crate) has_window: bool,
}

/// One input and the name of its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where it is read from.
    pub place: Place,
    /// The path of its output, relative to the output folder.
    pub output: PathBuf,
}

impl Input {
    /// The input as messages and the manifest name it: its path as it was given, or `-`.
    #[must_use]
    pub fn name(&self) -> String {
        self.path().display().to_string()
    }

    /// Its path as it was given, or `-`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::File(path) => path.clone(),
            Place::Member(member) => member.path(),
            Place::Stdin => PathBuf::from("-"),
        }
    }
}

/// An input, or what keeps it from being one.
#[derive(Debug)]
pub enum Found {
    /// One that can be opened.
    Input(Input),
    /// One that cannot be read or named, by its path.
    Problem(PathBuf, Box<InputError>),
}

impl Found {
    /// Gives up what is kept of archives to read on from.
    pub(crate) fn let_go(&self) {
        if let Self::Input(Input {
            place: Place::Member(member),
            ..
        }) = self
        {
            member.let_go();
        }
    }
}

/// What is worth knowing about a search, and is no problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A manifest or rejects file of an earlier run, which is no archive.
    Accounts(PathBuf),
    /// A folder of an earlier run within an input folder, which was left out.
    EarlierRun(PathBuf),
    /// Records that `convert` rejected, so that they cannot be restored.
    Rejected {
        /// How many.
        records: u64,
        /// Where they are.
        path: PathBuf,
    },
    /// Files and folders whose name starts with a dot.
    Hidden(u64),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(path) => write!(f, "{}: of an earlier run, left out", path.display()),
            Self::EarlierRun(path) => write!(
                f,
                "{}: written by an earlier run, left out; name it to read it",
                path.display()
            ),
            Self::Rejected { records: 1, path } => write!(
                f,
                "1 record was rejected by convert; it is in {} and not restored",
                path.display()
            ),
            Self::Rejected { records, path } => write!(
                f,
                "{records} records were rejected by convert; they are in {} and not restored",
                path.display()
            ),
            Self::Hidden(1) => write!(f, "1 hidden file or folder left out"),
            Self::Hidden(number) => write!(f, "{number} hidden files and folders left out"),
        }
    }
}

/// What was found under the paths given.
#[derive(Debug, Default)]
pub struct Inputs {
    /// In the order of the arguments; within a folder sorted by path.
    pub found: Vec<Found>,
    /// What else there is to say.
    pub notes: Vec<Note>,
}

impl Inputs {
    /// The inputs that can be opened, in order.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.found.iter().filter_map(|found| match found {
            Found::Input(input) => Some(input),
            Found::Problem(..) => None,
        })
    }

    /// What cannot be read or named, in order, with its path.
    pub fn problems(&self) -> impl Iterator<Item = (&Path, &InputError)> {
        self.found.iter().filter_map(|found| match found {
            Found::Input(_) => None,
            Found::Problem(path, error) => Some((path.as_path(), error.as_ref())),
        })
    }
}

/// What the inputs are wanted for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Search<'p> {
    /// The output folder, which is left out. Without one, outputs have no names and none can be
    /// taken.
    pub output: Option<&'p Path>,
    /// To be restored: of a folder that an earlier run wrote, just its outputs are wanted.
    pub restore: bool,
    /// What inputs are read and outputs written as; the default ones without any.
    pub formats: Option<&'p Formats>,
}

/// Finds the files under `paths`: files as they are, folders walked in sorted order with
/// symbolic links followed, `-` as standard input.
///
/// Files and folders whose name starts with a dot are passed over within a folder, as `rg`
/// does, and so are the output folder and what earlier runs wrote: within an input folder their
/// whole folder, of a folder that is given itself the manifest and the rejects (to restore,
/// whatever the manifest does not list).
///
/// An output keeps the path of its input within the folder given and ends as the format says. Where
/// several paths are given, a folder's name stands before it, and a file keeps its path as it
/// was given (an absolute one from the folder on that all absolute ones have in common). Of two
/// inputs whose outputs do not go together the first keeps it, the other is a problem.
#[must_use]
pub fn find(paths: &[PathBuf], search: Search<'_>) -> Inputs {
    let mut finder = Finder {
        search,
        output: search.output.and_then(|path| path.canonicalize().ok()),
        found: Inputs::default(),
        hidden: 0,
        parked: Arc::default(),
    };
    let several = paths.len() > 1;
    let files = paths
        .iter()
        .filter(|path| path.is_absolute() && !path.is_dir());
    let common = common_folder(files.map(PathBuf::as_path));
    for path in paths {
        if path.as_os_str() == "-" {
            finder.input(Place::Stdin, Path::new("stdin.ndjson"));
        } else if path.is_dir() {
            finder.root(path, several);
        } else if let Err(error) = path.metadata() {
            finder.problem(path, InputError::Io(error));
        } else {
            let name = if several {
                only_names(path.strip_prefix(&common).unwrap_or(path))
            } else {
                path.file_name().map(PathBuf::from).unwrap_or_default()
            };
            finder.file_or_archive(path, &name);
        }
    }
    let mut found = finder.found;
    if finder.hidden > 0 {
        found.notes.push(Note::Hidden(finder.hidden));
    }
    if search.output.is_some() {
        refuse_shared(&mut found.found);
    }
    found
}

struct Finder<'p> {
    search: Search<'p>,
    /// The output folder's canonical path.
    output: Option<PathBuf>,
    found: Inputs,
    hidden: u64,
    parked: Arc<Parked>,
}

/// A folder that was given.
struct Root<'r> {
    path: &'r Path,
    /// What outputs of files in it have before their path within it.
    prefix: PathBuf,
    /// Whether manifest and rejects in it are of an earlier run.
    ours: bool,
    /// Outputs of earlier runs, where it is the output folder as well.
    listed: HashSet<PathBuf>,
}

impl Finder<'_> {
    /// Takes the file at `path`, or what is in it if it is an archive.
    fn file_or_archive(&mut self, path: &Path, within: &Path) {
        let limits = self.search.formats.map_or(Limits::USUAL, |it| it.limits);
        let Some(archive) = Archive::at(path, limits, &self.parked) else {
            return self.input(Place::File(path.to_owned()), within);
        };
        let Listing { members, hidden } = archive.list();
        self.hidden = self.hidden.saturating_add(hidden);
        if members.is_empty() {
            self.problem(path, InputError::Empty);
        }
        for member in members {
            match member {
                Ok(member) => {
                    let within = within.join(member.name());
                    self.input(Place::Member(Box::new(member)), &within);
                }
                Err((path, error)) => self.problem(&path, error),
            }
        }
    }

    fn input(&mut self, place: Place, within: &Path) {
        let formats = self.search.formats;
        let extension = formats.map_or(".ndjson", Formats::extension);
        let input = match output_path(within, extension) {
            Some(output) => Found::Input(Input { place, output }),
            // On stdout a name is not needed.
            None if self.search.output.is_none() => Found::Input(Input {
                place,
                output: PathBuf::new(),
            }),
            None => {
                let output = PathBuf::new();
                Found::Problem(Input { place, output }.path(), Box::new(InputError::NoName))
            }
        };
        self.found.found.push(input);
    }

    fn problem(&mut self, path: &Path, error: InputError) {
        self.found
            .found
            .push(Found::Problem(path.to_path_buf(), Box::new(error)));
    }

    fn root(&mut self, path: &Path, several: bool) {
        let canonical = path.canonicalize();
        let name = canonical.as_ref().ok().and_then(|path| path.file_name());
        let prefix = match name {
            _ if !several => PathBuf::new(),
            Some(name) => PathBuf::from(name),
            None if self.search.output.is_none() => PathBuf::new(),
            None => return self.problem(path, InputError::NoName),
        };
        let mut root = Root {
            path,
            prefix,
            ours: false,
            listed: HashSet::new(),
        };
        let earlier = Earlier::of(path);
        let is_output = self.output.is_some() && self.output == canonical.ok();
        if is_output {
            root.ours = earlier.manifest.is_some() || earlier.mark.is_some();
            root.listed = earlier.listed().collect();
        } else if self.restored_by(&earlier, &root, path) {
            return;
        } else if earlier.is_unfinished() {
            return self.problem(path, InputError::Unfinished);
        } else {
            root.ours = earlier.manifest.is_some();
        }
        self.walk(&root);
    }

    fn walk(&mut self, root: &Root<'_>) {
        let mut walk = WalkDir::new(root.path)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root.path).to_path_buf();
                    if error.depth() > 0 && is_hidden(&path) {
                        self.hidden = self.hidden.saturating_add(1);
                    } else {
                        self.problem(&path, InputError::from(error));
                    }
                    continue;
                }
            };
            if entry.depth() == 0 {
                continue;
            }
            let is_dir = entry.file_type().is_dir();
            if is_hidden(entry.path()) {
                let counted = u64::from(entry.file_name() != WORK);
                self.hidden = self.hidden.saturating_add(counted);
            } else if is_dir && !self.leaves_out(&entry, root) {
                continue;
            } else if !is_dir {
                self.file(&entry, root);
            }
            if is_dir {
                walk.skip_current_dir();
            }
        }
    }

    /// Whether the folder `entry` is not to be walked into.
    fn leaves_out(&mut self, entry: &DirEntry, root: &Root<'_>) -> bool {
        let path = entry.path();
        if self.output.is_some() && self.output == path.canonicalize().ok() {
            return true;
        }
        let earlier = Earlier::of(path);
        if self.restored_by(&earlier, root, path) {
            return true;
        }
        if earlier.manifest.is_none() && !earlier.is_unfinished() {
            return false;
        }
        if self.search.restore {
            self.problem(path, InputError::Unfinished);
        } else {
            let note = Note::EarlierRun(path.to_path_buf());
            self.found.notes.push(note);
        }
        true
    }

    fn file(&mut self, entry: &DirEntry, root: &Root<'_>) {
        let path = entry.path();
        let within = path.strip_prefix(root.path).unwrap_or(path);
        let name = entry.file_name();
        if !entry.file_type().is_file() {
            self.problem(path, InputError::NoFile);
        } else if root.ours && entry.depth() == 1 && (name == MANIFEST || name == REJECTS) {
            let note = Note::Accounts(path.to_path_buf());
            self.found.notes.push(note);
        } else if !root.listed.contains(within) {
            self.file_or_archive(path, &root.prefix.join(within));
        }
    }

    /// Takes the outputs that the manifest of an earlier run lists, where they are to be
    /// restored; what else is in the folder has nobody's word for it.
    fn restored_by(&mut self, earlier: &Earlier, root: &Root<'_>, folder: &Path) -> bool {
        let (true, Some(manifest)) = (self.search.restore, &earlier.manifest) else {
            return false;
        };
        let within = root
            .prefix
            .join(folder.strip_prefix(root.path).unwrap_or(folder));
        for output in manifest.inputs.iter().filter_map(|it| it.output.as_ref()) {
            let Some(relative) = output.relative() else {
                self.problem(&folder.join(&output.path), InputError::NoName);
                continue;
            };
            let path = folder.join(&relative);
            match path.metadata() {
                Ok(_) => self.input(Place::File(path), &within.join(relative)),
                Err(error) => self.problem(&path, InputError::Io(error)),
            }
        }
        self.note_rejected(manifest, folder);
        true
    }

    fn note_rejected(&mut self, manifest: &Account, folder: &Path) {
        let records = manifest.totals.counts.rejected;
        if manifest.action == "convert" && records > 0 {
            let path = folder.join(REJECTS);
            self.found.notes.push(Note::Rejected { records, path });
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
