//! What outputs are called, and names that are no Unicode text.

use std::ffi::OsStr;
use std::hash::BuildHasher as _;
use std::path::{Component, Path, PathBuf};

use data_encoding::BASE64;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::find::{Found, Input};
use crate::folder::{MANIFEST, REJECTS, WORK};
use crate::source::InputError;

/// What names of inputs end in, and those of outputs do not.
const ENDS: [&str; 7] = ["json", "ndjson", "jsonl", "json-seq", "csv", "log", "txt"];

/// `a/b.json.gz` → `a/b.ndjson`, with the `extension` `.ndjson`; only ends that are known to name
/// a format go. `None` for a path with anything in it but names: roots and `..` would lead out of
/// the output folder.
pub(crate) fn output_path(path: &Path, extension: &str) -> Option<PathBuf> {
    let mut output = PathBuf::new();
    for part in path.parent().unwrap_or(Path::new("")).components() {
        match part {
            Component::Normal(name) => output.push(name),
            Component::CurDir => {}
            _ => return None,
        }
    }
    let mut stem = path.file_name()?;
    for ends in [&["gz", "zst", "zstd"][..], &ENDS] {
        let name = Path::new(stem);
        let known = name
            .extension()
            .is_some_and(|extension| ends.iter().any(|end| extension.eq_ignore_ascii_case(end)));
        // What is left of `...gz` would be the folder above.
        let rest = name
            .file_stem()
            .filter(|rest| *rest != "." && *rest != "..");
        if let (true, Some(rest)) = (known, rest) {
            stem = rest;
        }
    }
    let mut name = stem.to_os_string();
    name.push(extension);
    output.push(name);
    Some(output)
}

/// The names in `path`, without roots, `.` and `..`.
pub(crate) fn only_names(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect()
}

/// The longest folder that all of `paths` are in.
pub(crate) fn common_folder<'p>(mut paths: impl Iterator<Item = &'p Path>) -> PathBuf {
    let parent = |path: &'p Path| path.parent().unwrap_or(Path::new(""));
    let Some(mut common) = paths.next().map(parent) else {
        return PathBuf::new();
    };
    for path in paths {
        while !path.starts_with(common) {
            common = parent(common);
        }
    }
    common.to_path_buf()
}

/// A relative path with `/` between its names.
pub(crate) fn slashed(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The bytes of `name` in base64, where it is no Unicode text and two names could look alike.
pub(crate) fn base64_of(name: &OsStr) -> Option<Box<str>> {
    name.to_str()
        .is_none()
        .then(|| BASE64.encode(name.as_encoded_bytes()).into())
}

/// The path that a manifest names; `None` where it would lead out of the folder.
pub(crate) fn relative(path: &str, base64: Option<&str>) -> Option<PathBuf> {
    let path = match base64 {
        Some(base64) => path_of_bytes(BASE64.decode(base64.as_bytes()).ok()?)?,
        None => PathBuf::from(path),
    };
    let within = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    // Two spellings of one path must not look like two.
    (within && path.file_name().is_some()).then(|| path.components().collect())
}

/// The path that these bytes are on disk.
#[cfg(unix)]
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

/// The path that these bytes are.
#[cfg(not(unix))]
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Makes problems of inputs whose outputs do not go together with those of earlier ones. Names
/// that differ in their case only are the same: on some systems they are.
pub(crate) fn refuse_shared(found: &mut [Found]) {
    let mut taken = Taken::default();
    for number in 0..found.len() {
        let Some(Found::Input(input)) = found.get(number) else {
            continue;
        };
        let key = folded(&input.output);
        let problem = taken.clash(&key, found, input);
        if let Some(problem) = problem {
            let problem = Found::Problem(input.path(), Box::new(problem));
            if let Some(one) = found.get_mut(number) {
                *one = problem;
            }
        } else {
            taken.take(&key, found, number);
        }
    }
}

/// The outputs that are taken, by the numbers of their inputs: of a million, names would fill
/// the memory.
#[derive(Default)]
struct Taken {
    files: HashTable<usize>,
    folders: HashMap<PathBuf, usize>,
    hasher: DefaultHashBuilder,
}

impl Taken {
    fn take(&mut self, key: &Path, found: &[Found], number: usize) {
        for folder in key.ancestors().skip(1) {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_path_buf(), number);
            }
        }
        let hasher = &self.hasher;
        let hash = |number: &usize| {
            let output = output_of(found, *number).map(folded);
            hasher.hash_one(output.unwrap_or_default())
        };
        self.files.insert_unique(hash(&number), number, hash);
    }

    /// Whose output a file is, if it is taken.
    fn file(&self, key: &Path, found: &[Found]) -> Option<String> {
        if [MANIFEST, REJECTS, WORK].iter().any(|own| key == *own) {
            return Some("events2logs itself".to_owned());
        }
        let same = |number: &usize| output_of(found, *number).is_some_and(|it| folded(it) == key);
        let number = self.files.find(self.hasher.hash_one(key), same)?;
        Some(name_of(found, *number))
    }

    fn clash(&self, key: &Path, found: &[Found], input: &Input) -> Option<InputError> {
        let output = input.output.clone();
        if let Some(by) = self.file(key, found) {
            return Some(InputError::OutputTaken { output, by });
        }
        let folder = self.folders.get(key).map(|number| name_of(found, *number));
        let mut above = key.ancestors().skip(1);
        let by = folder.or_else(|| above.find_map(|folder| self.file(folder, found)))?;
        Some(InputError::OutputBlocked { output, by })
    }
}

