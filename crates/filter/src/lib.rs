//! The filter language of Okta's Events API and System Log API: parse it,
//! print it, evaluate it, [compare it](decide) with another, and say what is
//! wrong with it.
//!
//! ```
//! use events2logs_filter::parse;
//!
//! let filter = parse(r#"eventType EQ "user.session.start" AND not(outcome.result eq "SUCCESS")"#)?;
//! assert_eq!(
//!     filter.to_string(),
//!     r#"eventType eq "user.session.start" and not (outcome.result eq "SUCCESS")"#,
//! );
//!
//! let event = serde_json::json!({
//!     "eventType": "user.session.start",
//!     "outcome": { "result": "FAILURE" },
//! });
//! assert_eq!(filter.matches(&event), Some(true));
//! # Ok::<(), events2logs_filter::ParseErrors>(())
//! ```
//!
//! Errors are data: a kind, a place, words for people, and often the repair.
//!
//! ```
//! use events2logs_filter::{SyntaxErrorKind, parse};
//!
//! let errors = parse(r#"outcome.result in ["DENY", "FAILURE"]"#).unwrap_err();
//! let error = &errors.errors()[0];
//! assert_eq!(error.kind, SyntaxErrorKind::InOperator);
//! assert_eq!(error.message(), "there is no operator `in`");
//! let fix = error.fix.as_ref().unwrap();
//! assert_eq!(
//!     fix.text,
//!     r#"(outcome.result eq "DENY" or outcome.result eq "FAILURE")"#,
//! );
//! ```
//!
//! # The language
//!
//! A comparison is an attribute path, an operator and a value: `eq ne co sw ew
//! gt ge lt le`, or `pr` without a value. Comparisons are joined by `and`,
//! which binds tighter, and `or`, grouped by parentheses, and negated by
//! `not (…)`. Operators and logical words are taken in any case, attribute
//! names as they are. Values are JSON strings, JSON numbers, `true` and
//! `false`; there is no `null`. Any whitespace is taken, but what is not a
//! plain space is noted in [`Filter::unusual_whitespace`].
//!
//! # What a comparison means
//!
//! Okta's reference leaves much of this open. This crate assumes:
//!
//! - A comparison is met when some value of the attribute meets it. Arrays, on
//!   the way and at the end, stand for their elements at any level, so
//!   `target.id eq "a" and target.id eq "b"` may be met by two elements. A
//!   segment of digits picks one element.
//! - An absent or null attribute has no value and meets nothing, `ne`
//!   included. Objects have no value to compare either.
//! - `not` is the complement of what it encloses.
//! - `pr` is met by a value that is neither null, nor `""`, nor an empty array
//!   or object.
//! - Strings compare by code points, in their case; where both sides are dates
//!   in RFC 3339, chronologically. `co`, `sw` and `ew` compare text always.
//! - Numbers and booleans equal only their own kind, so the string `"true"` is
//!   not equal to `true`, and `ne` is met between kinds. Numbers compare
//!   exactly. Booleans have no order: `gt ge lt le` are never met by them.
//!
//! # Placeholders
//!
//! Filters are often templates. An unquoted placeholder (`${x}`, `{x}`,
//! `{{x}}`, `%s`, `<x>`, `$x`, `%(x)s`, `#{x}`, `$(x)`) may stand for a value
//! ([`Value::Placeholder`]), for an attribute or a part of one
//! ([`AttributePath::has_placeholder`]) or for a whole expression
//! ([`ExprKind::Placeholder`]). What depends on it evaluates to `None`. For an
//! operator, or with an `and` of its own, it makes the filter unreadable and is
//! [an error](SyntaxErrorKind::MisplacedPlaceholder). Within quotes it is
//! plain text; [`contains_placeholder`] tells.

mod build;
mod date;
pub mod decide;
mod decimal;
mod error;
mod eval;
mod lexer;
mod limits;
mod operator;
mod parser;
mod path;
mod placeholder;
mod printer;
mod quotes;
mod span;
mod suggest;
mod token;
mod tree;
mod value;

pub use decimal::Decimal;
pub use error::{Edit, Expected, ParseErrors, SyntaxError, SyntaxErrorKind};
pub use limits::Limits;
pub use operator::Operator;
pub use parser::{parse, parse_within};
pub use path::{AttributePath, PathError, Segment};
pub use placeholder::{Placeholder, contains_placeholder};
pub use span::Span;
pub use tree::{Comparison, ComparisonSpans, Expr, ExprKind, Filter, Terms, Test};
pub use value::{Number, Scalar, Value};
