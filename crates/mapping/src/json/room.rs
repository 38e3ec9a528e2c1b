//! Memory for long records.

/// What memory is asked for where much may be needed: the system gives as much as is written to,
/// and takes it back at once. Of less, grown in steps, the allocator keeps some for the thread that
/// had it.
const ROOM: usize = 33 << 20;

/// A longer text may hold a great number of values.
const LONG: usize = 1 << 14;

/// An empty list for what is read of a text that is `len` bytes long, for `usual` things if that is
/// not much.
pub(crate) fn list<T>(len: usize, usual: usize) -> Vec<T> {
    let many = ROOM.checked_div(size_of::<T>()).unwrap_or(usual);
    Vec::with_capacity(if len > LONG { many } else { usual })
}
