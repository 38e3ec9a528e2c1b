//! Every rule, by group.

pub(super) mod comments;
pub(super) mod legacy;
pub(super) mod logic;
pub(super) mod names;
pub(super) mod refused;
pub(super) mod requests;
pub(super) mod syntax;

use super::Rule;

/// Every rule, sorted by code.
pub const RULES: &[Rule] = &[
    syntax::SYNTAX,
    syntax::QUOTES,
    syntax::TYPOGRAPHIC,
    syntax::ESCAPED,
    syntax::MISSING_QUOTE,
    syntax::UNQUOTED,
    syntax::IN,
    syntax::VALUE_LIST,
    syntax::VALUE_PATH,
    syntax::OPERATOR,
    syntax::NULL,
    syntax::NOT,
    syntax::SYMBOL,
    syntax::PARENTHESES,
    syntax::MISSING_PART,
    syntax::STRING,
    syntax::OEL,
    syntax::WHITESPACE,
    syntax::ENCODED,
    refused::PUBLISHED,
    refused::CHANGE_DETAILS,
    refused::CONTAINS_URL,
    refused::UNKNOWN_ATTRIBUTE,
    refused::BAD_DATE,
    refused::BAD_LIMIT,
    refused::KEYWORDS,
    refused::TOO_OLD,
    legacy::ENDPOINT,
    legacy::ATTRIBUTE,
    legacy::TYPE_AS_EVENT_TYPE,
    legacy::START_DATE,
    legacy::CURSOR,
    legacy::ID,
    legacy::KEYED,
    legacy::PAIR,
    names::EVENT_TYPE,
    names::RETIRED,
    names::VALUE,
    names::OUTCOME,
    names::PREFIX,
    names::SNAKE_CASE,
    names::INDEX,
    names::TYPE,
    logic::NEVER,
    logic::ALWAYS,
    logic::MIXED,
    logic::DUPLICATE,
    requests::DEFAULT_LIMIT,
    requests::DESCENDING,
    requests::EMPTY_WINDOW,
    comments::UNUSED,
];

/// The rule of a code, in any case.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(code))
}
