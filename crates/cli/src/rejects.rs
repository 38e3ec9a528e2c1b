//! Where rejected records go beside stdout.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use events2logs_batch::{Inputs, RunError};

use crate::style::obeyed;

/// Where rejected records go beside stdout.
pub(crate) enum Rejects {
    /// Nothing may go away: without a file they are shown.
    Shown(Escaped<io::Stderr>),
    /// A FIFO or device, which is written to as it is.
    Direct(BufWriter<File>),
    /// A file, under a temporary name until it is complete.
    File {
        file: BufWriter<File>,
        temporary: PathBuf,
        path: PathBuf,
    },
}

impl Rejects {
    /// Opens `path`, which must be none of the inputs; without one, stderr.
    pub(crate) fn open(path: Option<&Path>, inputs: &Inputs) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Shown(Escaped(io::stderr())));
        };
        let name = || path.display().to_string();
        let found = fs::metadata(path).ok();
        if found.as_ref().is_some_and(|found| !found.is_file()) {
            let file = File::options().write(true).open(path).with_context(name)?;
            return Ok(Self::Direct(BufWriter::new(file)));
        }
        // What a symbolic link leads to is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        for input in inputs.inputs() {
            if let Some(input) = input.place.file()
                && fs::canonicalize(input).is_ok_and(|input| input == path)
            {
                bail!("--rejects {} would replace an input", path.display());
            }
        }
        let file_name = path.file_name().with_context(name)?.to_string_lossy();
        let process = std::process::id();
        let temporary = path.with_file_name(format!(".{file_name}.events2logs-{process}"));
        let file = File::create(&temporary).with_context(name)?;
        Ok(Self::File {
            file: BufWriter::new(file),
            temporary,
            path,
        })
    }

    /// What takes an unfinished file away, for a process that exits without a drop.
    pub(crate) fn remover(&self) -> impl FnOnce() + Send + 'static {
        let temporary = match self {
            Self::File { temporary, .. } => Some(temporary.clone()),
            Self::Shown(_) | Self::Direct(_) => None,
        };
        move || {
            if let Some(temporary) = temporary {
                // There is nobody left to tell if this fails.
                let _ = fs::remove_file(temporary);
            }
        }
    }

    /// Writes what is left, and gives a file its name.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.flush().map_err(RunError::Rejects)?;
        if let Self::File {
            file,
            temporary,
            path,
        } = self
        {
            file.get_ref()
                .sync_all()
                .and_then(|()| fs::rename(temporary, path))
                .map_err(RunError::Rejects)?;
        }
        Ok(())
    }
}

impl Drop for Rejects {
    fn drop(&mut self) {
        if let Self::File { temporary, .. } = self {
            // Once it has its name, there is none of this one.
            let _ = fs::remove_file(temporary);
        }
    }
}

impl Write for Rejects {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Shown(out) => out.write(bytes),
            Self::Direct(out) | Self::File { file: out, .. } => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Shown(out) => out.flush(),
            Self::Direct(out) | Self::File { file: out, .. } => out.flush(),
        }
    }
}

/// Writes JSON so that a terminal obeys nothing in it: such characters stand as `\uHHHH`, which
/// is the same JSON. They occur in strings only, where JSON allows that.
pub(crate) struct Escaped<W>(W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let whole = match std::str::from_utf8(bytes) {
            Ok(_) => bytes.len(),
            // Records are written whole; if ever one is not, the rest comes with the next write.
            Err(error) => error.valid_up_to(),
        };
        let Some(text) = bytes
            .get(..whole)
            .and_then(|it| std::str::from_utf8(it).ok())
        else {
            return self.0.write(bytes);
        };
        if text.is_empty() {
            return self.0.write(bytes);
        }
        if !text.contains(obeyed_in_json) {
            self.0.write_all(bytes.get(..whole).unwrap_or_default())?;
            return Ok(whole);
        }
        self.0.write_all(escaped(text).as_bytes())?;
        Ok(whole)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The same JSON, in which a terminal obeys nothing.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if obeyed_in_json(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// JSON escapes the older control characters itself; the line break ends a record.
fn obeyed_in_json(character: char) -> bool {
    character != '\n' && obeyed(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_stays_the_same_json() {
        let text = "a\u{7f}\u{85}\u{9b}31m\u{202e}\u{2066}é";
        let json = serde_json::to_vec(text).unwrap();
        let mut out = Escaped(Vec::new());
        out.write_all(&json).unwrap();
        out.write_all(b"\n").unwrap();
        let written = String::from_utf8(out.0).unwrap();
        assert_eq!(written, "\"a\\u007f\\u0085\\u009b31m\\u202e\\u2066é\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
