//! Texts to check: which files there are, what they hold, what is asked for and what is not, and
//! the files with their fixes applied.
//!
//! Paths → files (`walk`, less what [`Globs`] leave out) → [`Text`]s (`text`) → whatever a
//! function makes of each, in parallel and in order ([`each_text`]). Findings pass a
//! [`Selection`]; [`fix`] applies what resolves them and [`replace`] writes the result, whole or not at all.

mod fix;
mod globs;
mod place;
mod select;
mod text;
mod walk;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use fix::{Fixed, fix};
pub use globs::{GlobError, Globs};
pub use place::{Place, Places};
pub use select::{Layer, Selection, Selector, SelectorError};
pub use text::{FileError, MAX_BYTES, Skipped, Text, read, replace};
pub use walk::{Walk, Walked, walk};

/// Why there is nothing to say of a file.
#[derive(Debug)]
pub enum Unchecked {
    /// It is no text.
    Skipped(Skipped),
    /// Something went wrong.
    Failed(FileError),
}

/// Reads each of `files` once and calls `each` with what it holds, on `jobs` threads. The results
/// have the order of `files`; one that cannot be read does not stop the others, and neither does
/// one on which `each` panics.
///
/// # Errors
/// [`FileError::Threads`] where the threads cannot be had.
pub fn each_text<T: Send>(
    files: &[PathBuf],
    jobs: usize,
    each: impl Fn(&Path, Text) -> T + Sync,
) -> Result<Vec<Result<T, Unchecked>>, FileError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(FileError::Threads)?;
    let one = |path: &PathBuf| {
        let text = read(path)?;
        catch_unwind(AssertUnwindSafe(|| each(path, text)))
            .map_err(|_| Unchecked::Failed(FileError::Panicked))
    };
    Ok(pool.install(|| files.par_iter().map(one).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_does_not_stop_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "text").unwrap();
        std::fs::write(path("b"), "bin\0ary").unwrap();
        std::fs::write(path("d"), "panic").unwrap();
        std::fs::write(path("e"), "\u{feff}more").unwrap();
        let files: Vec<PathBuf> = ["a", "b", "c", "d", "e"].map(path).to_vec();
        let results = each_text(&files, 2, |_, text| {
            assert_ne!(text.as_str(), "panic");
            text.as_str().to_owned()
        });
        let said: Vec<String> = results
            .unwrap()
            .into_iter()
            .map(|result| match result {
                Ok(text) => text,
                Err(Unchecked::Skipped(skipped)) => skipped.to_string(),
                Err(Unchecked::Failed(error)) => error.to_string(),
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"), @"
        text
        binary
        cannot be read: No such file or directory (os error 2)
        could not be checked: this program failed on it, please report it
        more
        ");
    }
}