fn output_of(found: &[Found], number: usize) -> Option<&Path> {
    match found.get(number)? {
        Found::Input(input) => Some(&input.output),
        Found::Problem(..) => None,
    }
}

fn name_of(found: &[Found], number: usize) -> String {
    match found.get(number) {
        Some(Found::Input(input)) => input.name(),
        _ => String::new(),
    }
}

fn folded(path: &Path) -> PathBuf {
    path.components()
        .map(|part| match part.as_os_str().to_str() {
            Some(name) => PathBuf::from(name.to_lowercase()),
            None => PathBuf::from(part.as_os_str()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_named_after_their_inputs() {
        for (input, output) in [
            ("a.json", "a.ndjson"),
            ("x/a.json.gz", "x/a.ndjson"),
            ("./x/a.json", "x/a.ndjson"),
            ("a.NDJSON", "a.ndjson"),
            ("a.jsonl.gz", "a.ndjson"),
            ("2018.01.31", "2018.01.31.ndjson"),
            ("events", "events.ndjson"),
            ("a.gz", "a.ndjson"),
            ("a.csv.zst", "a.ndjson"),
            ("json", "json.ndjson"),
            ("x/...gz", "x/...gz.ndjson"),
            ("..gz", "..gz.ndjson"),
            ("...json.gz", "...json.ndjson"),
        ] {
            assert_eq!(
                output_path(Path::new(input), ".ndjson"),
                Some(PathBuf::from(output)),
                "{input}"
            );
        }
        for outside in ["../a.json", "/a.json", "x/../../a.json", "..", "/"] {
            assert_eq!(output_path(Path::new(outside), ".json"), None, "{outside}");
        }
    }

    #[test]
    fn a_manifest_names_nothing_outside_its_folder() {
        for path in ["/etc/passwd", "../a", "a/../../b", "", "."] {
            assert_eq!(relative(path, None), None, "{path}");
        }
        for spelling in ["a/b", "a//b", "a/./b", "a/b/"] {
            let path = relative(spelling, None).unwrap().into_os_string();
            assert_eq!(path, "a/b", "{spelling}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_come_back() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = OsStr::from_bytes(b"a\xff.ndjson");
        let base64 = base64_of(name);
        assert_eq!(
            relative("a\u{fffd}.ndjson", base64.as_deref()),
            Some(PathBuf::from(name))
        );
        assert_eq!(base64_of(OsStr::new("a")), None);
    }

    #[test]
    fn the_folder_that_paths_have_in_common() {
        for (paths, common) in [
            (&["/a/b/c.json", "/a/d/e.json"][..], "/a"),
            (&["/a/b/c.json", "/a/b/e.json"], "/a/b"),
            (&["/a/b/c.json"], "/a/b"),
            (&["/a.json", "/b/a.json"], "/"),
            (&[], ""),
        ] {
            assert_eq!(
                common_folder(paths.iter().map(Path::new)),
                Path::new(common)
            );
        }
    }
}
