//! Events as rows of a table, and back: what CSV needs to know of them.
//!
//! A column is named after an attribute by its path, `actor.displayName`. An empty cell says
//! that there is none. What no cell can say goes into the last column, [`OTHER`], as JSON, so
//! that a row holds all of its event.

mod columns;
mod read;
mod write;

pub use columns::{Cell, Column, LEGACY_EVENT, LOG_EVENT, OTHER, is_attribute};
pub use read::{RowError, RowReader};
pub use write::{Nulls, RowWriter};
