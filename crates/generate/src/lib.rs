//! Archives of made-up legacy events of any size, for benchmarks and tests.
//!
//! The same seed gives the same bytes on every machine. What is made is like the recorded
//! events: about 200 real event types of which a few make up most events, 60 user agents,
//! thousands of people, 870 bytes an event on the average, and the quirks of real archives at
//! about the rates met there ([`Events`] lists them). Nothing is real but the types: names are
//! numbers, addresses are from the documentation ranges.

mod event;
mod pools;
mod random;

use std::io::{self, Write};

pub use event::Events;

/// Writes about `size` bytes of NDJSON, the same for the same `seed`: never less than `size`,
/// and not more than one event above it. Returns the bytes and events written.
///
/// # Errors
/// Those of `out`.
pub fn ndjson(seed: u64, size: u64, out: &mut dyn Write) -> io::Result<(u64, u64)> {
    /// Written at once.
    const CHUNK: usize = 1 << 16;
    let mut events = Events::new(seed);
    let mut chunk = Vec::with_capacity(CHUNK.saturating_mul(2));
    let (mut bytes, mut count) = (0_u64, 0_u64);
    while bytes < size {
        let before = chunk.len();
        events.append(&mut chunk);
        chunk.push(b'\n');
        bytes = bytes.saturating_add(chunk.len().saturating_sub(before) as u64);
        count = count.saturating_add(1);
        if chunk.len() >= CHUNK || bytes >= size {
            out.write_all(&chunk)?;
            chunk.clear();
        }
    }
    out.flush()?;
    Ok((bytes, count))
}
