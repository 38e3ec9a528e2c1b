//! A legacy query becomes a System Log query, with the precision of each part.
//!
//! The stages: the text is told apart into a filter, a query string, a URL or a `curl` command
//! (`input`, `params`, `shell`); its filter's conditions on `published` become windows
//! (`window`); what is left of the filter is translated for each window (`translate`, and
//! `types` for event types); and the parts that changed are put back into the text they came
//! from (`request`).

mod assemble;
mod attributes;
mod cond;
mod encoding;
mod input;
mod note;
mod params;
mod report;
mod rewrite;
mod shell;
mod times;
mod translate;
mod types;
mod view;
mod when;
mod window;

pub(crate) use cond::Cond;
pub(crate) use encoding::Style;
pub use note::Note;
pub use report::{Part, Precision, QueryError, Request, Rewrite, UNLISTED};
pub use rewrite::{Options, Strategy, rewrite};
pub(crate) use rewrite::{read_system_log, rewrite_and_tell};
pub(crate) use times::windows_of;
pub(crate) use types::path;
pub use view::legacy_view;
pub(crate) use when::read as read_when;
pub use when::read_time;
