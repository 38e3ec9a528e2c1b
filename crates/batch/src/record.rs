//! The event that a record is, or holds.

use std::borrow::Cow;
use std::fmt;

use events2logs_mapping::Reject;

use crate::csv::{Cells, RowError, Table};
use crate::pointer::{Pointer, UnwrapError};

/// Why a record is rejected before its JSON is looked at.
pub(crate) const INVALID_UTF8: &str = "invalid-utf8";

/// Why a record is rejected.
#[derive(Debug)]
pub(crate) struct Unfit {
    /// A short name for the kind of reason.
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

impl Unfit {
    /// For the event under `unwrap`, or the record itself.
    pub(crate) fn from_reject(reject: &Reject, unwrap: Option<&Pointer>) -> Self {
        Self {
            code: reject.code(),
            reason: match unwrap {
                Some(pointer) => shown(format_args!("under {pointer}: {reject}")),
                None => shown(reject),
            },
        }
    }
}

/// `reason` in words, cut where it is long: it may tell a name, and that be all of the record.
pub(crate) fn shown(reason: impl fmt::Display) -> String {
    const LONG: usize = 2000;
    struct Cut(String);
    impl fmt::Write for Cut {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = LONG.saturating_sub(self.0.len());
            if text.len() <= room {
                self.0.push_str(text);
                return Ok(());
            }
            let end = text.floor_char_boundary(room);
            self.0.push_str(text.get(..end).unwrap_or_default());
            self.0.push('…');
            // No more of it.
            Err(fmt::Error)
        }
    }
    let mut cut = Cut(String::new());
    let _ = fmt::Write::write_fmt(&mut cut, format_args!("{reason}"));
    cut.0
}

/// The first `most` bytes of `text`, with a mark where it goes on.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.floor_char_boundary(most) {
        end if end < text.len() => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        _ => Cow::Borrowed(text),
    }
}

/// The text of a record that may be none.
pub(crate) fn text_of(record: &[u8]) -> Result<&str, Unfit> {
    std::str::from_utf8(record).map_err(|error| {
        let at = error.valid_up_to();
        let found = record.get(at).copied().unwrap_or_default();
        Unfit {
            code: INVALID_UTF8,
            reason: format!("not UTF-8: 0x{found:02x} at byte {at} of the record"),
        }
    })
}

/// Why there is no event in a record.
#[derive(Debug)]
pub(crate) enum NoEvent {
    Unfit(Unfit),
    /// To take it out needs so much memory, more than there is.
    OverMemory {
        needed: usize,
    },
}

impl From<Unfit> for NoEvent {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

/// The event that `record`, a row of a table if there is one, is or holds under `unwrap`, if taking
/// it out needs no more than `most` bytes of memory besides the record's.
pub(crate) fn event_of<'r>(
    record: &'r str,
    table: Option<(&Table, &mut Cells)>,
    unwrap: Option<&Pointer>,
    most: usize,
) -> Result<Cow<'r, str>, NoEvent> {
    let mut event = Cow::Borrowed(record);
    if let Some((table, cells)) = table {
        let mut text = Vec::new();
        table
            .event(record, cells, &mut text, most)
            .map_err(|error| match error {
                RowError::OverMemory { needed } => NoEvent::OverMemory { needed },
                error => NoEvent::Unfit(Unfit {
                    code: "invalid-row",
                    reason: error.to_string(),
                }),
            })?;
        let text = String::from_utf8(text).map_err(|error| Unfit {
            code: INVALID_UTF8,
            reason: error.to_string(),
        })?;
        event = Cow::Owned(text);
    }
    let Some(pointer) = unwrap else {
        return Ok(event);
    };
    // The names on the way are decoded, and so is the event.
    let held = match &event {
        Cow::Borrowed(_) => 0,
        Cow::Owned(event) => event.len(),
    };
    let needed = event.len().saturating_mul(2).saturating_add(held);
    if needed > most {
        return Err(NoEvent::OverMemory { needed });
    }
    let unwrapped = match &event {
        Cow::Borrowed(record) => pointer.follow(record),
        Cow::Owned(record) => pointer
            .follow(record)
            .map(|event| Cow::Owned(event.into_owned())),
    };
    unwrapped.map_err(|error| {
        NoEvent::Unfit(Unfit {
            code: match error {
                UnwrapError::Json(_) => "invalid-json",
                UnwrapError::Nothing { .. } => "not-wrapped",
            },
            reason: shown(error),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("längst", 2), "l…");
    }

    #[test]
    fn a_long_reason_is_cut() {
        assert_eq!(shown("short"), "short");
        let cut = shown("ü".repeat(5000));
        assert!(cut.len() < 2010 && cut.ends_with("ü…"));
    }
}
