//! Which files there are to check.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::globs::Globs;
use super::text::FileError;

/// How folders are walked.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Of what is found in a folder, only what fits.
    pub include: Option<Globs>,
    /// Neither found in a folder nor named.
    pub exclude: Option<Globs>,
    /// Files and folders whose name starts with a dot, too.
    pub hidden: bool,
    /// What .gitignore and .ignore leave out, too.
    pub ignored: bool,
    /// On so many threads.
    pub jobs: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Sorted, each once.
    pub files: Vec<PathBuf>,
    /// What could not be read, sorted.
    pub problems: Vec<(PathBuf, FileError)>,
}

/// Finds the files under `paths` as ripgrep does: a file as it is named, a folder in parallel,
/// without what .gitignore leaves out and without hidden files. Symbolic links that are met on
/// the way are not followed; only files are found, no devices and pipes.
#[must_use]
pub fn walk(paths: &[PathBuf], how: &Walk) -> Walked {
    let mut walked = Walked::default();
    let mut roots = Vec::new();
    for path in paths {
        match path.metadata() {
            Ok(found) if found.is_dir() => roots.push(path),
            Ok(_) if is_excluded(how, path, false) => {}
            Ok(_) => walked.files.push(short(path)),
            Err(error) => walked.problems.push((path.clone(), FileError::Read(error))),
        }
    }
    if let Some((first, others)) = roots.split_first() {
        let mut builder = WalkBuilder::new(first);
        for other in others {
            builder.add(other);
        }
        folders(&mut builder, how, &mut walked);
    }
    walked.files.sort();
    walked.files.dedup();
    walked.problems.sort_by(|a, b| a.0.cmp(&b.0));
    walked
}

fn folders(builder: &mut WalkBuilder, how: &Walk, walked: &mut Walked) {
    builder.threads(how.jobs).hidden(!how.hidden);
    if how.ignored {
        builder.ignore(false).git_ignore(false);
        builder.git_global(false).git_exclude(false).parents(false);
    }
    let filter = how.clone();
    builder.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
        let is_git = filter.hidden && is_folder && entry.file_name() == ".git";
        !is_git && !is_excluded(&filter, entry.path(), is_folder)
    });
    let (send, receive) = mpsc::channel();
    builder.build_parallel().run(|| {
        let send = send.clone();
        Box::new(move |entry| {
            if let Some(found) = file(entry, how) {
                // The receiver is there till the walk ends.
                let _ = send.send(found);
            }
            WalkState::Continue
        })
    });
    drop(send);
    for found in receive {
        match found {
            Ok(path) => walked.files.push(path),
            Err(problem) => walked.problems.push(problem),
        }
    }
}

type Problem = (PathBuf, FileError);

fn file(entry: Result<DirEntry, ignore::Error>, how: &Walk) -> Option<Result<PathBuf, Problem>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Err(problem(error))),
    };
    let included = |path: &Path| {
        let include = how.include.as_ref();
        include.is_none_or(|include| include.fit(path, false))
    };
    let is_file = entry.file_type().is_some_and(|it| it.is_file());
    (is_file && included(entry.path())).then(|| Ok(short(entry.path())))
}

fn problem(error: ignore::Error) -> Problem {
    let mut path = PathBuf::new();
    let mut inner = error;
    // Named by our caller, and not needed twice.
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = short(&at);
                *err
            }
            ignore::Error::WithDepth { err, .. } => *err,
            other => return (path, FileError::Walk(other)),
        }
    }
}

fn is_excluded(how: &Walk, path: &Path, is_folder: bool) -> bool {
    let exclude = how.exclude.as_ref();
    exclude.is_some_and(|exclude| exclude.fit(path, is_folder))
}

/// `./a` is `a`.
fn short(path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PLAIN: Walk = Walk {
        include: None,
        exclude: None,
        hidden: false,
        ignored: false,
        jobs: 2,
    };

    fn found(root: &Path, paths: &[&str], how: &Walk) -> String {
        let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
        let walked = walk(&paths, how);
        let name = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        let files = walked.files.iter().map(|path| name(path));
        let problems = walked
            .problems
            .iter()
            .map(|(path, error)| format!("!{}: {error}", name(path)));
        files.chain(problems).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn as_ripgrep_does() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in [
            ".git/config",
            ".gitignore",
            ".hidden/a",
            "b/z",
            "b/a.md",
            "b.x",
            "a/deep/one",
            "target/out",
            "vendor/lib/x",
        ] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "x").unwrap();
        }
        fs::write(root.join(".gitignore"), "/target\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("b"), root.join("link")).unwrap();

        let globs = |pattern| Some(Globs::new(root, root, [pattern]).unwrap());
        assert_eq!(
            found(root, &[""], &PLAIN),
            "a/deep/one b/a.md b/z b.x vendor/lib/x"
        );
        assert_eq!(
            found(root, &["b", "", "b/z"], &PLAIN),
            "a/deep/one b/a.md b/z b.x vendor/lib/x"
        );
        // What is named is checked, hidden or not, unless it is excluded.
        let how = Walk {
            exclude: globs("vendor/"),
            ..PLAIN
        };
        assert_eq!(
            found(
                root,
                &["target/out", ".hidden/a", "vendor/lib/x", "vendor"],
                &how
            ),
            ".hidden/a target/out"
        );
        let how = Walk {
            include: globs("*.md"),
            ..PLAIN
        };
        assert_eq!(found(root, &["", "b.x"], &how), "b/a.md b.x");
        let how = Walk {
            hidden: true,
            ignored: true,
            ..PLAIN
        };
        assert_eq!(
            found(root, &[""], &how),
            ".gitignore .hidden/a a/deep/one b/a.md b/z b.x target/out vendor/lib/x"
        );
        assert_eq!(
            found(root, &["gone", "b.x"], &PLAIN),
            "b.x !gone: cannot be read: No such file or directory (os error 2)"
        );
    }
}
