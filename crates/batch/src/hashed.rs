//! What a file holds, counted and hashed as it is read.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::checksum::Checksum;
use crate::manifest::FileDigest;

/// How much is read at a time of what is read for its checksum alone.
const PIECE: usize = 1 << 17;

/// Reads and counts, and hashes, what `R` gives.
pub(crate) struct Hashed<R> {
    inner: R,
    /// `None` where nobody asks for it: it takes as long as all the rest.
    hash: Option<Sha256>,
    bytes: u64,
}

impl<R: Read> Hashed<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Some(Sha256::new()),
            bytes: 0,
        }
    }

    /// Hashes no more.
    pub(crate) fn forget_hash(&mut self) {
        self.hash = None;
    }

    /// Bytes read.
    pub(crate) fn counted(&self) -> u64 {
        self.bytes
    }

    /// Bytes and SHA-256 of what was read so far; nothing for a SHA-256 where it was forgotten.
    pub(crate) fn digest(self) -> FileDigest {
        match self.hash {
            Some(hash) => FileDigest::of(self.bytes, hash),
            None => FileDigest {
                bytes: self.bytes,
                sha256: Checksum::default(),
            },
        }
    }

    /// Bytes and SHA-256 of all of it: what is left is read here.
    pub(crate) fn finish(mut self) -> io::Result<FileDigest> {
        let mut piece = Vec::new();
        loop {
            // Mostly nothing is left, and needs no memory.
            let mut small = [0];
            let into = if piece.is_empty() {
                &mut small[..]
            } else {
                &mut piece
            };
            match self.read(into) {
                Ok(0) => return Ok(self.digest()),
                Ok(_) => piece.resize(PIECE, 0),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        if let (Some(hash), Some(bytes)) = (&mut self.hash, into.get(..read)) {
            hash.update(bytes);
        }
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}

/// The size and checksum of what `file` gives.
pub(crate) fn digest_of(file: impl Read) -> io::Result<FileDigest> {
    Hashed::new(file).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_counts() {
        let text = "abc".repeat(PIECE);
        let whole = digest_of(text.as_bytes()).unwrap();
        assert_eq!(whole.bytes, 3 * PIECE as u64);
        assert_eq!(
            whole,
            FileDigest::of(whole.bytes, Sha256::new_with_prefix(&text))
        );
        let mut part = Hashed::new(text.as_bytes());
        part.read_exact(&mut [0; 10]).unwrap();
        assert_eq!(part.counted(), 10);
        assert_eq!(part.finish().unwrap(), whole);
        let mut counted = Hashed::new(text.as_bytes());
        counted.forget_hash();
        let counted = counted.finish().unwrap();
        assert_eq!(
            (counted.bytes, counted.sha256),
            (whole.bytes, Checksum::default())
        );
    }
}
