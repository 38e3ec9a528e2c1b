//! Which inputs there are, and what their outputs are called.

use std::path::{Path, PathBuf};

use hashbrown::HashMap;
use walkdir::WalkDir;

use crate::folder::{MANIFEST, REJECTS, is_ours};
use crate::source::InputError;

/// Where an input is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
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
        match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Stdin => "-".to_owned(),
        }
    }
}

/// What was found under the paths given.
#[derive(Debug, Default)]
pub struct Inputs {
    /// In the order of the arguments; within a folder sorted by path.
    pub inputs: Vec<Input>,
    /// What could not be read or named, with its path.
    pub problems: Vec<(String, InputError)>,
    /// The manifest and rejects of earlier runs, which are no archives.
    pub passed_over: Vec<PathBuf>,
}

/// Finds the files under `paths`: files as they are, folders walked in sorted order with
/// symbolic links followed, `-` as standard input.
///
/// Files and folders whose name starts with a dot are passed over within a folder, as `rg`
/// does, and so are `except`, the output folder, and the manifest and rejects of a folder that
/// this program wrote. An output keeps the path of its input within
/// the folder given (with the folder's name before it where several paths are given) and ends
/// in `.ndjson`. Of two inputs that would get the same output the first keeps it, the other
/// is a problem.
///
/// `reserved` are output names that belong to nobody.
#[must_use]
pub fn find(paths: &[PathBuf], except: Option<&Path>, reserved: &[&str]) -> Inputs {
    let mut found = Inputs::default();
    let except = except.and_then(|path| path.canonicalize().ok());
    let several = paths.len() > 1;
    for path in paths {
        if path.as_os_str() == "-" {
            found.inputs.push(Input {
                place: Place::Stdin,
                output: PathBuf::from("stdin.ndjson"),
            });
        } else if path.is_dir() {
            walk(path, several, except.as_deref(), &mut found);
        } else if let Err(error) = path.metadata() {
            let name = path.display().to_string();
            found.problems.push((name, InputError::Io(error)));
        } else {
            found.inputs.push(Input {
                place: Place::File(path.clone()),
                output: output_path(Path::new(path.file_name().unwrap_or(path.as_os_str()))),
            });
        }
    }
    refuse_shared_outputs(&mut found, reserved);
    found
}

fn walk(root: &Path, several: bool, except: Option<&Path>, found: &mut Inputs) {
    // Within the folder, or from the folder's name on.
    let base = if several { root.parent() } else { Some(root) };
    let ours = is_ours(root);
    let walk = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
            let excepted = except.is_some_and(|except| {
                entry.depth() > 0
                    && entry.file_type().is_dir()
                    && entry.path().canonicalize().is_ok_and(|path| path == except)
            });
            !hidden && !excepted
        });
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry)
                if ours
                    && entry.depth() == 1
                    && (entry.file_name() == MANIFEST || entry.file_name() == REJECTS) =>
            {
                found.passed_over.push(entry.into_path());
            }
            Ok(entry) => {
                let path = entry.into_path();
                let within = base
                    .and_then(|base| path.strip_prefix(base).ok())
                    .unwrap_or(&path);
                found.inputs.push(Input {
                    output: output_path(within),
                    place: Place::File(path),
                });
            }
            Err(error) => {
                let path = error.path().unwrap_or(root).display().to_string();
                found.problems.push((path, InputError::from(error)));
            }
        }
    }
}

/// `a/b.json.gz` → `a/b.ndjson`; only ends that are known to name a format go.
fn output_path(path: &Path) -> PathBuf {
    let mut stem = path.to_path_buf();
    for ends in [&["gz"][..], &["json", "ndjson", "jsonl", "log", "txt"]] {
        let known = stem
            .extension()
            .is_some_and(|extension| ends.iter().any(|end| extension.eq_ignore_ascii_case(end)));
        if known {
            stem.set_extension("");
        }
    }
    let mut name = stem.file_name().unwrap_or_default().to_os_string();
    name.push(".ndjson");
    // `..` and roots cannot come from a walk; from an argument only the file name is taken.
    stem.set_file_name(name);
    stem
}

fn refuse_shared_outputs(found: &mut Inputs, reserved: &[&str]) {
    let mut taken: HashMap<PathBuf, String> = reserved
        .iter()
        .map(|name| (PathBuf::from(name), "events2logs itself".to_owned()))
        .collect();
    let problems = &mut found.problems;
    found.inputs.retain(|input| {
        if let Some(by) = taken.get(&input.output) {
            problems.push((
                input.name(),
                InputError::OutputTaken {
                    output: input.output.clone(),
                    by: by.clone(),
                },
            ));
            return false;
        }
        taken.insert(input.output.clone(), input.name());
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_named_after_their_inputs() {
        for (input, output) in [
            ("a.json", "a.ndjson"),
            ("x/a.json.gz", "x/a.ndjson"),
            ("a.NDJSON", "a.ndjson"),
            ("a.jsonl.gz", "a.ndjson"),
            ("2018.01.31", "2018.01.31.ndjson"),
            ("events", "events.ndjson"),
            ("a.gz", "a.ndjson"),
            ("json", "json.ndjson"),
        ] {
            assert_eq!(output_path(Path::new(input)), Path::new(output), "{input}");
        }
    }

    #[test]
    fn a_second_input_for_the_same_output_is_a_problem_and_the_first_is_not() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.json",
            "a.json.gz",
            "b.json",
            "rejects.json",
            ".hidden.json",
        ] {
            std::fs::write(folder.path().join(name), "[]").unwrap();
        }
        let found = find(&[folder.path().to_path_buf()], None, &["rejects.ndjson"]);
        let outputs: Vec<_> = found.inputs.iter().map(|input| &input.output).collect();
        assert_eq!(outputs, [Path::new("a.ndjson"), Path::new("b.ndjson")]);
        let problems: Vec<String> = found
            .problems
            .iter()
            .map(|(path, problem)| {
                let name = Path::new(path)
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                format!("{name}: {problem}").replace(&folder.path().display().to_string(), "DIR")
            })
            .collect();
        insta::assert_debug_snapshot!(problems);
    }

    #[test]
    fn several_folders_keep_their_names_and_the_output_folder_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["2016/a.json", "2017/a.json", "2017/out/old.json"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "[]").unwrap();
        }
        let paths = [folder.path().join("2016"), folder.path().join("2017")];
        let found = find(&paths, Some(&folder.path().join("2017/out")), &[]);
        let outputs: Vec<_> = found.inputs.iter().map(|input| &input.output).collect();
        assert_eq!(
            outputs,
            [Path::new("2016/a.ndjson"), Path::new("2017/a.ndjson")]
        );
    }
}
