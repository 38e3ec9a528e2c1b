//! What a file holds, counted and hashed as it is read.

use std::io::{self, Read};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::manifest::FileDigest;

/// Reads and counts, and hashes, what the input's file holds.
pub(super) struct Hashed {
    inner: io::Chain<io::Cursor<Vec<u8>>, Box<dyn Read + Send>>,
    /// `None` where nobody asks for it: it takes as long as all the rest.
    hash: Option<Sha256>,
    bytes: u64,
}

impl Hashed {
    /// Reads `head`, then `file`.
    pub(super) fn new(head: Vec<u8>, file: Box<dyn Read + Send>) -> Self {
        Self {
            inner: io::Cursor::new(head).chain(file),
            hash: Some(Sha256::new()),
            bytes: 0,
        }
    }

    /// Hashes no more.
    pub(super) fn forget_hash(&mut self) {
        self.hash = None;
    }

    /// Bytes read.
    pub(super) fn counted(&self) -> u64 {
        self.bytes
    }

    /// Bytes and SHA-256 of the whole file: what is left of it is read here.
    pub(super) fn finish(mut self) -> io::Result<FileDigest> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(FileDigest {
            bytes: self.bytes,
            sha256: self
                .hash
                .map(|hash| HEXLOWER.encode(&hash.finalize()))
                .unwrap_or_default(),
        })
    }
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        if let (Some(hash), Some(bytes)) = (&mut self.hash, into.get(..read)) {
            hash.update(bytes);
        }
        self.bytes = self.bytes.saturating_add(read as u64);
        Ok(read)
    }
}
