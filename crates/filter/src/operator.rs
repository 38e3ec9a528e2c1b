//! The comparison operators, and the words of the language.

use std::fmt;

/// A comparison operator that takes a value.
///
/// The tenth operator, `pr`, takes none: it is [`Test::Present`](crate::Test).
/// Source: Okta's System Log API reference names `eq ne co sw ew pr gt ge lt
/// le`, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `eq`: equal.
    Eq,
    /// `ne`: not equal.
    Ne,
    /// `co`: contains (strings only).
    Co,
    /// `sw`: starts with (strings only).
    Sw,
    /// `ew`: ends with (strings only).
    Ew,
    /// `gt`: greater than.
    Gt,
    /// `ge`: greater than or equal.
    Ge,
    /// `lt`: less than.
    Lt,
    /// `le`: less than or equal.
    Le,
}

impl Operator {
    /// Every operator that takes a value.
    pub const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    /// The operator as the canonical form writes it, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// Reads an operator in any case; `pr` is none of these.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.as_str().eq_ignore_ascii_case(word))
    }

    /// Whether it asks for order: `gt ge lt le`.
    #[must_use]
    pub const fn is_ordering(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }

    /// Whether it looks into a string: `co sw ew`.
    #[must_use]
    pub const fn is_textual(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `pr`, in any case.
pub(crate) fn is_present(word: &str) -> bool {
    word.eq_ignore_ascii_case("pr")
}

/// One of the ten operators, in any case.
pub(crate) fn is_operator(word: &str) -> bool {
    is_present(word) || Operator::from_word(word).is_some()
}

/// A word that joins or turns expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logical {
    And,
    Or,
    Not,
}

impl Logical {
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [("and", Self::And), ("or", Self::Or), ("not", Self::Not)]
            .into_iter()
            .find_map(|(name, logical)| name.eq_ignore_ascii_case(word).then_some(logical))
    }

    /// The signs other languages use.
    pub(crate) fn from_symbol(symbol: &str) -> Option<Self> {
        match symbol {
            "&&" | "&" => Some(Self::And),
            "||" | "|" => Some(Self::Or),
            "!" => Some(Self::Not),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
        }
    }
}

/// `true`, `false` (as JSON writes them) or `null` (in any case): a word that
/// stands for a value and so cannot name an attribute.
pub(crate) fn is_literal_word(word: &str) -> bool {
    matches!(word, "true" | "false") || word.eq_ignore_ascii_case("null")
}
