//! Patterns of paths, as in .gitignore.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A pattern that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{pattern:?} is no pattern of paths: {problem}")]
pub struct GlobError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub problem: ignore::Error,
}

/// Patterns as in `.gitignore`, within one folder: one without a slash fits a name at any depth,
/// one with a slash the path from the folder on, and one that ends in a slash folders only; what
/// fits a folder fits all within it, and `!` makes an exception.
#[derive(Debug, Clone)]
pub struct Globs {
    from: PathBuf,
    root: PathBuf,
    set: Gitignore,
}

impl Globs {
    /// Patterns for what is below `root`; paths that are asked for are relative to `from`.
    ///
    /// # Errors
    /// [`GlobError`] for the first pattern that cannot be read.
    pub fn new<'p>(
        from: &Path,
        root: &Path,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, GlobError> {
        let root = plain(&from.join(root));
        let mut builder = GitignoreBuilder::new(&root);
        let error = |pattern: &str| {
            let pattern = pattern.to_owned();
            |problem| GlobError { pattern, problem }
        };
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(error(pattern))?;
        }
        Ok(Self {
            from: from.to_owned(),
            set: builder.build().map_err(error(""))?,
            root,
        })
    }

    /// Whether a pattern fits `path` or a folder above it. No pattern fits what is not below the
    /// folder.
    #[must_use]
    pub fn fit(&self, path: &Path, is_folder: bool) -> bool {
        let path = plain(&self.from.join(path));
        path.strip_prefix(&self.root).is_ok_and(|path| {
            !path.as_os_str().is_empty()
                && self
                    .set
                    .matched_path_or_any_parents(path, is_folder)
                    .is_ignore()
        })
    }
}

/// `path` without `.` and `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        let globs = |patterns: &[&str]| {
            let patterns = patterns.iter().copied();
            Globs::new(Path::new("/repo/sub"), Path::new("/repo"), patterns).unwrap()
        };
        for (patterns, path, expected) in [
            (&["*.md"][..], "a.md", true),
            (&["*.md"], "../docs/b.md", true),
            (&["*.md"], "/elsewhere/a.md", false),
            (&["docs/"], "../docs/b.md", true),
            (&["docs/"], "../docs", false),
            (&["/sub/a"], "./a", true),
            (&["/sub/a"], "../a", false),
            (&["sub/**/x"], "y/z/x", true),
            (&["*.md", "!keep.md"], "keep.md", false),
            (&["*"], "..", false),
        ] {
            assert_eq!(
                globs(patterns).fit(Path::new(path), false),
                expected,
                "{patterns:?} {path}"
            );
        }
    }

    #[test]
    fn a_pattern_that_cannot_be_read() {
        let error = Globs::new(Path::new("/"), Path::new("/"), ["a", "b{"]).unwrap_err();
        insta::assert_snapshot!(error, @r#""b{" is no pattern of paths: error parsing glob 'b{': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"#);
    }
}
