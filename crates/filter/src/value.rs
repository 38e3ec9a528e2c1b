//! Values: what a filter compares with, and how two values compare.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::date::Instant;
use crate::decimal::Decimal;
use crate::operator::Operator;
use crate::placeholder::{Placeholder, contains_placeholder};

/// The value on the right of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A string, decoded.
    String(String),
    /// A number, with the text it was written in.
    Number(Number),
    /// `true` or `false`.
    Boolean(bool),
    /// An unquoted placeholder, to be filled in later.
    Placeholder(Placeholder),
}

/// A number as JSON writes it. Equal only to the same text; for the order of
/// numbers see [`Scalar::order`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

/// A value that can be compared: what a filter's literals and the leaves of
/// an event have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A string.
    String(&'a str),
    /// A number.
    Number(Decimal),
    /// A boolean.
    Boolean(bool),
}

impl Value {
    /// The value to compare with; none for a placeholder.
    #[must_use]
    pub fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::String(text) => Some(Scalar::String(text)),
            Self::Number(number) => number.decimal().map(Scalar::Number),
            Self::Boolean(boolean) => Some(Scalar::Boolean(*boolean)),
            Self::Placeholder(_) => None,
        }
    }

    /// Whether a part of it is still to be filled in: a placeholder, or a
    /// string that [seems to contain one](contains_placeholder).
    #[must_use]
    pub fn has_placeholder(&self) -> bool {
        match self {
            Self::String(text) => contains_placeholder(text),
            Self::Placeholder(_) => true,
            Self::Number(_) | Self::Boolean(_) => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number(number.to_string()))
    }
}

impl Number {
    /// Takes `text` as a number, if it is one in JSON's grammar.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Decimal::parse(text).map(|_| Self(text.to_owned()))
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number itself.
    fn decimal(&self) -> Option<Decimal> {
        Decimal::parse(&self.0)
    }
}

impl<'a> Scalar<'a> {
    /// The scalar that a JSON value is; null, arrays and objects are none.
    ///
    /// A number is taken as `serde_json` holds it: integers to 64 bits
    /// exactly, others as the shortest decimal of the nearest double.
    #[must_use]
    pub fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::String(text) => Some(Self::String(text)),
            Json::Bool(boolean) => Some(Self::Boolean(*boolean)),
            Json::Number(number) => Decimal::parse(&number.to_string()).map(Self::Number),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }

    /// How two scalars of one kind stand to each other; none for two kinds and
    /// for different booleans, which have no order.
    ///
    /// Strings compare by code points, but two dates in RFC 3339
    /// chronologically. Numbers compare exactly. Strings, some of them dates,
    /// therefore have no total order, while equality is an equivalence.
    #[must_use]
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::String(left), Self::String(right)) => {
                match (Instant::parse(left), Instant::parse(right)) {
                    (Some(left), Some(right)) => Some(left.cmp(&right)),
                    // The order of UTF-8 bytes is that of code points.
                    _ => Some(left.cmp(right)),
                }
            }
            (Self::Number(left), Self::Number(right)) => Some(left.cmp(right)),
            (Self::Boolean(left), Self::Boolean(right)) if left == right => Some(Ordering::Equal),
            _ => None,
        }
    }
}

impl Operator {
    /// Whether the attribute's value `value` meets `operator literal`.
    ///
    /// - `eq`, `ne`: equal or not; values of two kinds are not equal, so `ne`
    ///   is met.
    /// - `gt ge lt le`: two strings, two dates or two numbers; booleans have no
    ///   order and meet none of them.
    /// - `co sw ew`: two strings, case-sensitive, as text even for dates.
    ///
    /// Source: assumptions, since the reference leaves these open; see the
    /// [crate's documentation](crate).
    #[must_use]
    pub fn meets(self, value: &Scalar<'_>, literal: &Scalar<'_>) -> bool {
        if let (true, Scalar::String(value), Scalar::String(literal)) =
            (self.is_textual(), value, literal)
        {
            return match self {
                Self::Co => value.contains(literal),
                Self::Sw => value.starts_with(literal),
                _ => value.ends_with(literal),
            };
        }
        if self.is_ordering() && matches!(value, Scalar::Boolean(_)) {
            return false;
        }
        let order = value.order(literal);
        match self {
            Self::Eq => order == Some(Ordering::Equal),
            Self::Ne => order != Some(Ordering::Equal),
            Self::Gt => order == Some(Ordering::Greater),
            Self::Ge => order.is_some_and(Ordering::is_ge),
            Self::Lt => order == Some(Ordering::Less),
            Self::Le => order.is_some_and(Ordering::is_le),
            Self::Co | Self::Sw | Self::Ew => false,
        }
    }
}
