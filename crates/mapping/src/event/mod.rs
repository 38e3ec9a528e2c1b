//! One event: a legacy event becomes a LogEvent, and a LogEvent the legacy event it was.
//!
//! The stages, each with one type in and one out:
//! record text → `LegacyEvent` → LogEvent text ([`Converter`]), and LogEvent text → legacy
//! event text ([`restore`]).
//!
//! The first goes one of two ways. Records of the usual kind are read in one pass (`read`) and
//! put together from ready text (`quick`, `template`); all others are read by serde_json and
//! written member by member (`legacy`, `log_event`). What the first way makes, the second would
//! have made too, to the byte; and what cannot be converted, the second way says why.

mod converter;
mod leftover;
mod legacy;
mod log_event;
mod party;
mod published;
mod quick;
mod read;
mod reject;
mod restore;
mod template;
mod uuid;
mod write;

pub use converter::{ConvertOptions, Converted, Converter, TypeMatch, UnknownTypes};
pub use reject::Reject;
pub use restore::{Restored, restore};
pub use uuid::NAMESPACE;
