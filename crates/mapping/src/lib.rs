//! Okta legacy events and System Log LogEvents: the tables, and the conversion both ways.
//!
//! Okta retired its Events API (`GET /api/v1/events`) in favour of the System Log API
//! (`GET /api/v1/logs`). [`Converter`] turns an event of the one into an event of the other,
//! [`restore`] turns it back, and [`Tables`] hold what is known about event types. Nothing
//! here reads files, prints or exits.
//!
//! An event is never a tree of owned strings: it is read as borrowed pieces of its text and
//! written into a buffer the caller gives.

pub mod check;
pub mod compare;
mod event;
mod json;
pub mod query;
pub mod rows;
pub mod tables;
mod time;

pub use event::{
    ConvertOptions, Converted, Converter, NAMESPACE, Reject, Restored, TypeMatch, UnknownTypes,
    restore,
};
pub use json::{Difference, JsonError, MAX_DEPTH, canonical, first_difference, same_json, syntax};
pub use tables::{TableError, Tables};
