//! One event: a legacy event becomes a LogEvent, and a LogEvent the legacy event it was.
//!
//! The stages, each with one type in and one out:
//! record text → `LegacyEvent` → LogEvent text ([`Converter`]), and LogEvent text → legacy
//! event text ([`restore`]).

mod converter;
mod leftover;
mod legacy;
mod log_event;
mod party;
mod published;
mod read;
mod reject;
mod restore;
mod uuid;
mod write;

pub use converter::{ConvertOptions, Converted, Converter, TypeMatch, UnknownTypes};
pub use reject::Reject;
pub use restore::{Restored, restore};
pub use uuid::NAMESPACE;
