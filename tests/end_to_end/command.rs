//! Runs the binary and looks at what it left.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use events2logs_batch::{
    Action, Formats, OutputFolder, Progress, Report, Resources, RunError, Search, Task, find,
    to_folder,
};
use events2logs_mapping::{ConvertOptions, Tables};

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary, with an environment that does not depend on who runs the tests.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_events2logs"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Runs the binary with `arguments`, `stdin` as its standard input.
pub(crate) fn run_with_stdin<S: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = S>,
    stdin: &[u8],
) -> Ran {
    let mut child = binary()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || pipe.write_all(&stdin));
    let output = child.wait_with_output().unwrap();
    // A binary that refuses its arguments does not read its input.
    let _ = writer.join().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the binary with `arguments`.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ran {
    run_with_stdin(arguments, b"")
}

/// A folder for one test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `text` with the folder's own path named `DIR`.
    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(&self.0.path().display().to_string(), "DIR")
    }

    /// Runs the binary in the folder `at` with `arguments`, and without an input.
    pub(crate) fn run_in(&self, at: &str, arguments: &[&str]) -> Ran {
        let mut command = binary();
        command.current_dir(self.path(at)).args(arguments);
        let output = command.stdin(Stdio::null()).output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: self.redact(&String::from_utf8(output.stdout).unwrap()),
            stderr: self.redact(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// What the manifest in the folder `name` says.
    pub(crate) fn manifest(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("{name}/manifest.json"))).unwrap()
    }

    /// The paths of all files in the folder `name`, sorted.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        tree(&self.path(name))
            .into_keys()
            .map(|path| path.display().to_string())
            .collect()
    }

    /// `arguments`, of which those that start with `@` are paths in here.
    pub(crate) fn arguments(&self, arguments: &[&str]) -> Vec<PathBuf> {
        arguments
            .iter()
            .map(|argument| {
                argument
                    .strip_prefix('@')
                    .map_or_else(|| PathBuf::from(argument), |name| self.path(name))
            })
            .collect()
    }

    /// Runs the binary with `arguments`, of which those that start with `@` are paths in here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let mut ran = run(self.arguments(arguments));
        ran.stdout = self.redact(&ran.stdout);
        ran.stderr = self.redact(&ran.stderr);
        ran
    }
}

/// All files below `root`, by path, with their content.
pub(crate) fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_path_buf();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Converts `input` to the folder `out` in this process, for what cannot be asked of the binary.
pub(crate) fn to_folder_with(
    input: &Path,
    out: &Path,
    formats: &Formats,
    resources: Resources,
    progress: &Progress,
) -> Result<Report, RunError> {
    let tables = Tables::shipped().unwrap();
    let action = Action::Convert {
        tables: &tables,
        options: ConvertOptions::default(),
    };
    let search = Search {
        output: Some(out),
        restore: false,
        formats: Some(formats),
    };
    let inputs = find(&[input.to_path_buf()], search);
    let folder = OutputFolder::open(out, &inputs, false).unwrap();
    to_folder(
        Task { action, formats },
        inputs,
        folder,
        resources,
        progress,
    )
}

/// A legacy event that converts; `id` becomes its eventId.
pub(crate) fn event(id: &str) -> String {
    format!(
        r#"{{"eventId":"{id}","published":"2018-01-31T23:59:59.000Z","action":{{"message":"Session cleared","objectType":"core.user_auth.session_clear"}}}}"#
    )
}
